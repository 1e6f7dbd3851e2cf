package adapting

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// A Level is the smallest network there is: its answer is its one parameter θ, whatever it is asked.
type Level struct{}

// Shapes implements [nn.Network].
func (Level) Shapes() []autodiff.Shape { return []autodiff.Shape{{Name: "θ", Rows: 1, Cols: 1}} }

// Init implements [nn.Network].
func (Level) Init(rng *rand.Rand) []float64 { return []float64{rng.NormFloat64()} }

// Apply implements [nn.Network].
func (Level) Apply(_ *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	return x.Scale(0).Add(theta.At(0))
}

// OneParameter returns the meta-gradients of MAML, first order and Reptile at θ, after one inner step of a rate, where
// the error on the support point is (θ − support)² and that on the query point (θ − query)².
func OneParameter(theta, support, query, rate float64) []float64 {
	e := &metakit.Episode{
		Support: metakit.NewSet(1, []float64{0}, []float64{support}), Query: metakit.NewSet(1, []float64{0}, []float64{query}),
	}
	maml := metakit.MAML{Network: Level{}, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: rate}}
	first := maml
	first.FirstOrder = true
	reptile := metakit.Reptile{Network: Level{}, Loss: maml.Loss, Steps: 1, Inner: maml.Inner, OverRate: true}
	var all []float64
	for _, l := range []metakit.Learner{maml, first, reptile} {
		all = append(all, metaGradient(l, []float64{theta}, e)...)
	}
	return all
}

// A Step returns a meta-gradient at θ: support and query return the gradients of the errors on the support and on the
// query points of a task.
type Step = func(theta []float64, support, query func(theta []float64) []float64, rate float64) []float64

// OnLines returns what a step that the reader wrote makes of the two tasks of [TwoLines] at w = −2, b = 2, at a rate of
// 0.3, one after the other; nil if it returns nothing.
func OnLines(step Step) (all []float64) {
	for _, e := range TwoLines() {
		g := step([]float64{-2, 2}, gradientOn(e.Support), gradientOn(e.Query), 0.3)
		if len(g) == 0 {
			return nil
		}
		all = append(all, g...)
	}
	return all
}

// FirstOrderOnLines returns the same of first order as metakit computes it.
func FirstOrderOnLines() (all []float64) {
	first := metakit.MAML{
		Network: nn.MLP{Widths: []int{1, 1}}, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.3}, FirstOrder: true,
	}
	for _, e := range TwoLines() {
		all = append(all, metaGradient(first, []float64{-2, 2}, e)...)
	}
	return all
}

// gradientOn returns the gradient of a line's mean squared error on a set, by (w, b).
func gradientOn(set metakit.Set) func(theta []float64) []float64 {
	x, y := column(set.X), column(set.Y)
	return func(theta []float64) []float64 {
		g := make([]float64, 2)
		for i := range x {
			off := 2 * (theta[0]*x[i] + theta[1] - y[i]) / float64(len(x))
			floats.Add(g, []float64{off * x[i], off})
		}
		return g
	}
}

func metaGradient(l metakit.Learner, meta []float64, e *metakit.Episode) []float64 {
	_, g, err := metakit.MetaGradient(l, meta, e)
	if err != nil {
		panic(err) // the episodes and starts of the lesson are finite
	}
	return slices.Clone(g)
}

// Rests returns the w at which MAML, first order and Reptile come to rest in [Landscapes] of [TwoLines].
func Rests(rate float64, steps int) (w []float64) {
	net := nn.MLP{Widths: []int{1, 1}}
	exact := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: steps, Inner: nn.SGD{Rate: rate}}
	first := exact
	first.FirstOrder = true
	for _, l := range []metakit.Learner{
		exact, first, metakit.Reptile{Network: net, Loss: exact.Loss, Steps: steps, Inner: exact.Inner, OverRate: true},
	} {
		path := walk(l, TwoLines())
		w = append(w, path.X[len(path.X)-1])
	}
	return w
}
