package plots_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/plots"
)

// show takes the figures of the examples: the tests compare them, the contact sheet prints them.
var show = func(name string, fig plots.Figure) {}

// decay is a made-up learning curve with an interval that narrows.
func decay(steps []float64, from, to, rate float64) (mean, low, high []float64) {
	for _, s := range steps {
		m := to + (from-to)*math.Exp(-rate*s)
		half := 0.08 * m * (1 + math.Exp(-rate*s))
		mean, low, high = append(mean, m), append(low, m-half), append(high, m+half)
	}
	return mean, low, high
}

func ExampleCurves() {
	steps := plots.Linspace(0, 10, 11)
	maml, low, high := decay(steps, 3.02, 0.31, 1.4)
	first, lowFirst, highFirst := decay(steps, 3.02, 0.38, 1.2)
	joint, _, _ := decay(steps, 3.05, 2.7, 0.2)
	show("curves", plots.Curves{
		Title:    "MAML beats the zero-shot floor after one step",
		Subtitle: "mean of 20 seeds, 95 % interval; 10 shots, 600 test tasks",
		X:        "inner steps",
		Y:        "query error (mean squared error)",
		Series: []plots.Series{
			{Name: "MAML", Role: plots.Blue, X: steps, Y: maml, Low: low, High: high},
			{Name: "first order", Role: plots.Vermillion, X: steps, Y: first, Low: lowFirst, High: highFirst},
			{Name: "joint training", Role: plots.Grey, X: steps, Y: joint},
		},
		Floors:  []plots.Floor{{Name: "zero-shot 3.01", Y: 3.0057}, {Name: "zero 4.25", Y: 4.25}},
		Markers: []plots.Marker{{Name: "trained for", X: 1}},
	}.Figure("Line chart of query error over inner steps. MAML and first order fall below the zero-shot floor after "+
		"one step; joint training stays near it."))
}

func ExampleCurves_diverging() {
	rng := rand.New(rand.NewPCG(1, 0))
	run := func(rate float64) []float64 {
		y, v := make([]float64, 60), 1.0
		for i := range y {
			y[i] = v * v
			v *= rate + 0.02*rng.NormFloat64()
		}
		return y
	}
	slow := plots.Series{Name: "rate 0.05", Role: plots.Blue, Y: run(0.95),
		Runs: [][]float64{run(0.95), run(0.95)}}
	show("curves_diverging", plots.Curves{
		Title:    "At rate 2.1 every step overshoots by more than the last",
		Subtitle: "squared distance from the minimum of a parabola, single runs thin",
		X:        "step",
		Y:        "loss",
		LogY:     true,
		YLim:     plots.Range{1e-4, 100},
		Series: []plots.Series{
			slow,
			{Name: "rate 2.1", Role: plots.Vermillion, Y: run(-1.1)},
			plots.Series{Y: run(0.98)}.Ghost("before: rate 0.02"),
		},
		Notes: []plots.Note{{Text: "a note beside a place", X: 30, Y: 5}},
	}.Figure("Line chart of loss over steps, logarithmic: at rate 0.05 it falls, at rate 2.1 it leaves the axes."))
}

func ExampleFits() {
	x := plots.Linspace(-5, 5, 101)
	truth := make([]float64, len(x))
	for i := range x {
		truth[i] = 3.2 * math.Sin(x[i]+0.6)
	}
	var steps []plots.Series
	for k, name := range []string{"0 steps", "1 step", "5 steps", "10 steps"} {
		share := []float64{0, 0.55, 0.85, 0.95}[k]
		y := make([]float64, len(x))
		for i := range x {
			y[i] = share*truth[i] - (1-share)*1.2*math.Cos(x[i])
		}
		steps = append(steps, plots.Series{Name: name, X: x, Y: y})
	}
	support := plots.Points{X: []float64{-4.1, -3, -1.2, 0.3, 1.1, 2.7, 3.9}}
	for _, v := range support.X {
		support.Y = append(support.Y, 3.2*math.Sin(v+0.6))
	}
	show("fits", plots.Fits{
		Title:    "Each step brings the line closer to the truth",
		Subtitle: "amplitude 3.2, phase 0.6, 7 support points",
		X:        "x", Y: "y",
		Truth:   plots.Series{X: x, Y: truth},
		Support: support,
		Role:    plots.Blue,
		Steps:   steps,
	}.Figure("A sine wave dashed, seven points on it, and four lines from faint to full that approach it."))
}

