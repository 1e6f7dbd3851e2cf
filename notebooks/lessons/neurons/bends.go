package neurons

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Bends draws activation functions from −reach to reach and, beside them, their slopes as autodiff finds them. More than
// four take the colours again, dashed. Those of an earlier run are drawn in grey.
func Bends(memory lessons.Memory, reach float64, activations ...nn.Activation) plots.Figure {
	zs := plots.Linspace(-reach, reach, 241)
	values := plots.Curves{Title: "the answer", X: "z", YLim: plots.Range{-1.5, 3}}
	slopes := plots.Curves{Title: "its slope", X: "z"}
	for i, activation := range activations {
		a, da := bend(activation, zs)
		name, hue, again := activationName(activation), lessons.Hues[i%len(lessons.Hues)], i >= len(lessons.Hues)
		values.Series = append(values.Series, plots.Series{Role: hue, Dash: again, X: zs, Y: a})
		slopes.Series = append(slopes.Series, plots.Series{Name: name, Role: hue, Dash: again, X: zs, Y: da})
	}
	_, sigmoid := bend(nn.Sigmoid, []float64{0, reach})
	return lessons.Remembered(memory, "bends", plots.Panels{
		Title:    "Where a bend is flat, nothing is learned",
		Subtitle: fmt.Sprintf("slopes by autodiff; the sigmoid's is %.2f at 0 and %.4f at %g", sigmoid[0], sigmoid[1], reach),
		Free:     true,
		Panels:   []plots.Panel{values, slopes},
	}).Figure("Two line charts over z: activation functions, and their slopes.")
}

// SlopeAt returns the slope of an activation at z.
func SlopeAt(activation nn.Activation, z float64) float64 {
	_, slope := bend(activation, []float64{z})
	return slope[0]
}

// activationName returns what an activation is called in figures.
func activationName(a nn.Activation) string {
	switch a {
	case nn.ReLU:
		return "ReLU"
	case nn.Linear:
		return "linear"
	case nn.LeakyReLU:
		return "leaky ReLU"
	case nn.GELU:
		return "GELU"
	}
	return string(a)
}

// bend returns an activation and its slope at the places z.
func bend(activation nn.Activation, z []float64) (values, slopes []float64) {
	g := autodiff.New()
	in := g.Const(len(z), 1, z)
	out := activation.Apply(in)
	slope := autodiff.Grad(out.Sum(), in) // entry k of out depends on entry k of in alone
	ws := autodiff.Compile(out, slope).NewWorkspace()
	ws.Run()
	return ws.Read(out, nil), ws.Read(slope, nil)
}

// Fading draws how much of a gradient arrives at the first of many layers: the mean size of the derivative of the output
// by the first layer's weights, of networks of the given width and of 1 to depth hidden layers before any training. The
// band is the 95 % interval of the mean of the logarithm over the seeds.
func Fading(width, depth, seeds int, activations ...nn.Activation) plots.Figure {
	least, most := math.Inf(1), 0.0
	chart := plots.Curves{
		Subtitle: fmt.Sprintf("untrained networks of width %d, Glorot's start; geometric mean of %d seeds, 95 %% interval",
			width, seeds),
		X: "hidden layers", Y: "derivative of the output by a first-layer weight (mean size)",
		LogY: true,
	}
	for i, activation := range activations {
		s := plots.Series{Name: activationName(activation), Role: lessons.Hues[i%len(lessons.Hues)], Dash: i >= len(lessons.Hues)}
		for layers := 1; layers <= depth; layers++ {
			sizes := make([]float64, seeds)
			for seed := range sizes {
				sizes[seed] = math.Log(firstGradient(activation, width, layers, uint64(seed)))
			}
			m := mtlkit.MeanInterval(sizes)
			s.X, s.Y = append(s.X, float64(layers)), append(s.Y, math.Exp(m.Mean))
			s.Low, s.High = append(s.Low, math.Exp(m.Low)), append(s.High, math.Exp(m.High))
		}
		if depth > 1 {
			left := math.Pow(s.Y[depth-1]/s.Y[0], 1/float64(depth-1))
			least, most = min(least, left), max(most, left)
			s.Name = fmt.Sprintf("%s: × %.2f a layer", s.Name, left)
		}
		chart.Series = append(chart.Series, s)
	}
	if depth > 1 {
		chart.Title = fmt.Sprintf("A layer leaves between %.0f and %.0f %% of a gradient on its way back", 100*least, 100*most)
	}
	return chart.Figure("Line chart on a logarithmic axis: the derivative with respect to the first layer's weights over " +
		"the number of hidden layers.")
}

// firstGradient is the mean absolute derivative of the sum of a network's outputs at 32 normal inputs, per input, by the
// weights of its first layer.
func firstGradient(activation nn.Activation, width, layers int, seed uint64) float64 {
	const inputs = 32
	rng := rand.New(rand.NewPCG(seed, 1))
	net := nn.MLP{Widths: slices.Concat([]int{2}, slices.Repeat([]int{width}, layers), []int{1}), Activation: activation}
	x := make([]float64, 2*inputs)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	g := autodiff.New()
	theta := g.Params(net.Shapes())
	first := autodiff.GradParams(net.Apply(nil, theta, g.Const(inputs, 2, x)).Mean(), theta).At(0)
	size := first.Abs().Mean()
	ws := autodiff.Compile(size).NewWorkspace()
	ws.Set(theta, net.Init(rng))
	ws.Run()
	return ws.Scalar(size)
}
