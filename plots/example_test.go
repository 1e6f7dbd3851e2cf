package plots_test

import (
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
		Title:    "One step already finds the phase",
		Subtitle: "amplitude 3.2, phase 0.6, 7 support points",
		X:        "x", Y: "y",
		Truth:   plots.Series{X: x, Y: truth},
		Support: support,
		Role:    plots.Blue,
		Steps:   steps,
	}.Figure("A sine wave dashed, seven points on it, and four lines from light to dark that approach it."))
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
		Title:    "Eight neurons bend the boundary around both moons",
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
		Title:    "Only two methods beat training alone, and not by much",
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
	}.Figure("Dot plot of relative error by method: fixed weights and MGDA lie below 1, the others above."))
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
	for range 20 {
		alone := 0.33 + 0.02*rng.NormFloat64()
		p.X, p.Y = append(p.X, alone), append(p.Y, alone+0.05+0.03*rng.NormFloat64())
	}
	show("pairs", plots.Pairs{
		Title:    "In 19 of 20 seeds sharing hurts",
		Subtitle: "cross-entropy after 100 epochs, a dot a seed",
		X:        "trained alone", Y: "trained jointly",
		Points: []plots.Points{p},
		Above:  "joint is worse", Below: "joint is better",
	}.Figure("Scatter of joint against single-task loss with the diagonal: nearly all dots lie above it."))
}

func ExamplePanels() {
	steps := plots.Linspace(0, 10, 11)
	var panels []plots.Panel
	for _, shots := range []float64{1, 2, 5, 10} {
		a, la, ha := decay(steps, 3.02, 2.4/shots, 1.4)
		b, lb, hb := decay(steps, 3.02, 2.8/shots, 1.1)
		panels = append(panels, plots.Curves{
			Title: map[float64]string{1: "1 shot", 2: "2 shots", 5: "5 shots", 10: "10 shots"}[shots],
			X:     "inner steps", Y: "query error (mean squared error)",
			Series: []plots.Series{
				{Name: "MAML", Role: plots.Blue, X: steps, Y: a, Low: la, High: ha},
				{Name: "first order", Role: plots.Vermillion, X: steps, Y: b, Low: lb, High: hb},
			},
			Floors: []plots.Floor{{Name: "zero-shot", Y: 3.0057}},
		})
	}
	show("panels", plots.Panels{
		Title:    "With more shots the gap to the floor widens",
		Subtitle: "mean of 20 seeds, 95 % interval",
		Panels:   panels,
	}.Figure("Four line charts with shared axes, 1 to 10 shots: the more shots, the lower the error after one step."))
}

func ExamplePanels_fields() {
	a, b := moons(20)
	a.Name, b.Name = "", ""
	var panels []plots.Panel
	for k, title := range []string{"1 neuron", "2 neurons", "4 neurons", "8 neurons", "16 neurons"} {
		bend := 0.2 * float64(k)
		p := func(x, y float64) float64 { return 1 / (1 + math.Exp(6*(y-0.25-0.75*math.Cos(2.4*x-0.6)*bend))) }
		panels = append(panels, plots.Field{
			Title: title,
			X:     "x₁", Y: "x₂", Z: "probability of class 1",
			Grid:     plots.NewGrid(plots.Range{-1.5, 2.5}, plots.Range{-1.2, 1.7}, 40, p),
			Palette:  plots.Classes,
			Contours: []float64{0.5},
			Points:   []plots.Points{a, b},
		})
	}
	show("panels_fields", plots.Panels{
		Title:  "The boundary bends with the number of neurons",
		Panels: panels,
	}.Figure("Five decision regions: with more neurons the boundary bends around the moons."))
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
		Markers: []plots.Marker{{Name: "median", X: 0.4}},
		XLim:    plots.Range{0, 2.5},
	}.Figure("Two histograms of query error: MAML's lies to the left of first order's; both have a long tail."))
}

func ExamplePlane() {
	g1, g2 := [2]float64{1, 0.2}, [2]float64{-0.6, 1.4}
	show("plane", plots.Plane{
		Title:    "The mean gradient hurts task 1; the projected ones do not",
		Subtitle: "two gradients, and the directions that hurt neither",
		X:        "θ₁", Y: "θ₂",
		Arrows: []plots.Arrow{
			{Name: "g₁", Role: plots.Ink, X: g1[0], Y: g1[1]},
			{Name: "g₂", Role: plots.Ink, X: g2[0], Y: g2[1]},
			{Name: "mean", Role: plots.Grey, X: 0.2, Y: 0.8, Dash: true},
			{Name: "UPGrad", Role: plots.Blue, X: 0.35, Y: 0.85},
			{Name: "MGDA", Role: plots.Vermillion, X: 0.59, Y: 0.57},
		},
		Cone:     [][2]float64{g1, g2},
		ConeName: "hurts neither",
		Hull:     [][2]float64{g1, g2},
	}.Figure("Two gradients at an obtuse angle, the cone of directions that hurt neither shaded, and three steps."))
}