// moons are two half circles that interlock.
func moons(n int) (a, b plots.Points) {
	rng := rand.New(rand.NewPCG(2, 0))
	a, b = plots.Points{Name: "class 0", Role: plots.Blue}, plots.Points{Name: "class 1", Role: plots.Vermillion}
	for i := range n {
		t := math.Pi * float64(i) / float64(n-1)
		a.X = append(a.X, math.Cos(t)+0.12*rng.NormFloat64())
		a.Y = append(a.Y, math.Sin(t)+0.12*rng.NormFloat64())
		b.X = append(b.X, 1-math.Cos(t)+0.12*rng.NormFloat64())
		b.Y = append(b.Y, 0.5-math.Sin(t)+0.12*rng.NormFloat64())
	}
	return a, b
}

func ExampleField() {
	a, b := moons(40)
	p := func(x, y float64) float64 { return 1 / (1 + math.Exp(6*(y-0.25-0.75*math.Cos(2.4*x-0.6)*0.8))) }
	show("field", plots.Field{
		Title:    "The boundary follows both moons",
		Subtitle: "probability of class 1 after 500 steps; 80 points",
		X:        "x₁", Y: "x₂", Z: "probability of class 1",
		Grid:     plots.NewGrid(plots.Range{-1.5, 2.5}, plots.Range{-1.2, 1.7}, 60, p),
		Palette:  plots.Classes,
		Contours: []float64{0.5},
		Points:   []plots.Points{a, b},
	}.Figure("Two interlocking half moons of points; the region of class 1 follows the lower one."))
}

func bowl(x, y float64) float64 { return x*x + 3*(y-0.3*x)*(y-0.3*x) }

func descent(x, y, rate float64, n int) (xs, ys []float64) {
	for range n {
		xs, ys = append(xs, x), append(ys, y)
		gy := 6 * (y - 0.3*x)
		x, y = x-rate*(2*x-0.3*gy), y-rate*gy
	}
	return xs, ys
}

func ExampleField_contours() {
	x1, y1 := descent(-1.8, 1.5, 0.27, 20)
	x2, y2 := descent(1.7, -1.4, 0.05, 40)
	show("field_contours", plots.Field{
		Title:    "A large step zigzags across the valley, a small one walks along it",
		Subtitle: "gradient descent from two starts",
		X:        "θ₁", Y: "θ₂", Z: "loss",
		Grid:     plots.NewGrid(plots.Range{-2, 2}, plots.Range{-2, 2}, 60, bowl),
		Levels:   []float64{0.1, 0.3, 1, 3, 6, 10},
		Contours: []float64{0.1, 0.3, 1, 3, 6, 10},
		LogZ:     true, ZLim: plots.Range{0.03, 24},
		Paths: []plots.Path{
			{Name: "rate 0.27", Role: plots.Vermillion, X: x1, Y: y1, Dots: true},
			{Name: "rate 0.05", Role: plots.Blue, X: x2, Y: y2},
		},
	}.Figure("Contours of an elongated bowl and two paths to its bottom: one zigzags, one is smooth."))
}

func ExampleHeatMap() {
	var values [][]float64
	var below [][]string
	for i := range 4 {
		var row []float64
		var ends []string
		for j := range 5 {
			row = append(row, 4*float64(j)-3*float64(3-i)*float64(3-i)+1.5)
			ends = append(ends, "±1.2")
		}
		values, below = append(values, row), append(below, ends)
	}
	show("heatmap", plots.HeatMap{
		Title:    "Sharing helps when the tasks are related and one of them is small",
		Subtitle: "change of held-out error by joint training, 20 seeds, 95 % interval; article's setting framed",
		X:        "samples of the small task", Y: "relatedness",
		Columns: []string{"1,000", "300", "100", "30", "10"},
		Rows:    []string{"0", "0.3", "0.6", "0.9"},
		Values:  values, Below: below, Z: "gain in %", Decimals: 1,
		Palette: plots.Diverging,
		Marked:  [][2]int{{0, 0}},
	}.Figure("Heat map of gain by relatedness and samples: losses above, gains towards the lower right."))
}

