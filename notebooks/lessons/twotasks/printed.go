package twotasks

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Broadcast draws what a loss of the first task that compares every prediction with every label comes to, beside the mean
// squared error.
func Broadcast(configure lessons.Configure, loss HandLoss, memory lessons.Memory) plots.Figure {
	t := configure(0)
	f := floorsOf(t.Data)
	printed, meant := trainByHand(configure, loss, right[1]), trainByHand(configure, right[0], right[1])
	name := "as printed"
	first := func(d handRun) []float64 { return d.said[0] }
	squared := func(d handRun) []float64 { return d.measured[0] }
	answers := func(d handRun, p plots.Points) plots.Points {
		p.X = signal(t.Data.X[0])
		p.Y = mat.Col(nil, 0, predict(t, d.theta, t.Data.X[0])[0])
		return p
	}
	ends := []float64{0, 3}
	title := fmt.Sprintf("Every answer meets every label: the loss stops at their variance, %.3f", f.constant)
	if mtlkit.MedianRange(last(each(printed, first))).Median < f.constant {
		title = fmt.Sprintf("Each answer meets its own label: the loss falls below their variance, %.3f", f.constant)
		name = "with these labels"
	}
	return lessons.Remembered(memory, "broadcast", plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("20 seeds: median, middle half; true squared error at epoch %d: %.3f %s, %.3f as meant",
			t.Epochs, medianOf(last(each(printed, squared))), name, medianOf(last(each(meant, squared)))),
		Free: true,
		Panels: []plots.Panel{
			plots.Curves{
				Title: "what the program reports", X: "epoch", Y: "loss of task 1",
				Series: []plots.Series{
					lessons.OverSeeds(plots.Series{Name: name, Role: lessons.ValueRole}, each(printed, first)),
					lessons.OverSeeds(plots.Series{Name: "as meant", Role: plots.Grey}, each(meant, first)),
				},
				Floors: []plots.Floor{
					{Name: "variance of y₁", Y: f.constant, Role: lessons.ValueRole}, {Name: "noise", Y: f.noise},
				},
				YLim: plots.Range{0.5, 3.5},
			},
			plots.Field{
				Title: "what the net answers (seed 0)", X: "x₁ + 2x₂", Y: "answer for y₁",
				Points: []plots.Points{
					answers(meant[0], plots.Points{Role: plots.Grey}),
					answers(printed[0], plots.Points{Role: lessons.ValueRole}),
				},
				Paths: []plots.Path{{Name: "truth", X: ends, Y: ends, Plain: true}}, Stretch: true,
			},
		},
	}).Figure("Left, line chart of the loss over epochs, with the variance of the labels and the noise. Right, the answers over " +
		"the true signal: as meant they rise with it. " + title + ".")
}

// Printed is the article's cross-entropy, the mean of y log p + (1 − y) log(1 − p), without a minus.
func Printed(outputs, labels autodiff.Value) autodiff.Value {
	p := outputs.Sigmoid()
	return labels.Mul(p.Log()).Add(labels.Neg().Shift(1).Mul(p.Neg().Shift(1).Log())).Mean()
}

// MissingMinus draws what a cross-entropy with this sign, 1 as the article prints it and −1 as it is meant, does to both
// tasks.
func MissingMinus(configure lessons.Configure, sign float64, memory lessons.Memory) plots.Figure {
	loss := func(outputs, labels autodiff.Value) autodiff.Value { return Printed(outputs, labels).Scale(sign) }
	t := configure(0)
	f := floorsOf(t.Data)
	printed, meant := trainByHand(configure, right[0], loss), trainByHand(configure, right[0], right[1])
	name := "as printed: "
	if sign < 0 {
		name = "with the minus: "
	}
	panel := func(title, loss string, role plots.Role, of func(d handRun) []float64, floors ...plots.Floor) plots.Curves {
		return plots.Curves{
			Title: title, X: "epoch",
			Series: []plots.Series{
				lessons.OverSeeds(plots.Series{Name: "as meant", Role: plots.Grey}, each(meant, of)),
				lessons.OverSeeds(plots.Series{Name: name + loss, Role: role}, each(printed, of)),
			},
			Floors: floors,
		}
	}
	squared := func(d handRun) []float64 { return d.measured[0] }
	cross := func(d handRun) []float64 { return d.measured[1] }
	loses := mtlkit.MedianRange(last(each(printed, handRun.totals)))
	end := lessons.Minus(fmt.Sprintf("%.1f", loses.Median))
	if math.IsNaN(loses.Median) || math.IsInf(loses.Median, 0) {
		end = "no longer a number"
	}
	title := "Without the minus the loss falls for ever, and task 2 is driven away from the truth"
	if mtlkit.MedianRange(last(each(printed, cross))).Median < f.majority {
		title = "With this sign the loss has a floor, and task 2 is learned"
	}
	return lessons.Remembered(memory, "minus", plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("20 seeds: median, middle half shaded; after %d epochs: loss %s; cross-entropy %.3f, as meant %.3f",
			t.Epochs, end, medianOf(last(each(printed, cross))), medianOf(last(each(meant, cross)))),
		Free: true,
		Panels: []plots.Panel{
			panel("the loss it follows", "the sum", plots.Ink, handRun.totals),
			panel("task 1: squared error", "task 1", lessons.ValueRole, squared, plots.Floor{Name: "noise", Y: f.noise}),
			panel("task 2: cross-entropy", "task 2", lessons.ClassRole, cross,
				plots.Floor{Name: "one constant for all", Y: f.majority}),
		},
	}).Figure("Three line charts over epochs, as printed and as meant: the loss that is followed, the squared error of task 1, and " +
		"the true cross-entropy of task 2, with that of a constant. " + title + ".")
}

// predict returns the outputs of the trainer's model with the given parameters.
func predict(t mtlkit.Trainer, theta []float64, x *mat.Dense) []*mat.Dense {
	out, err := mtlkit.NewPredictor(t.Model, t.Tasks, theta, nil).Predict(x)
	if err != nil {
		panic(err)
	}
	return out
}

// probabilityOver draws the probability of class 1 over a square.
func probabilityOver(t mtlkit.Trainer, theta []float64, side plots.Range) plots.Field {
	const n = 60
	z := predict(t, theta, mtlkit.SquareGrid(side[0], side[1], n))[1]
	grid := plots.Grid{X: side, Y: side, Columns: n, Rows: n}
	for _, logit := range mat.Col(nil, 0, z) {
		grid.Z = append(grid.Z, sigmoid(logit))
	}
	return plots.Field{
		X: "x₁", Y: "x₂", Grid: grid, Palette: plots.Classes, ZLim: plots.Range{0, 1}, Contours: []float64{0.5},
		XLim: side, YLim: side,
	}
}
