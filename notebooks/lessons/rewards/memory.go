package rewards

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/autodiff"
	"kindred/metakit/acting"
	"kindred/plots"
)

const walks = 400 // random episodes that a reading is fitted to, and as many that it is judged on

// A diary is what a memory holds after every pull but the last of random episodes, a row each, what there was to know
// of arm 1, and what the policy would do next.
type diary struct {
	state *mat.Dense
	mean  []float64 // of arm 1, (wins + 1)/(pulls + 2)
	pulls []float64 // of arm 1
	lead  []float64 // mean of arm 1 less the best of the others
	logit []float64 // of arm 1 less the largest of the others
	right float64   // share of the rows in which the likeliest arm is a best one
}

// diaryOf lets a memory look on while arms are pulled at random; a seed has the same pulls and wins for every memory.
func diaryOf(b acting.Bandit, policy acting.Memory, theta []float64, seed uint64) diary {
	g, width := autodiff.New(), b.Arms+3
	p := g.Params(policy.Shapes())
	in, state := g.Input("reads", walks, width), g.Input("state", walks, policy.State())
	out, _, next := policy.Step(p, in, state)
	ws := autodiff.Compile(out, next).NewWorkspace()
	ws.Set(p, theta)
	rng := rand.New(rand.NewPCG(seed, 0))
	tallies, steps := make([][]acting.Tally, walks), make([]acting.Step, walks)
	reads, now := make([]float64, walks*width), make([]float64, walks*policy.State())
	for i := range steps {
		steps[i], tallies[i] = b.Draw(rng).Begin(rng, nil), make([]acting.Tally, b.Arms)
		reads[i*width+b.Arms+1] = 1 // the first step
	}
	d, rows, best, choice := diary{}, []float64(nil), new(acting.Optimum), make([]float64, b.Arms)
	for t := range b.Pulls {
		ws.Set(in, reads)
		ws.Set(state, now)
		ws.Run()
		now = ws.Read(next, nil)
		logits := ws.Read(out, nil)
		clear(reads)
		for i, arms := range tallies {
			if t > 0 {
				logit := logits[i*b.Arms : (i+1)*b.Arms]
				lead, margin := arms[0].Mean(), math.Inf(-1)
				for k, a := range arms[1:] {
					lead, margin = min(lead, arms[0].Mean()-a.Mean()), max(margin, logit[k+1])
				}
				d.mean, d.pulls = append(d.mean, arms[0].Mean()), append(d.pulls, float64(arms[0].Pulls()))
				d.lead, d.logit = append(d.lead, lead), append(d.logit, logit[0]-margin)
				best.Choose(choice, arms, b.Pulls-t)
				if choice[floats.MaxIdx(logit)] > 0 {
					d.right++
				}
			}
			arm := rng.IntN(b.Arms)
			reward, _ := steps[i]([]float64{float64(arm)}, nil)
			if reward == 1 {
				arms[arm].Wins++
			} else {
				arms[arm].Losses++
			}
			row := reads[i*width : (i+1)*width]
			row[arm], row[b.Arms], row[b.Arms+2] = 1, reward, float64(t+1)/float64(b.Pulls)
		}
		if t > 0 {
			rows = append(rows, now...)
		}
	}
	d.right /= float64(len(d.mean))
	d.state = mat.NewDense(len(d.mean), policy.State(), rows)
	return d
}

// reading fits a linear function of the state to what is known of one diary, and returns what it reads off another,
// and the share of the variance there that it explains.
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

// Remembers draws what the policy would do next over what arm 1 promises, before and after it learned to play, in the training
// at a place, the last if there are not so many, and tells below it what can be read off its memory by a linear function.
func Remembers(b acting.Bandit, policy acting.Memory, all []Learned, place int) plots.Figure {
	theta := all[min(place, len(all)-1)].Theta
	fresh := policy.Init(rand.New(rand.NewPCG(1, 1)))
	chart := plots.Panels{Free: true, Subtitle: fmt.Sprintf("states in random episodes of %d pulls at %d arms, the "+
		"same in both panels; every ninth drawn",
		b.Pulls, b.Arms)}
	var mean, pulls, right []float64
	for k, of := range [][]float64{fresh, theta} {
		from, to := diaryOf(b, policy, of, 1), diaryOf(b, policy, of, 2)
		_, m := reading(from, to, func(d diary) []float64 { return d.mean })
		_, n := reading(from, to, func(d diary) []float64 { return d.pulls })
		mean, pulls, right = append(mean, m), append(pulls, n), append(right, 100*to.right)
		some := plots.Points{Role: []plots.Role{plots.Grey, plots.Blue}[k]}
		for i := 0; i < len(to.lead); i += 9 {
			some.X, some.Y = append(some.X, to.lead[i]), append(some.Y, to.logit[i])
		}
		chart.Panels = append(chart.Panels, plots.Field{Title: fmt.Sprintf("%s: %.0f %% the optimum's",
			[]string{"untrained", "trained"}[k], right[k]), Stretch: true, X: "promise of arm 1 less the best other",
			Y: "logit of arm 1 less the largest other", Points: []plots.Points{some}})
	}
	chart.Title = fmt.Sprintf("It chooses as the optimum in %.0f %% of states, before training in %.0f %%", right[1],
		right[0])
	return chart.Figure(fmt.Sprintf("Scatter plots of the logit of an arm over what it promises, untrained and "+
		"trained: the choice is the optimum's in %.0f and in %.0f %% of the states.", right[0],
		right[1])).Caption(fmt.Sprintf("Read off the memory by a linear function, "+
		"fitted to %d episodes and judged on %d others, R²: what arm 1 promises %.2f untrained, %.2f trained; how often "+
		"it was pulled %.2f and %.2f.", walks, walks, mean[0], mean[1], pulls[0], pulls[1]))
}