func ExampleDots() {
	one := plots.Marker{Name: "alone", X: 1}
	show("dots", plots.Dots{
		Title:    "Only the fixed weight beats training alone",
		Subtitle: "error relative to single-task training; mean of 20 seeds, 95 % interval",
		X:        "relative error (lower is better)",
		Items: []plots.Item{
			{Name: "equal weights", Role: plots.Grey, Value: 1.21, Low: 1.14, High: 1.28},
			{Name: "fixed 0.1", Role: plots.Green, Value: 0.94, Low: 0.90, High: 0.98},
			{Name: "uncertainty", Role: plots.Vermillion, Value: 1.05, Low: 0.99, High: 1.11},
			{Name: "MGDA", Role: plots.Blue, Value: 0.96, Low: 0.91, High: 1.01, Runs: []float64{0.88, 0.99, 1.04}},
			{Name: "PCGrad", Role: plots.Blue, Value: 1.12, Low: 1.06, High: 1.18},
		},
		Sorted: true, Reference: &one, Decimals: 2,
	}.Figure("Dot plot of relative error by method: only the interval of the fixed weight lies below 1."))
}

func ExampleForest() {
	show("forest", plots.Forest{
		Title:    "Two of four ways of sharing beat single networks, and one loses",
		Subtitle: "difference from single networks, paired over 20 seeds; 95 % interval; grey: cannot be told",
		X:        "difference in error (mean squared error); left of zero is better",
		Groups: []plots.Group{
			{Name: "architectures", Rows: []plots.Item{
				{Name: "hard sharing", Role: plots.Grey, Value: -0.021, Low: -0.047, High: 0.005},
				{Name: "cross-stitch", Role: plots.Blue, Value: -0.064, Low: -0.091, High: -0.037, Note: "better"},
				{Name: "mixture of experts", Role: plots.Blue, Value: -0.083, Low: -0.118, High: -0.048,
					Runs: []float64{-0.12, -0.071, -0.09, -0.04}, Note: "better"},
			}},
			{Name: "balancers under hard sharing", Rows: []plots.Item{
				{Name: "MGDA", Role: plots.Vermillion, Value: 0.092, Low: 0.031, High: 0.153, Note: "worse"},
			}},
		},
		Baseline: plots.Marker{Name: "single networks"}, Column: "difference [95 %]", Decimals: 3,
	}.Figure("Forest plot of differences in error from single networks: the intervals of cross-stitch and of the mixture "+
		"of experts lie left of zero, that of MGDA right of it, that of hard sharing holds it."))
}

func ExampleForest_limits() {
	show("forest_limits", plots.Forest{
		Title: "What goes on beyond the limits has a tip",
		X:     "error relative to single networks (ratio); lower is better",
		Groups: []plots.Group{{Rows: []plots.Item{
			{Name: "a name that takes more room than most", Role: plots.Blue, Value: 0.5, Low: 0.1, High: 0.9},
			{Name: "wide", Value: 1.1, Low: 0.01, High: 40},
			{Name: "beyond", Role: plots.Vermillion, Value: 30, Low: 20, High: 60, Note: "p 0.003"},
			{Name: "no interval", Role: plots.Green, Value: 2},
		}}},
		Baseline: plots.Marker{Name: "equal", X: 1}, Decimals: 2, LogX: true, XLim: plots.Range{0.05, 10},
	}.Figure("Forest plot of ratios on a logarithmic axis: two intervals leave it."))
}

func ExampleDots_bars() {
	show("dots_bars", plots.Dots{
		Title: "Most of the parameters sit in the shared trunk",
		X:     "parameters",
		Items: []plots.Item{
			{Name: "trunk", Value: 4352},
			{Name: "regression head", Role: plots.Blue, Value: 65},
			{Name: "classification head", Role: plots.Vermillion, Value: 130},
		},
		Bars: true,
	}.Figure("Bars of parameter counts: trunk 4,352, regression head 65, classification head 130."))
}

