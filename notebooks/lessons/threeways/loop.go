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

// Loop draws the losses of two tasks over the steps of a training that stopped by a rule, or at its last step.
func Loop(one, two []float64, most int) plots.Figure {
	chart := plots.Curves{
		X: "step", Y: "mean squared error on the training rows", LogY: true,
		Series: []plots.Series{
			{Name: "task 1", Role: lessons.Hues[0], Y: one}, {Name: "task 2", Role: lessons.Hues[1], Y: two},
		},
	}
	steps := len(one)
	chart.Title = fmt.Sprintf("After %s steps the sum of the losses hardly falls any more", lessons.Thousands(steps))
	if steps >= most {
		chart.Title = fmt.Sprintf("After %s steps, the most that were allowed, the losses still fall", lessons.Thousands(steps))
	}
	chart.Subtitle = fmt.Sprintf("plain gradient descent, one seed; losses at the end %.3f and %.3f", one[steps-1], two[steps-1])
	return chart.Figure("Line chart of the losses of two tasks over the steps of gradient descent on their sum. " +
		chart.Title + ".")
}
