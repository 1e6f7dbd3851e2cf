package families

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Maps draws what learners make of many waves, each wave a dot: its own two numbers, then the two directions in which the
// numbers that it moves differ most from wave to wave (principal components), turned and stretched to match them. It draws those
// learners of the cast that show their numbers, MAML after so many steps and neural processes.
func (c Cast) Maps(steps int) plots.Figure {
	waves, x := c.lattice()
	truth := mat.NewDense(len(waves), 2, nil)
	for i, w := range waves {
		sin, cos := math.Sincos(w.Phase)
		truth.SetRow(i, []float64{w.Amplitude * cos, w.Amplitude * sin})
	}
	panels := []plots.Panel{c.dots("the wave itself: 2 numbers", waves, truth)}
	var said []string
	for k, e := range c.Entries {
		states := c.states(k, waves, x, steps)
		if states == nil {
			continue
		}
		_, n := states.Dims()
		on, share := components(states)
		panels = append(panels, c.dots(fmt.Sprintf("%s: %s numbers", e.Name, lessons.Thousands(n)), waves, matched(on, truth)))
		said = append(said, fmt.Sprintf("%.1f %% in %s", 100*share, e.Name))
	}
	title := "Two directions hold most of what a wave moves"
	if len(said) > 0 {
		title = "Two directions hold " + list(said) + " of what a wave moves"
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("each dot a wave; %d waves, the same %d inputs of each; two principal components and their share, turned and stretched",
			len(waves), len(x)),
		Panels: panels,
	}.Figure("Maps of many waves as dots by phase: their amplitude and phase as a half disc, and the same half disc, bent, in the " +
		"numbers that a wave moves in learners.")
}

// lattice returns waves evenly over amplitudes and phases, and inputs to see them at.
func (c Cast) lattice() (waves []tasks.Wave, x []float64) {
	const side = 12
	for i := range side {
		for j := range side {
			at := func(u tasks.Uniform, k int) float64 { return u.Min + (u.Max-u.Min)*(float64(k)+0.5)/side }
			waves = append(waves, tasks.Wave{Amplitude: at(c.Waves.Amplitude, i), Phase: at(c.Waves.Phase, j), Frequency: 1})
		}
	}
	return waves, tasks.Midpoints(c.Waves.Input.Min, c.Waves.Input.Max, c.Waves.Shots)
}

// Share returns how many per cent of the variance of what waves move in a learner of the cast after so many steps lie in two
// directions.
func (c Cast) Share(learner string, steps int) float64 {
	for k, e := range c.Entries {
		if e.Name != learner {
			continue
		}
		waves, x := c.lattice()
		if states := c.states(k, waves, x, steps); states != nil {
			_, share := components(states)
			return 100 * share
		}
	}
	panic(fmt.Sprintf("families: Share: no learner %q in the cast that shows its numbers", learner))
}

func (c Cast) dots(title string, waves []tasks.Wave, at *mat.Dense) plots.Field {
	points := make([]plots.Points, len(lessons.Hues))
	width := (c.Waves.Phase.Max - c.Waves.Phase.Min) / float64(len(points))
	for k := range points {
		points[k].Role = lessons.Hues[k]
		points[k].Name = fmt.Sprintf("phase up to %.1f", c.Waves.Phase.Min+width*float64(k+1))
	}
	for i, w := range waves {
		p := &points[min(len(points)-1, int((w.Phase-c.Waves.Phase.Min)/width))]
		p.X, p.Y = append(p.X, at.At(i, 0)), append(p.Y, at.At(i, 1))
	}
	return plots.Field{Title: title, X: "amplitude · cos(phase)", Y: "amplitude · sin(phase)", Points: points}
}

// states returns what each wave moves in learner k, a row a wave; nil if it does not show it.
func (c Cast) states(k int, waves []tasks.Wave, x []float64, steps int) *mat.Dense {
	g := autodiff.New()
	meta := g.Params(c.Entries[k].Learner.Shapes())
	support := metakit.TracedSet{X: g.Const(len(x), 1, x), Y: g.Input("y", len(x), 1)}
	trace := nn.NewTrace(g, false)
	var of autodiff.Params
	switch l := c.Entries[k].Learner.(type) {
	case metakit.MAML:
		of = l.Path(trace, meta, support, steps)[steps]
	case models.NeuralProcess:
		of = autodiff.ParamsOf([]string{"r"}, []autodiff.Value{l.Represent(trace, meta, support)})
	default:
		return nil
	}
	ws := autodiff.Compile(of).NewWorkspace()
	ws.Set(meta, c.Trained[k].Meta)
	var all *mat.Dense
	for i, w := range waves {
		ws.Set(support.Y, column(w.Set(x).Y))
		ws.Run()
		row := ws.Read(of, nil)
		if all == nil {
			all = mat.NewDense(len(waves), len(row), nil)
		}
		all.SetRow(i, row)
	}
	return all
}

// components returns the first two principal components of the rows, and their share of the variance.
func components(rows *mat.Dense) (*mat.Dense, float64) {
	n, d := rows.Dims()
	centred := mat.DenseCopyOf(rows)
	for j := range d {
		mean := mat.Sum(rows.ColView(j)) / float64(n)
		for i := range n {
			centred.Set(i, j, rows.At(i, j)-mean)
		}
	}
	gram := mat.NewSymDense(n, nil)
	gram.SymOuterK(1, centred)
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		panic("families: Maps: no eigenvalues")
	}
	values := eigen.Values(nil) // the largest last
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	on, sum := mat.NewDense(n, 2, nil), 0.0
	for _, v := range values {
		sum += max(v, 0)
	}
	for k := range 2 {
		scale := math.Sqrt(max(values[n-1-k], 0))
		for i := range n {
			on.Set(i, k, scale*vectors.At(i, n-1-k))
		}
	}
	return on, (values[n-1] + values[n-2]) / sum
}

// matched returns points mapped to others by the affine map, turn, stretch and shift, that comes nearest.
func matched(points, to *mat.Dense) *mat.Dense {
	n, _ := points.Dims()
	with := mat.NewDense(n, 3, nil)
	for i := range n {
		with.SetRow(i, []float64{points.At(i, 0), points.At(i, 1), 1})
	}
	var affine, mapped mat.Dense
	if err := affine.Solve(with, to); err != nil {
		panic(fmt.Sprintf("families: Maps: %v", err))
	}
	mapped.Mul(with, &affine)
	return &mapped
}
