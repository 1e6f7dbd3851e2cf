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

// A Forecast is how far the forecasts of the error after an inner step are off, by two gradients of it, over a move of the
// start along the exact one: by their slopes, beside that of a difference quotient.
type Forecast struct {
	Rate                             float64 // of the inner step
	Move, Outer, First               []float64
	Quotient, OuterSlope, FirstSlope float64
	Numbers                          int     // of the gradient
	Own                              float64 // the largest difference between it and the learner's own meta-gradient
}

// ByHand runs a program, at weights drawn at random, that computes the error after an inner step and two gradients of it,
// the exact one and that of first order.
func ByHand(program *autodiff.Program, theta autodiff.Params, after autodiff.Value, exact, first autodiff.Params,
	maml metakit.MAML, e *metakit.Episode) Forecast {
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

	f := Forecast{
		Rate: maml.Inner.(nn.SGD).Rate, Move: plots.Linspace(-0.02, 0.02, 101), Quotient: quotient, OuterSlope: length,
		FirstSlope: shortSlope, Numbers: len(outer), Own: floats.Distance(outer, own, math.Inf(1)),
	}
	for _, m := range f.Move {
		comes := at(m) - middle
		f.Outer, f.First = append(f.Outer, length*m-comes), append(f.First, shortSlope*m-comes)
	}
	return f
}

// Figure draws how far the forecasts are off, and in grey that of first order in an earlier run, if there is one.
func (f Forecast) Figure(before Forecast, earlier bool) plots.Figure {
	title := fmt.Sprintf("First order forecasts %.2f times the rise that comes", f.FirstSlope/f.Quotient)
	if math.Abs(f.OuterSlope-f.Quotient) > 1e-3*f.OuterSlope {
		title = "This gradient is not the slope of the error after the step"
	}
	chart := plots.Curves{
		Title:    title,
		Subtitle: fmt.Sprintf("one wave, fresh weights θ; v: the direction of outer, along which the error rises by %.2f a unit", f.Quotient),
		X:        "move of θ along v", Y: "forecast − what comes (mean squared error)",
		Series: []plots.Series{
			{Name: fmt.Sprintf("outer forecasts %.2f", f.OuterSlope), Role: plots.Blue, X: f.Move, Y: f.Outer},
			{Name: fmt.Sprintf("first order %.2f", f.FirstSlope), Role: plots.Vermillion, Dash: true, X: f.Move, Y: f.First},
		},
		Floors: []plots.Floor{{Y: 0}},
	}
	if earlier {
		old := plots.Series{X: before.Move, Y: before.First}
		chart.Series = append(chart.Series, old.Ghost(fmt.Sprintf("first order, rate %g", before.Rate)))
	}
	return chart.Figure("Line chart of how far two forecasts of the error after one inner step are off, over a move of the start: that " +
		"by the gradient through the step, and that of first order.",
	).Caption(fmt.Sprintf("Slope along v: %.4f by a difference quotient, %.4f through the step, %.4f with the step held constant. "+
		"Largest difference between the %s numbers of outer and those of metakit.MAML: %.3g.", f.Quotient, f.OuterSlope, f.FirstSlope,
		lessons.Thousands(f.Numbers), f.Own))
}
