package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
)

// LayerNorm brings each row of its inputs, n × Units, to mean 0 and variance 1 over its columns, and then scales and shifts
// each column:
//
//	gain ∘ (x − μ)/√(σ² + Epsilon) + bias,   μ = mean of the row,   σ² = mean of (x − μ)² over the row
//
// The variance is the biased one, divided by Units. Every row is for itself, in training and in evaluation. The parameters
// are gain, which starts at 1, and bias, which starts at 0, both 1 × Units.
//
// Reference: Ba, Kiros, Hinton. Layer normalization. 2016, arXiv:1607.06450. PyTorch, Keras and Flax compute the same with
// an epsilon of 1e-5, 1e-3 and 1e-6.
type LayerNorm struct {
	Units   int
	Epsilon float64 // above 0: it keeps a constant row finite
}

var _ Network = LayerNorm{}

// NewLayerNorm returns the layer with an epsilon of 1e-5.
func NewLayerNorm(units int) LayerNorm { return LayerNorm{Units: units, Epsilon: 1e-5} }

// Shapes implements [Network].
func (l LayerNorm) Shapes() []autodiff.Shape {
	l.check()
	return normShapes(l.Units)
}

// Init implements [Network]. It draws nothing.
func (l LayerNorm) Init(*rand.Rand) []float64 {
	l.check()
	return normInit(l.Units)
}

// Apply implements [Network].
func (l LayerNorm) Apply(_ *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	l.check()
	checkLayer("LayerNorm", l.Shapes(), theta, l.Units, x)
	centred := x.Sub(x.MeanAxis(1))
	return normalised(centred, centred.Square().MeanAxis(1), l.Epsilon, theta)
}

func (l LayerNorm) check() { checkNorm("LayerNorm", "NewLayerNorm", l.Units, l.Epsilon) }

// normalised is the part that all normalisations have in common, of what is centred already.
func normalised(centred, variance autodiff.Value, epsilon float64, theta autodiff.Params) autodiff.Value {
	return centred.Mul(variance.Shift(epsilon).Sqrt().Reciprocal()).Mul(theta.At(0)).Add(theta.At(1))
}

func normShapes(units int) []autodiff.Shape {
	return []autodiff.Shape{{Name: "gain", Rows: 1, Cols: units}, {Name: "bias", Rows: 1, Cols: units}}
}

func normInit(units int) []float64 {
	theta := make([]float64, 2*units)
	for k := range units {
		theta[k] = 1
	}
	return theta
}

// checkNorm panics where the settings of a normalisation make no sense.
func checkNorm(layer, constructor string, units int, epsilon float64) {
	if units < 1 {
		panic(fmt.Sprintf("nn: %s: Units is %d; it must be at least 1, the number of columns", layer, units))
	}
	if !(epsilon > 0) || math.IsInf(epsilon, 1) {
		panic(fmt.Sprintf("nn: %s: Epsilon is %v; it must be finite and above 0, and %s sets the usual one", layer, epsilon,
			constructor))
	}
}

// checkLayer panics unless theta has the shapes of a layer and x its number of columns.
func checkLayer(layer string, shapes []autodiff.Shape, theta autodiff.Params, columns int, x autodiff.Value) {
	if theta.Len() != len(shapes) {
		panic(fmt.Sprintf("nn: %s: %d matrices of parameters, want %v", layer, theta.Len(), shapes))
	}
	for k, s := range shapes {
		if p := theta.At(k); p.Rows() != s.Rows || p.Cols() != s.Cols {
			panic(fmt.Sprintf("nn: %s: parameter %d is %v, want %v", layer, k, p, s))
		}
	}
	if x.Cols() != columns {
		panic(fmt.Sprintf("nn: %s: the inputs %v have %d columns, want %d", layer, x, x.Cols(), columns))
	}
}
