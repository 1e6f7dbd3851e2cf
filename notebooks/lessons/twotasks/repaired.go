package twotasks

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Repaired draws the loss of each task over the epochs, between what needs no network and what no network can beat.
func Repaired(configure lessons.Configure, memory lessons.Memory) (value, class plots.Figure) {
	t := configure(0)
	f := floorsOf(t.Data)
	runs, scores := trained(configure)
	series := func(task int, role plots.Role) []plots.Series {
		var losses [][]float64
		for k, r := range runs {
			losses = append(losses, append(slices.Clone(r.History.Losses[task]), scores[task][k]))
		}
		s := lessons.OverSeeds(plots.Series{Role: role}, losses)
		s.Low, s.High, s.Runs = nil, nil, losses
		return append(lessons.Ghosts(memory, fmt.Sprintf("repaired: %d", task), s), s)
	}
	above := mtlkit.MedianRange(scores[0]).Median - f.noise
	place := "above"
	if above < 0 {
		place = "below"
	}
	value = plots.Curves{
		Title:    fmt.Sprintf("Task 1, the value: %.3f %s the noise after %d epochs", math.Abs(above), place, t.Epochs),
		Subtitle: fmt.Sprintf("%d seeds thin, median thick; ends at %s (median and range)", len(runs), ranged(scores[0])),
		X:        "epoch", Y: "mean squared error", Series: series(0, lessons.ValueRole), YLim: plots.Range{0.7, 2},
		Floors: []plots.Floor{
			{Name: fmt.Sprintf("constant %.4f", f.constant), Y: f.constant},
			{Name: fmt.Sprintf("noise %.4f", f.noise), Y: f.noise},
			{Name: fmt.Sprintf("least squares %.4f", f.leastSquares), Y: f.leastSquares},
		},
	}.Figure("Line chart of the squared error of task 1 over epochs, 20 seeds, with the levels of a constant, of the noise and " +
		"of the least-squares plane.")
	class = plots.Curves{
		Title: fmt.Sprintf("Task 2, the class: accuracy %.2f after %d epochs, the majority has %.2f",
			mtlkit.MedianRange(scores[2]).Median, t.Epochs, f.accuracy),
		Subtitle: fmt.Sprintf("%d seeds thin, median thick; ends at %s, accuracy %s", len(runs), ranged(scores[1]),
			ranged(scores[2])),
		X: "epoch", Y: "cross-entropy", Series: series(1, lessons.ClassRole), YLim: plots.Range{0, 1},
		Floors: []plots.Floor{{Name: fmt.Sprintf("majority %.4f", f.majority), Y: f.majority}},
	}.Figure("Line chart of the cross-entropy of task 2 over epochs, 20 seeds, with that of the majority class.")
	return value, class
}

// trained trains from every seed, and returns the losses of both tasks and the accuracy of the second at the end.
func trained(configure lessons.Configure) (runs []*mtlkit.Run, scores [3][]float64) {
	runs, err := mtlkit.Repeat(context.Background(), twinSeeds, configure)
	if err != nil {
		panic(err)
	}
	data := configure(0).Data
	for _, r := range runs {
		s, err := r.Evaluate(data)
		if err != nil {
			panic(err)
		}
		scores[0], scores[1] = append(scores[0], s[0].Loss), append(scores[1], s[1].Loss)
		scores[2] = append(scores[2], s[1].Value)
	}
	return runs, scores
}

// Beyond draws what a trained network says far outside of the square that its training points fill, with the article's two
// test points.
func Beyond(t mtlkit.Trainer) plots.Figure {
	test := datasets.TwoTaskExample(0).XTest
	run, err := t.Train(context.Background())
	if err != nil {
		panic(err)
	}
	const n = 61
	side := plots.Range{-2.5, 2.5}
	truth := plots.NewGrid(side, side, n, func(x, y float64) float64 { return x + 2*y })
	net := truth
	net.Z = mat.Col(nil, 0, predict(t, run.Theta, mtlkit.SquareGrid(side[0], side[1], n))[0])
	points := []plots.Points{{Name: "the article's test points", X: mat.Col(nil, 0, test), Y: mat.Col(nil, 1, test)}}
	training := []plots.Region{{Name: "training data", X: plots.Range{0, 1}, Y: plots.Range{0, 1}}}
	levels := []float64{-6, -4, -2, 0, 2, 4, 6}
	value := func(title string, g plots.Grid) plots.Field {
		return plots.Field{
			Title: title, X: "x₁", Y: "x₂", Z: "value", Grid: g, ZLim: plots.Range{-8, 8},
			Contours: levels, Points: points, Regions: training,
		}
	}
	class := probabilityOver(t, run.Theta, side)
	class.Title, class.Points, class.Regions = "task 2: the net (blue 0, orange 1)", points, training
	said := predict(t, run.Theta, test)[0]
	return plots.Panels{
		Title: "Outside its data, the network goes wherever its neurons happen to point",
		Subtitle: lessons.Minus(fmt.Sprintf("seed %d; a contour every 2; at (1, 2) the truth is 5 and the net says %.2f; "+
			"at (-1, -2) it is -5 and %.2f", t.Seed, said.At(0, 0), said.At(1, 0))),
		Free:   true,
		Panels: []plots.Panel{class, value("task 1: the truth", truth), value("task 1: the net", net)},
	}.Figure("Three maps of the plane from −2.5 to 2.5 with the training square and two test points outside of it: the net's " +
		"classes; the true values, which rise evenly; the net's values.")
}

// TestPoints draws what the article's test points are answered with, from every seed, beside the truth and least squares.
func TestPoints(configure lessons.Configure) plots.Figure {
	test := datasets.TwoTaskExample(0).XTest
	f := floorsOf(configure(0).Data)
	runs, _ := trained(configure)
	chart := plots.Dots{
		Title:    "At the article's two test points",
		Subtitle: fmt.Sprintf("%d seeds: each a small dot, median, and range as a line", len(runs)),
		X:        "answer for y₁", Decimals: 2,
	}
	for i, truth := range signal(test) {
		x1, x2 := test.At(i, 0), test.At(i, 1)
		var said []float64
		for _, r := range runs {
			said = append(said, predict(configure(0), r.Theta, test)[0].At(i, 0))
		}
		m := mtlkit.MedianRange(said)
		at := lessons.Minus(fmt.Sprintf("(%g, %g)", x1, x2))
		chart.Items = append(chart.Items,
			plots.Item{Name: at + " truth", Value: truth},
			plots.Item{Name: at + " least squares", Role: plots.Grey, Value: f.at(x1, x2)},
			plots.Item{Name: at + " networks", Role: lessons.ValueRole, Value: m.Median, Low: m.Min, High: m.Max, Runs: said})
	}
	return chart.Figure("Dot plot of the answers at the two test points: of the truth, of least squares, and of the networks from all seeds.")
}
