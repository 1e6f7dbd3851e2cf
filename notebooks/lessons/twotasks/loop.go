package twotasks

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Gradients returns the first parameters of a trainer of two tasks, and a function that computes at some parameters the
// loss of each task, forwards, and the gradient of each by all parameters, backwards.
func Gradients(t mtlkit.Trainer) (at func(theta []float64) (loss []float64, grad [2][]float64), theta []float64) {
	w := writeOut(t, right[0], right[1])
	g1, g2 := autodiff.GradParams(w.said[0], w.theta), autodiff.GradParams(w.said[1], w.theta)
	ws := autodiff.Compile(w.said[0], w.said[1], g1, g2).NewWorkspace()
	at = func(theta []float64) ([]float64, [2][]float64) {
		ws.Set(w.theta, theta)
		ws.Run()
		return []float64{ws.Scalar(w.said[0]), ws.Scalar(w.said[1])}, [2][]float64{ws.Read(g1, nil), ws.Read(g2, nil)}
	}
	return at, t.Model.Init(rand.New(rand.NewPCG(t.Seed, 0)))
}

// Loop draws the losses of both tasks before each step, and their sum, with those of an earlier run in grey if there are
// any.
func Loop(losses, before [][]float64) plots.Figure {
	of := func(all [][]float64, task int) (v []float64) {
		for _, l := range all {
			v = append(v, l[task])
		}
		return v
	}
	sum := func(all [][]float64) []float64 {
		v := of(all, 0)
		for i, l := range all {
			v[i] += l[1]
		}
		return v
	}
	series := []plots.Series{
		{Name: "sum", Y: sum(losses)}, {Name: "task 1: squared error", Role: lessons.ValueRole, Y: of(losses, 0)},
		{Name: "task 2: cross-entropy", Role: lessons.ClassRole, Y: of(losses, 1)},
	}
	if len(before) > 0 {
		series = append(series, plots.Series{Y: sum(before)}.Ghost("sum before"))
	}
	end := len(losses) - 1
	total := series[0].Y
	top := 1.1 * max(total[0], slices.Min(total))
	title := fmt.Sprintf("%d steps take the sum of the losses from %.2f to %.2f", end, total[0], total[end])
	return plots.Curves{
		Title:    title,
		Subtitle: "one network, one seed, plain gradient descent on the sum",
		X:        "step", Y: "loss", Series: series, YLim: plots.Range{0, top},
	}.Figure("Line chart of the losses of both tasks and their sum over the steps of a loop written in the cell. " + title + ".")
}
