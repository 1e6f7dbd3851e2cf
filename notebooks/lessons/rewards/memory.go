package rewards

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/autodiff"
	"kindred/metakit/acting"
	"kindred/plots"
)

const walks = 400 // random episodes that a reading is fitted to, and as many that it is judged on

// A diary is what a memory holds after every pull but the last of random episodes, a row each, and what there was to know
// of arm 1.
type diary struct {
	state *mat.Dense
	mean  []float64 // of arm 1, (wins + 1)/(pulls + 2)
	pulls []float64 // of arm 1
}

// diaryOf lets a memory look on while arms are pulled at random; a seed has the same pulls and wins for every memory.
func diaryOf(b acting.Bandit, policy acting.Memory, theta []float64, seed uint64) diary {
	g, width := autodiff.New(), b.Arms+3
	p := g.Params(policy.Shapes())
	in, state := g.Input("reads", walks, width), g.Input("state", walks, policy.State())
	_, _, next := policy.Step(p, in, state)
	ws := autodiff.Compile(next).NewWorkspace()
	ws.Set(p, theta)
	rng := rand.New(rand.NewPCG(seed, 0))
	tallies, steps := make([]acting.Tally, walks), make([]acting.Step, walks)
	reads, now := make([]float64, walks*width), make([]float64, walks*policy.State())
	for i := range steps {
		steps[i] = b.Draw(rng).Begin(rng, nil)
		reads[i*width+b.Arms+1] = 1 // the first step
	}
	d, rows := diary{}, []float64(nil)
	for t := 1; t < b.Pulls; t++ {
		ws.Set(in, reads)
		ws.Set(state, now)
		ws.Run()
		now = ws.Read(next, nil)
		clear(reads)
		for i, step := range steps {
			arm := rng.IntN(b.Arms)
			reward, _ := step([]float64{float64(arm)}, nil)
			if arm == 0 && reward == 1 {
				tallies[i].Wins++
			} else if arm == 0 {
				tallies[i].Losses++
			}
			row := reads[i*width : (i+1)*width]
			row[arm], row[b.Arms], row[b.Arms+2] = 1, reward, float64(t)/float64(b.Pulls)
		}
		ws.Set(in, reads) // what it holds once it has read of this pull
		ws.Set(state, now)
		ws.Run()
		rows = append(rows, ws.Read(next, nil)...)
		for _, tally := range tallies {
			d.mean, d.pulls = append(d.mean, tally.Mean()), append(d.pulls, float64(tally.Pulls()))
		}
	}
	d.state = mat.NewDense(len(d.mean), policy.State(), rows)
	return d
}

// reading fits a linear function of the state to what is known of one diary, and returns what it reads off another, and the
// share of the variance there that it explains.
func reading(from, to diary, of func(diary) []float64) (read []float64, r2 float64) {
	design := func(d diary) *mat.Dense {
		n, width := d.state.Dims()
		x := mat.NewDense(n, width+1, nil)
		x.Slice(0, n, 0, width).(*mat.Dense).Copy(d.state)
		for i := range n {
			x.Set(i, width, 1)
		}
		return x
	}
	x := design(from)
	_, width := x.Dims()
	var gram mat.Dense
	gram.Mul(x.T(), x)
	for k := range width {
		gram.Set(k, k, gram.At(k, k)+1e-6)
	}
	var moment, weights, out mat.VecDense
	moment.MulVec(x.T(), mat.NewVecDense(len(of(from)), of(from)))
	if err := weights.SolveVec(&gram, &moment); err != nil {
		panic(fmt.Sprintf("rewards: reading: %v", err)) // the ridge keeps it regular
	}
	out.MulVec(design(to), &weights)
	read = out.RawVector().Data
	truth := of(to)
	mean, rest, total := stat.Mean(truth, nil), 0.0, 0.0
	for k, v := range truth {
		rest += (v - read[k]) * (v - read[k])
		total += (v - mean) * (v - mean)
	}
	return read, 1 - rest/total
}

// Remembers draws what can be read off a memory by a linear function, before and after it learned to play.
func Remembers(b acting.Bandit, policy acting.Memory, theta []float64) plots.Figure {
	fresh := policy.Init(rand.New(rand.NewPCG(1, 1)))
	chart := plots.Panels{Subtitle: fmt.Sprintf("fitted to %d random episodes, judged on %d others", walks, walks)}
	var r2, counts []float64
	for k, of := range [][]float64{fresh, theta} {
		from, to := diaryOf(b, policy, of, 1), diaryOf(b, policy, of, 2)
		read, r := reading(from, to, func(d diary) []float64 { return d.mean })
		_, count := reading(from, to, func(d diary) []float64 { return d.pulls })
		r2, counts = append(r2, r), append(counts, count)
		some := plots.Points{Role: []plots.Role{plots.Grey, plots.Blue}[k]}
		for i := 0; i < len(read); i += 9 {
			some.X, some.Y = append(some.X, to.mean[i]), append(some.Y, read[i])
		}
		chart.Panels = append(chart.Panels, plots.Pairs{Title: fmt.Sprintf("%s: R² = %.2f", []string{"untrained", "trained"}[k], r),
			X: "what arm 1 promises, (wins + 1)/(pulls + 2)", Y: "read off the memory", Points: []plots.Points{some},
			Lim: plots.Range{-0.1, 1.1}})
	}
	chart.Title = "What arm 1 promises stands in the memory, before training too"
	if r2[1]-r2[0] > 0.05 {
		chart.Title = "Training has put what arm 1 promises into the memory"
	}
	return chart.Figure(fmt.Sprintf("Scatter plots of what is read off the memory over what an arm promises: R² %.2f untrained, %.2f "+
		"trained.", r2[0], r2[1])).Caption(fmt.Sprintf("R² of how often arm 1 was pulled: %.2f untrained, %.2f trained; of what it "+
		"promises: %.2f and %.2f.", counts[0], counts[1], r2[0], r2[1]))
}