func ExamplePanels_planes() {
	var panels []plots.Panel
	for _, degrees := range []float64{45, 90, 120, 160} {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		panels = append(panels, plots.Plane{
			Title: map[float64]string{45: "45°", 90: "90°", 120: "120°", 160: "160°"}[degrees],
			Arrows: []plots.Arrow{
				{Name: "gradients", X: 1}, {Name: "gradients", X: cos, Y: sin},
				{Name: "mean", Role: plots.Blue, X: (1 + cos) / 2, Y: sin / 2},
			},
			Cone:     [][2]float64{{1, 0}, {cos, sin}},
			ConeName: "hurts neither",
			XLim:     plots.Range{-1.1, 1.1}, YLim: plots.Range{-0.3, 1.1},
		})
	}
	show("panels_planes", plots.Panels{
		Title:  "The wider the angle, the narrower the cone",
		Panels: panels,
	}.Figure("Four panels with two gradients at 45, 90, 120 and 160 degrees; the shaded cone narrows."))
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

func ExamplePanels_networks() {
	twins := []plots.Layer{
		{Units: 3}, {Units: 4, Role: plots.Blue, From: []int{0}}, {Units: 4, Role: plots.Vermillion, From: []int{0}},
		{Units: 1, Role: plots.Blue, From: []int{1}}, {Units: 1, Role: plots.Vermillion, From: []int{2}},
	}
	twins[1].Name, twins[2].Name = "task 1", "task 2"
	stitch := append([]plots.Layer{}, twins...)
	stitch[3].From, stitch[4].From = []int{1, 2}, []int{1, 2}
	hard := []plots.Layer{
		{Units: 3}, {Name: "shared", Units: 6, From: []int{0}},
		{Name: "task 1", Units: 1, Role: plots.Blue, From: []int{1}},
		{Name: "task 2", Units: 1, Role: plots.Vermillion, From: []int{1}},
	}
	show("panels_networks", plots.Panels{
		Title: "What is shared",
		Panels: []plots.Panel{
			plots.Network{Title: "nothing", Layers: twins},
			plots.Network{Title: "a mixture of layers", Layers: stitch},
			plots.Network{Title: "the trunk", Layers: hard},
		},
	}.Figure("Three network diagrams: separate networks, cross-stitch, hard sharing."))
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

func ExamplePanels_free() {
	x, y := descent(-1.8, 1.5, 0.27, 20)
	loss := make([]float64, len(x))
	for i := range x {
		loss[i] = bowl(x[i], y[i])
	}
	show("panels_free", plots.Panels{
		Title:    "Zigzags in the plane are a slow tail of the loss",
		Subtitle: "gradient descent at rate 0.27; the same steps in both panels",
		Free:     true,
		Panels: []plots.Panel{
			plots.Field{
				Title: "parameters",
				X:     "θ₁", Y: "θ₂",
				Grid:     plots.NewGrid(plots.Range{-2, 2}, plots.Range{-2, 2}, 60, bowl),
				LogZ:     true,
				ZLim:     plots.Range{0.03, 24},
				Contours: []float64{0.1, 0.3, 1, 3, 6, 10},
				Paths:    []plots.Path{{Role: plots.Vermillion, X: x, Y: y}},
			},
			plots.Curves{
				Title: "loss",
				X:     "step", Y: "loss",
				LogY:   true,
				Series: []plots.Series{{Role: plots.Vermillion, Y: loss, Dots: true}},
			},
		},
	}.Figure("A zigzag path over the contours of a bowl, and the loss over the same steps on a logarithmic axis."))
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
		Title: "Four activations agree around zero and part far from it",
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

func ExamplePanels_grid() {
	var panels []plots.Panel
	for k := range 6 {
		x := plots.Linspace(0, 100, 51)
		y, low, high := decay(x, 1, 0.2+0.1*float64(k), 0.05)
		panels = append(panels, plots.Curves{
			Title: []string{"MAML", "first order", "Reptile", "joint", "ANIL", "scratch"}[k],
			X:     "meta-iterations in 1,000", Y: "query error",
			Series: []plots.Series{{Role: plots.Blue, X: x, Y: y, Low: low, High: high}},
			Floors: []plots.Floor{{Name: "floor", Y: 0.15}},
		})
	}
	show("panels_grid", plots.Panels{
		Title:   "Six learners, ordered by their last error",
		Columns: 3,
		Panels:  panels,
	}.Figure("Six learning curves in a grid with shared axes, from the lowest last error to the highest."))
}
