package twotasks

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Broadcast draws what a loss of the first task that compares every prediction with every label comes to, beside the mean
// squared error.
func Broadcast(configure lessons.Configure, loss HandLoss) plots.Figure {
	t := configure(0)
	f := floorsOf(t.Data)
	printed, meant := trainByHand(configure, loss, right[1]), trainByHand(configure, right[0], right[1])
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
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("20 seeds: median, middle half shaded; true squared error after %d epochs (median, range): %s as printed, %s as meant",
			t.Epochs, ranged(last(each(printed, squared))), ranged(last(each(meant, squared)))),
		Free: true,
		Panels: []plots.Panel{
			plots.Curves{
				Title: "what the program reports", X: "epoch", Y: "loss of task 1",
				Series: []plots.Series{
					lessons.OverSeeds(plots.Series{Name: "as printed", Role: lessons.ValueRole}, each(printed, first)),
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
	}.Figure("Left, line chart of the loss over epochs, with the variance of the labels and the noise. Right, the answers over " +
		"the true signal: as meant they rise with it. " + title + ".")
}

// MissingMinus draws what a cross-entropy without its minus does to both tasks.
func MissingMinus(configure lessons.Configure, loss HandLoss) plots.Figure {
	t := configure(0)
	f := floorsOf(t.Data)
	printed, meant := trainByHand(configure, right[0], loss), trainByHand(configure, right[0], right[1])
	panel := func(title, loss string, role plots.Role, of func(d handRun) []float64, floors ...plots.Floor) plots.Curves {
		return plots.Curves{
			Title: title, X: "epoch",
			Series: []plots.Series{
				lessons.OverSeeds(plots.Series{Name: "as meant", Role: plots.Grey}, each(meant, of)),
				lessons.OverSeeds(plots.Series{Name: "as printed: " + loss, Role: role}, each(printed, of)),
			},
			Floors: floors,
		}
	}
	squared := func(d handRun) []float64 { return d.measured[0] }
	cross := func(d handRun) []float64 { return d.measured[1] }
	loses := mtlkit.MedianRange(last(each(printed, handRun.totals)))
	title := "Without the minus the loss falls for ever, and task 2 is driven away from the truth"
	if mtlkit.MedianRange(last(each(printed, cross))).Median < f.majority {
		title = "With this sign the loss has a floor, and task 2 is learned"
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("20 seeds: median, middle half shaded; after %d epochs (median, range): loss %s; "+
			"cross-entropy %s, as meant %s", t.Epochs,
			lessons.Minus(fmt.Sprintf("%.1f [%.1f, %.1f]", loses.Median, loses.Min, loses.Max)),
			ranged(last(each(printed, cross))), ranged(last(each(meant, cross)))),
		Free: true,
		Panels: []plots.Panel{
			panel("the loss it follows", "the sum", plots.Ink, handRun.totals),
			panel("task 1: squared error", "task 1", lessons.ValueRole, squared, plots.Floor{Name: "noise", Y: f.noise}),
			panel("task 2: cross-entropy", "task 2", lessons.ClassRole, cross,
				plots.Floor{Name: "one constant for all", Y: f.majority}),
		},
	}.Figure("Three line charts over epochs, as printed and as meant: the loss that is followed, the squared error of task 1, and " +
		"the true cross-entropy of task 2, with that of a constant. " + title + ".")
}

// Threshold draws how the classification is learned when class 1 is where x₁ is above the threshold, beside the threshold
// of one half.
func Threshold(configure lessons.Configure, threshold float64) plots.Figure {
	const half = 0.5
	of := func(threshold float64) (d []handRun, f floors, region plots.Field) {
		c := withLabels(configure, threshold)
		t := c(0)
		d = trainByHand(c, right[0], right[1])
		region = probabilityOver(t, d[0].theta, plots.Range{0, 1})
		region.Title = fmt.Sprintf("class 1 is x₁ > %g (seed 0)", threshold)
		region.Points = scatterClasses(t.Data.X[0], mat.Col(nil, 0, t.Data.Y[1]))
		return d, floorsOf(t.Data), region
	}
	d, f, region := of(threshold)
	dHalf, fHalf, regionHalf := of(half)
	rows, ones := configure(0).Data.Y[1].RawMatrix().Rows, 0
	for _, p := range region.Points {
		if p.Role == plots.Vermillion {
			ones = len(p.X)
		}
	}
	cross := func(d handRun) []float64 { return d.measured[1] }
	title := fmt.Sprintf("%d ones and %d zeros: there is a boundary to find", ones, rows-ones)
	if ones == rows || ones == 0 {
		title = fmt.Sprintf("%d ones and %d zeros: a constant is a perfect answer", ones, rows-ones)
	}
	chart := plots.Curves{
		Title: "loss of task 2", X: "epoch", Y: "cross-entropy",
		Series: []plots.Series{
			lessons.OverSeeds(plots.Series{Name: fmt.Sprintf("x₁ > %g", half), Role: plots.Grey}, each(dHalf, cross)),
			lessons.OverSeeds(plots.Series{Name: fmt.Sprintf("x₁ > %g", threshold), Role: lessons.ClassRole}, each(d, cross)),
		},
		Floors: []plots.Floor{
			{Name: fmt.Sprintf("one constant, x₁ > %g", half), Y: fHalf.majority},
			{Name: fmt.Sprintf("one constant, x₁ > %g", threshold), Y: f.majority, Role: lessons.ClassRole},
		},
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("20 seeds: median, middle half shaded; cross-entropy of the best constant %.4f, for x₁ > %g %.4f; "+
			"of the nets (median, range) %s and %s", f.majority, half, fHalf.majority, ranged(last(each(d, cross))), ranged(last(each(dHalf, cross)))),
		Free:   true,
		Panels: []plots.Panel{chart, region, regionHalf},
	}.Figure(fmt.Sprintf("Line chart of the cross-entropy over epochs and two maps of the probability of class 1. With class 1 "+
		"where x₁ is above %g there are %d ones; the loss is compared with that of the threshold one half.", threshold, ones))
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
