package adapting

import (
	"fmt"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Knowledge draws what MAML knows before it sees a wave and what it learns of each of three: the curve of the start, the
// curves after some steps, and how long the start is beside the change that each wave makes.
func Knowledge(steps int, memory lessons.Memory) plots.Figure {
	p := trio()[toAdapt]
	xs := plots.Linspace(-5, 5, 201)
	names := [...]string{"wave a", "wave b", "wave c"}
	roles := [...]plots.Role{plots.Blue, plots.Vermillion, plots.Green}
	before := plots.Curves{Title: "θ: one curve for all", X: "x", Y: "y", YLim: plots.Range{-5, 5}}
	after := plots.Curves{Title: "after " + stepped(steps) + ": a curve each", X: "x", Y: "y", YLim: plots.Range{-5, 5}}
	lengths := plots.Dots{
		Title: "length of the numbers", X: "root of the sum of squares", Decimals: 2, LogX: true,
		Items: []plots.Item{{Name: "θ, of all", Value: floats.Norm(p.meta, 2)}},
	}
	longest := 0.0
	for k, wave := range []tasks.Wave{
		{Amplitude: 4, Phase: 0.4, Frequency: 1}, {Amplitude: 2, Phase: 1.6, Frequency: 1}, {Amplitude: 3, Phase: 2.8, Frequency: 1},
	} {
		all, support := wave.Set(xs), wave.Set(tasks.Midpoints(-5, 5, 10))
		curves := p.predict(support, all, 0, steps)
		if k == 0 {
			before.Series = append(before.Series, plots.Series{Name: "the start", X: xs, Y: curves[0]})
		}
		truth := plots.Series{Role: roles[k], X: xs, Y: column(all.Y), Dash: true, Tint: 0.4}
		before.Series = append(before.Series, truth)
		after.Series = append(after.Series, plots.Series{Name: names[k], Role: roles[k], X: xs, Y: curves[1]}, truth)
		change := floats.Distance(p.adapted(support, steps), p.meta, 2)
		longest = max(longest, change)
		lengths.Items = append(lengths.Items, plots.Item{Name: "change, " + names[k], Role: roles[k], Value: change})
	}
	return lessons.Remembered(memory, "knowledge", plots.Panels{
		Title: fmt.Sprintf("%s numbers are common; a wave changes them by %.1f %% of their length at most",
			lessons.Thousands(len(p.meta)), 100*longest/floats.Norm(p.meta, 2)),
		Subtitle: "left and middle: three waves, dashed, and MAML's curves; right: its start θ, and θ′ − θ of each wave",
		Free:     true, Panels: []plots.Panel{before, after, lengths},
	}).Figure("Left, one curve, that of the start, among three dashed waves; middle, a curve for each wave after the steps; right, a dot " +
		"plot of the length of the start and of the change that each wave makes.")
}

// adapted returns θ after steps on the support points.
func (p pupil) adapted(support metakit.Set, steps int) []float64 {
	g := autodiff.New()
	meta := g.Params(p.learner.Shapes())
	x, y := column(support.X), column(support.Y)
	set := metakit.TracedSet{X: g.Const(len(x), 1, x), Y: g.Const(len(y), 1, y)}
	path := p.learner.(metakit.MAML).Path(nil, meta, set, steps)
	ws := autodiff.Compile(path[steps]).NewWorkspace()
	ws.Set(meta, p.meta)
	ws.Run()
	return ws.Read(path[steps], nil)
}
