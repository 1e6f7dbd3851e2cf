package nn

import (
	"cmp"
	"math"

	"kindred/autodiff"
)

// Adam divides a running mean of the gradient by the root of a running mean of its square: with
// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ),
//
//	θ ← θ − Rate·m̂/(√v̂ + ε)
//
// as in the paper's algorithm and in PyTorch. Keras adds ε to the root of the uncorrected v,
// θ ← θ − Rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε), so that in early steps the same ε weighs more.
//
// √v has an infinite slope at v = 0, which an entry that never had a gradient, as that of a dead unit, turns into NaN
// when the step itself is differentiated. EpsilonRoot puts √(v + EpsilonRoot) in its place.
//
// Reference: Kingma, Ba. Adam: a method for stochastic optimization. ICLR 2015, arXiv:1412.6980.
type Adam struct {
	Rate    float64 // 0 stands for 0.001
	Beta1   float64 // 0 stands for 0.9
	Beta2   float64 // 0 stands for 0.999
	Epsilon float64 // 0 stands for 1e-8, or 1e-7 with Keras
	Keras   bool    // Keras's placing of ε, and its value unless Epsilon is set

	EpsilonRoot float64 // added to v under the root; 1e-16 does where a step is differentiated
}

var _ Rule = Adam{}

// LearningRate implements [Rule].
func (a Adam) LearningRate() float64 { return cmp.Or(a.Rate, 0.001) }

// Slots implements [Rule]: m and v.
func (Adam) Slots() int { return 2 }

// Step implements [Rule].
func (a Adam) Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	slots, step := a.direction(t, slots, grad)
	return slots, param.Sub(step.Mul(rate))
}

// direction returns the new m and v, and m̂/(√v̂ + ε).
func (a Adam) direction(t autodiff.Value, slots []autodiff.Value, grad autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	beta1, beta2 := cmp.Or(a.Beta1, 0.9), cmp.Or(a.Beta2, 0.999)
	m := slots[0].Scale(beta1).Add(grad.Scale(1 - beta1))
	v := slots[1].Scale(beta2).Add(grad.Square().Scale(1 - beta2))
	c1 := t.Scale(math.Log(beta1)).Exp().Neg().Shift(1)        // 1 − β₁ᵗ
	c2 := t.Scale(math.Log(beta2)).Exp().Neg().Shift(1).Sqrt() // √(1 − β₂ᵗ)
	root := v.Shift(a.EpsilonRoot).Sqrt()
	if a.Keras {
		return []autodiff.Value{m, v}, m.Div(root.Shift(cmp.Or(a.Epsilon, 1e-7))).Mul(c2.Div(c1))
	}
	return []autodiff.Value{m, v}, m.Div(root.Mul(c2.Reciprocal()).Shift(cmp.Or(a.Epsilon, 1e-8))).Mul(c1.Reciprocal())
}