func ExamplePairs() {
	rng := rand.New(rand.NewPCG(3, 0))
	p := plots.Points{Role: plots.Blue}
	worse := 0
	for range 20 {
		alone := 0.33 + 0.02*rng.NormFloat64()
		joint := alone + 0.05 + 0.03*rng.NormFloat64()
		p.X, p.Y = append(p.X, alone), append(p.Y, joint)
		if joint > alone {
			worse++
		}
	}
	show("pairs", plots.Pairs{
		Title:    fmt.Sprintf("In %d of 20 seeds sharing hurts", worse),
		Subtitle: "cross-entropy after 100 epochs, a dot a seed",
		X:        "trained alone", Y: "trained jointly",
		Points: []plots.Points{p},
		Above:  "joint is worse", Below: "joint is better",
	}.Figure("Scatter of joint against single-task loss with the diagonal: nearly all dots lie above it."))
}

func ExampleHistogram() {
	rng := rand.New(rand.NewPCG(4, 0))
	draw := func(mean float64) []float64 {
		v := make([]float64, 600)
		for i := range v {
			v[i] = mean * math.Exp(0.5*rng.NormFloat64())
		}
		return v
	}
	show("histogram", plots.Histogram{
		Title:    "A few tasks stay hard after adaptation",
		Subtitle: "600 test tasks, 10 shots",
		X:        "query error after one step (mean squared error)",
		Samples: []plots.Sample{
			{Name: "MAML", Role: plots.Blue, Values: draw(0.4)},
			{Name: "first order", Role: plots.Vermillion, Values: draw(0.7)},
		},
		Markers: []plots.Marker{{Name: "median of MAML", X: 0.4}},
		XLim:    plots.Range{0, 2.5},
	}.Figure("Two histograms of query error: MAML's lies to the left of first order's; both have a long tail."))
}

func ExamplePlane() {
	g1, g2 := [2]float64{1, 0}, [2]float64{-1.2, 0.9}
	show("plane", plots.Plane{
		Title:    "The mean of the gradients hurts task 1; the other steps hurt neither",
		Subtitle: "two gradients, and the directions that hurt neither",
		X:        "θ₁", Y: "θ₂",
		Arrows: []plots.Arrow{
			{Name: "g₁", Role: plots.Ink, X: g1[0], Y: g1[1]},
			{Name: "g₂", Role: plots.Ink, X: g2[0], Y: g2[1]},
			{Name: "mean", Role: plots.Grey, X: -0.1, Y: 0.45, Dash: true},
			{Name: "UPGrad", Role: plots.Blue, X: 0.18, Y: 0.69},
			{Name: "MGDA", Role: plots.Vermillion, X: 0.143, Y: 0.350},
		},
		Cone:     [][2]float64{g1, g2},
		ConeName: "hurts neither",
		Hull:     [][2]float64{g1, g2},
	}.Figure("Two gradients at an obtuse angle, the cone of directions that hurt neither shaded, and three steps."))
}

func ExampleNetwork() {
	show("network", plots.Network{
		Title:    "Hard sharing: one trunk, a head for each task",
		Subtitle: "ink: shared, 4,352 parameters; colours: of one task, 195 parameters",
		Layers: []plots.Layer{
			{Name: "inputs", Units: 2},
			{Name: "trunk 1", Units: 64, Params: 192, From: []int{0}},
			{Name: "trunk 2", Units: 64, Params: 4160, From: []int{1}},
			{Name: "regression", Role: plots.Blue, Units: 1, Params: 65, From: []int{2}},
			{Name: "classification", Role: plots.Vermillion, Units: 2, Params: 130, From: []int{2}},
		},
	}.Figure("Network diagram: two inputs, two shared layers of 64 neurons, a regression and a classification head."))
}

