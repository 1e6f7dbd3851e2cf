package metagradient

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A WaveNet is a network of two parameters, y = a·sin(x − φ), so that all of it can be drawn: θ = (φ, a) is a point of
// the plane. How fast φ adapts depends on a, and where a is 0 it does not adapt at all.
type WaveNet struct{}

// Shapes implements [nn.Network].
func (WaveNet) Shapes() []autodiff.Shape {
	return []autodiff.Shape{{Name: "φ", Rows: 1, Cols: 1}, {Name: "a", Rows: 1, Cols: 1}}
}

// Init implements [nn.Network].
func (WaveNet) Init(rng *rand.Rand) []float64 { return []float64{rng.NormFloat64(), rng.NormFloat64()} }

// Apply implements [nn.Network].
func (WaveNet) Apply(_ *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	return x.Sub(theta.At(0)).Sin().Mul(theta.At(1))
}
