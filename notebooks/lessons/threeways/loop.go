package threeways

import (
	"fmt"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Constants puts the inputs and labels of all tasks into a graph.
func Constants(g *autodiff.Graph, d mtlkit.Data) (x, y []autodiff.Value) {
	for k := range d.X {
		in, out := d.X[k].RawMatrix(), d.Y[k].RawMatrix()
		x, y = append(x, g.Const(in.Rows, in.Cols, in.Data)), append(y, g.Const(out.Rows, out.Cols, out.Data))
	}
	return x, y
}

// Still reports whether the sum of the losses fell, in the last hundred steps, by less than a share of what it was at
// first.
func Still(losses [2][]float64, share float64) bool {
	const span = 100
	n := len(losses[0])
	if n <= span {
		return false
	}
	before, now := losses[0][n-1-span]+losses[1][n-1-span], losses[0][n-1]+losses[1][n-1]
	return before-now < share*(losses[0][0]+losses[1][0])
}

// Loop draws the losses of two tasks over the steps of a training that went on until they were Still, over those of the
// run before.
func Loop(losses [2][]float64, share float64, before lessons.Memory) plots.Figure {
	chart := plots.Curves{
		X: "step", Y: "mean squared error on the training rows", LogY: true,
		Series: []plots.Series{
			{Name: "task 1", Role: lessons.Hues[0], Y: losses[0]},
			{Name: "task 2", Role: lessons.Hues[1], Y: losses[1]},
		},
	}
	chart.Series = append(chart.Series, lessons.Ghosts(before, "loop", chart.Series...)...)
	end := len(losses[0]) - 1
	chart.Title = fmt.Sprintf("After %s steps the sum of the losses hardly falls any more", lessons.Thousands(end+1))
	if !Still(losses, share) {
		chart.Title = fmt.Sprintf("After %s steps, the most that were allowed, the losses still fall",
			lessons.Thousands(end+1))
	}
	chart.Subtitle = fmt.Sprintf("plain gradient descent, one seed; losses at the end %.3f and %.3f", losses[0][end],
		losses[1][end])
	return chart.Figure("Line chart of the losses of two tasks over the steps of gradient descent on their sum. " +
		chart.Title + ".")
}