func ExampleBlocks() {
	show("blocks", plots.Blocks{
		Title:    "Each task weighs a common and an own expert by its gate",
		Subtitle: "numbers on the wires: weights of the gates, mean over the rows; in the boxes: parameters",
		Blocks: []plots.Block{
			{Name: "x", Role: plots.Grey},
			{Name: "gate 1", Note: "18", Role: plots.Blue, Gate: true, From: []plots.Wire{{From: 0}}},
			{Name: "expert 1", Note: "72", Role: plots.Blue, From: []plots.Wire{{From: 0}}},
			{Name: "common", Note: "72", From: []plots.Wire{{From: 0}}},
			{Name: "expert 2", Note: "72", Role: plots.Vermillion, Dash: true, From: []plots.Wire{{From: 0}}},
			{Name: "head 1", Note: "9", Role: plots.Blue, From: []plots.Wire{
				{From: 1, Tint: 0.7, Dash: true}, {From: 2, Label: "0.80", Tint: 0.2}, {From: 3, Label: "0.15", Tint: 0.85},
				{From: 4, Label: "0.05", Tint: 0.95}}},
			{Name: "head 2", Note: "9", Role: plots.Vermillion, From: []plots.Wire{
				{From: 3, Label: "0.40", Tint: 0.6}, {From: 4, Label: "0.60", Tint: 0.4}}},
		},
		Ties: []plots.Tie{{A: 5, B: 6, Name: "alike"}},
		Key: []plots.Block{{Name: "of both"}, {Name: "of task 1", Role: plots.Blue},
			{Name: "of task 2", Role: plots.Vermillion}, {Name: "lent to the other", Role: plots.Grey, Dash: true}},
	}.Figure("Network diagram of a mixture of experts: a gate, three experts and a head for each of two tasks."))
}

func ExampleCircuit() {
	show("circuit", plots.Circuit{
		Title:    "One neuron forwards and backwards, by hand",
		Subtitle: "x = 2, w = −0.5, b = 1, target y = 1; loss (a − y)²",
		Nodes: []plots.Node{
			{Name: "x", Value: 2, Grad: 0.125},
			{Name: "w", Value: -0.5, Grad: -0.5},
			{Name: "b", Value: 1, Grad: -0.25},
			{Name: "w·x", Value: -1, Grad: -0.25, From: []int{0, 1}},
			{Name: "z = w·x + b", Value: 0, Grad: -0.25, From: []int{2, 3}},
			{Name: "a = σ(z)", Value: 0.5, Grad: -1, From: []int{4}},
			{Name: "loss", Value: 0.25, Grad: 1, From: []int{5}, Role: plots.Blue},
		},
		Decimals: 3,
	}.Figure("Computation graph of one neuron with the value and the derivative of the loss in each node."))
}

func ExampleCurves_functions() {
	x := plots.Linspace(-4, 4, 161)
	of := func(name string, role plots.Role, f func(float64) float64) plots.Series {
		y := make([]float64, len(x))
		for i := range x {
			y[i] = f(x[i])
		}
		return plots.Series{Name: name, Role: role, X: x, Y: y}
	}
	show("curves_functions", plots.Curves{
		Title: "ReLU and GELU grow without bound, tanh and sigmoid level off",
		X:     "z", Y: "activation",
		Series: []plots.Series{
			of("ReLU", plots.Blue, func(z float64) float64 { return max(z, 0) }),
			of("tanh", plots.Vermillion, math.Tanh),
			of("sigmoid", plots.Green, func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }),
			of("GELU", plots.Purple, func(z float64) float64 { return z / 2 * (1 + math.Erf(z/math.Sqrt2)) }),
		},
		YLim: plots.Range{-1, 2},
	}.Figure("ReLU, tanh, sigmoid and GELU over z from −4 to 4."))
}

func ExampleField_paths() {
	front := plots.Linspace(0, 1, 50)
	var x, y []float64
	for _, t := range front {
		x, y = append(x, (1-t)*(1-t)), append(y, t*t)
	}
	show("field_paths", plots.Field{
		Title:    "Both methods reach the front, at different ends of it",
		Subtitle: "losses of two tasks from one start",
		X:        "loss of task 1", Y: "loss of task 2",
		Paths: []plots.Path{
			{Name: "Pareto front", X: x, Y: y, Plain: true},
			{Name: "sum", Role: plots.Blue, X: []float64{0.9, 0.5, 0.36, 0.26}, Y: []float64{1.1, 0.5, 0.3, 0.25}},
			{Name: "MGDA", Role: plots.Vermillion, X: []float64{0.9, 0.8, 0.7}, Y: []float64{1.1, 0.6, 0.03}},
		},
		Regions: []plots.Region{{Name: "better than alone", X: plots.Range{0, 0.5}, Y: plots.Range{0, 0.4}}},
		XLim:    plots.Range{0, 1.2}, YLim: plots.Range{0, 1.2},
	}.Figure("Two paths in the plane of two losses from one start to different points of the front."))
}
