package adapting

import (
	"context"
	"fmt"
	"math"
	"sync"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// tenMAMLs are the starts that MAML learns from ten seeds.
var tenMAMLs = sync.OnceValue(func() (all []pupil) {
	learner := trio()[toAdapt].learner
	for seed := range uint64(10) {
		run, err := metakit.Training{
			Learner: learner, Tasks: tasks.NewSinusoid(10), Iterations: 300, MetaBatch: 25, Optimizer: nn.NewAdam(0.01), Seed: seed,
			Precision: autodiff.Float32,
		}.Run(context.Background())
		if err != nil {
			panic(err) // with these numbers it does not diverge
		}
		all = append(all, pupil{"MAML", learner, run.Meta})
	}
	return all
})

// Elsewhere is what becomes of MAML where the waves, or the number of points, are not those of its training: its error
// before and after some steps over phase, amplitude and points, as a share of the waves' own mean square.
type Elsewhere struct {
	Steps  int
	At     [3][]float64
	Shares [3][2][][]float64 // of each panel before and after the steps, at each place one a seed
}

// Hard measures MAML from ten seeds.
func Hard(steps int) (e Elsewhere) {
	e.Steps = steps
	type place struct {
		at              float64
		phases, heights []float64
		points          int
	}
	phases, heights := tasks.Midpoints(0, math.Pi, 5), tasks.Midpoints(0.1, 5, 5)
	var byPhase, byHeight, byPoints []place
	for _, phase := range plots.Linspace(0, 2*math.Pi, 13) {
		byPhase = append(byPhase, place{phase, []float64{phase}, heights, 10})
	}
	for _, height := range plots.Linspace(0.5, 10, 20) {
		byHeight = append(byHeight, place{height, phases, []float64{height}, 10})
	}
	for _, points := range []int{1, 2, 3, 5, 7, 10, 15, 20} {
		byPoints = append(byPoints, place{float64(points), phases, heights, points})
	}
	for panel, places := range [][]place{byPhase, byHeight, byPoints} {
		for _, p := range places {
			shares := shares(tenMAMLs(), p.phases, p.heights, p.points, steps)
			e.At[panel] = append(e.At[panel], p.at)
			for k, of := range shares {
				e.Shares[panel][k] = append(e.Shares[panel][k], of)
			}
		}
	}
	return e
}

// Figure draws the shares, and in grey those after the steps of an earlier run, if there is one.
func (e Elsewhere) Figure(before Elsewhere, earlier bool) plots.Figure {
	line := func(e Elsewhere, panel, k int, name string, role plots.Role) plots.Series {
		s := plots.Series{Name: name, Role: role, X: e.At[panel]}
		for _, shares := range e.Shares[panel][k] {
			m := metakit.MeanInterval(shares)
			s.Y, s.Low, s.High = append(s.Y, m.Mean), append(s.Low, m.Low), append(s.High, m.High)
		}
		return s
	}
	var panels []plots.Panel
	var within, beyond float64 // the largest share at phases of the training, and at others
	for k, p := range []struct {
		title, x, edge string
		until          float64
	}{
		{"phase", "phase of the wave", "trained up to π", math.Pi},
		{"amplitude", "amplitude of the wave", "trained up to 5", 5},
		{"points", "points to adapt to", "trained with 10", 10},
	} {
		after := line(e, k, 1, "after "+stepped(e.Steps), plots.Blue)
		chart := plots.Curves{
			Title: p.title, X: p.x, Y: "share of the waves' mean square", YLim: plots.Range{0, 2},
			Series:  []plots.Series{line(e, k, 0, "before a step", plots.Grey), after},
			Markers: []plots.Marker{{Name: p.edge, X: p.until}},
		}
		if earlier {
			chart.Series = append(chart.Series, line(before, k, 1, "", plots.Grey).Ghost("after "+stepped(before.Steps)))
		}
		panels = append(panels, chart)
		for i, share := range after.Y {
			switch {
			case k > 0:
			case after.X[i] <= p.until:
				within = max(within, share)
			default:
				beyond = max(beyond, share)
			}
		}
	}
	return plots.Panels{
		Title: fmt.Sprintf("Phases of the training: at most %.0f %% of a wave is left after %s; others: up to %.0f %%", 100*within,
			stepped(e.Steps), 100*beyond),
		Subtitle: "mean squared error over the waves' mean square; mean of ten seeds of MAML, 95 % interval",
		Free:     true, Panels: panels,
	}.Figure("Three line charts of MAML's error as a share of the waves' mean square, before and after the steps: over the phase, the " +
		"amplitude, and the number of points, each with a mark where the training ended.")
}

// shares returns, for each pupil, its error before and after the steps over the mean square of waves of all phases and
// heights.
func shares(pupils []pupil, phases, heights []float64, points, steps int) (of [2][]float64) {
	xs := plots.Linspace(-5, 5, 41)
	for _, p := range pupils {
		adapter := metakit.NewAdapter(p.learner, p.meta, nil, 0, steps)
		var square float64
		var sums [2]float64
		for _, phase := range phases {
			for _, height := range heights {
				wave := tasks.Wave{Amplitude: height, Phase: phase, Frequency: 1}
				all := wave.Set(xs)
				square += meanSquare(column(all.Y), make([]float64, len(xs)))
				curves, err := adapter.Predict(wave.Set(tasks.Midpoints(-5, 5, points)), all.X)
				for k := range sums {
					if err != nil { // the steps diverged: nothing of the wave is found
						sums[k] = math.Inf(1)
						continue
					}
					sums[k] += meanSquare(column(curves[k]), column(all.Y))
				}
			}
		}
		for k, sum := range sums {
			of[k] = append(of[k], sum/square)
		}
	}
	return of
}
