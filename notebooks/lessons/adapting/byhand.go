package adapting

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Trace returns a network's parameters, which have no numbers yet, and the points of an episode as constants of their graph.
func Trace(net nn.Network, e *metakit.Episode) (theta autodiff.Params, support, query metakit.TracedSet) {
	g := autodiff.New()
	constant := func(set metakit.Set) metakit.TracedSet {
		x, y := column(set.X), column(set.Y)
		return metakit.TracedSet{X: g.Const(len(x), 1, x), Y: g.Const(len(y), 1, y)}
	}
	return g.Params(net.Shapes()), constant(e.Support), constant(e.Query)
}

// ByHand runs a program, at weights drawn at random, that computes the error after an inner step and two gradients of it,
// the exact one and that of first order. It draws how far the forecasts by either are off along the exact one, and holds
// both against a difference quotient and against the learner's own meta-gradient.
func ByHand(program *autodiff.Program, theta autodiff.Params, after autodiff.Value, exact, first autodiff.Params,
	maml metakit.MAML, e *metakit.Episode) plots.Figure {
	start := maml.Init(rand.New(rand.NewPCG(1, 0)))
	ws := program.NewWorkspace()
	ws.Set(theta, start)
	ws.Run()
	middle, outer, short := ws.Scalar(after), ws.Read(exact, nil), ws.Read(first, nil)
	_, own, err := metakit.MetaGradient(maml, start, e)
	if err != nil {
		panic(err)
	}

	length := floats.Norm(outer, 2)
	at := func(h float64) float64 { // the error after the step from a start moved by h along the exact gradient
		moved := make([]float64, len(start))
		ws.Set(theta, floats.AddScaledTo(moved, start, h/length, outer))
		ws.Run()
		return ws.Scalar(after)
	}
	const h = 1e-6
	quotient := (at(h) - at(-h)) / (2 * h)
	shortSlope := floats.Dot(outer, short) / length

	title := fmt.Sprintf("First order forecasts %.2f times the rise that comes", shortSlope/quotient)
	if math.Abs(length-quotient) > 1e-3*length {
		title = "This gradient is not the slope of the error after the step"
	}
	const reach = 0.02
	moves := plots.Linspace(-reach, reach, 101)
	off := func(name string, slope float64, s plots.Series) plots.Series { // by how much a forecast is off
		s.Name, s.X = name, moves
		for _, m := range moves {
			s.Y = append(s.Y, slope*m-(at(m)-middle))
		}
		return s
	}
	return plots.Curves{
		Title:    title,
		Subtitle: fmt.Sprintf("one wave, fresh weights θ; v: the direction of outer, along which the error rises by %.2f a unit", quotient),
		X:        "move of θ along v", Y: "forecast − what comes (mean squared error)",
		Series: []plots.Series{
			off(fmt.Sprintf("outer forecasts %.2f", length), length, plots.Series{Role: plots.Blue}),
			off(fmt.Sprintf("first order %.2f", shortSlope), shortSlope, plots.Series{Role: plots.Vermillion, Dash: true}),
		},
		Floors: []plots.Floor{{Y: 0}},
	}.Figure("Line chart of how far two forecasts of the error after one inner step are off, over a move of the start: that by the " +
		"gradient through the step, and that of first order.",
	).Caption(fmt.Sprintf("Slope along v: %.4f by a difference quotient, %.4f through the step, %.4f with the step held constant. "+
		"Largest difference between the %s numbers of outer and those of metakit.MAML: %.3g.", quotient, length, shortSlope,
		lessons.Thousands(len(outer)), floats.Distance(outer, own, math.Inf(1))))
}
