package plots_test

import (
	"math"

	"kindred/plots"
)

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
