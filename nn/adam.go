package nn

import (
	"cmp"
	"fmt"
	"math"

	"kindred/autodiff"
	"kindred/internal/kernel"
)

// Adam divides a running mean of the gradient by the root of a running mean of its square: with
// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ),
//
//	θ ← θ − Rate·m̂/(√v̂ + ε)
//
// as in the paper's algorithm and in PyTorch. Keras adds ε to the root of the uncorrected v,
// θ ← θ − Rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε), so that in early steps the same ε weighs more.
//
// A literal says all of it: a β of 0 has no memory, and an ε of 0, which would divide by 0 where there never was a
// gradient, is refused. [NewAdam] has the paper's settings, [NewKerasAdam] those of Keras.
//
// √v has an infinite slope at v = 0, which an entry that never had a gradient, as that of a dead unit, turns into NaN
// when the step itself is differentiated. EpsilonRoot puts √(v + EpsilonRoot) in its place.
//
// Reference: Kingma, Ba. Adam: a method for stochastic optimization. ICLR 2015, arXiv:1412.6980.
type Adam struct {
	Rate    float64 // finite, not negative; 0 stands still
	Beta1   float64 // of the mean of the gradient, at least 0 and below 1
	Beta2   float64 // of the mean of its square, at least 0 and below 1
	Epsilon float64 // finite and above 0
	Keras   bool    // Keras's placing of ε

	EpsilonRoot float64 // added to v under the root; 1e-16 does where a step is differentiated
}

var _ Rule = Adam{}

// NewAdam returns Adam with the settings that the paper recommends: β₁ 0.9, β₂ 0.999, ε 1e-8. Its rate is often 0.001.
func NewAdam(rate float64) Adam {
	a := Adam{Rate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
	must(a.Check())
	return a
}

// NewKerasAdam returns Adam as Keras has it: β₁ 0.9, β₂ 0.999, and an ε of 1e-7 in Keras's place.
func NewKerasAdam(rate float64) Adam {
	a := Adam{Rate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, Keras: true}
	must(a.Check())
	return a
}

// LearningRate implements [Rule].
func (a Adam) LearningRate() float64 { return a.Rate }

// Slots implements [Rule]: m and v.
func (Adam) Slots() int { return 2 }

// Check implements [Rule].
func (a Adam) Check() error { return a.check("Adam", "NewAdam") }

func (a Adam) check(of, constructor string) error {
	epsilon := notNegative(of, "Epsilon", a.Epsilon)
	if a.Epsilon == 0 {
		epsilon = fmt.Errorf("nn: %s: Epsilon is 0, which divides by 0 where there is no gradient; %s sets it, and the "+
			"betas, to the usual numbers", of, constructor)
	}
	return cmp.Or(notNegative(of, "Rate", a.Rate), belowOne(of, "Beta1", a.Beta1), belowOne(of, "Beta2", a.Beta2),
		epsilon, notNegative(of, "EpsilonRoot", a.EpsilonRoot))
}

// Step implements [Rule].
func (a Adam) Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	must(a.Check())
	slots, step := a.direction(t, slots, grad)
	return slots, param.Sub(step.Mul(rate))
}

// direction returns the new m and v, and m̂/(√v̂ + ε).
func (a Adam) direction(t autodiff.Value, slots []autodiff.Value, grad autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	m := slots[0].Scale(a.Beta1).Add(grad.Scale(1 - a.Beta1))
	v := slots[1].Scale(a.Beta2).Add(grad.Square().Scale(1 - a.Beta2))
	c1, c2 := lacking(a.Beta1, t), lacking(a.Beta2, t).Sqrt()
	root := v.Shift(a.EpsilonRoot).Sqrt()
	if a.Keras {
		return []autodiff.Value{m, v}, m.Div(root.Shift(a.Epsilon)).Mul(c2.Div(c1))
	}
	return []autodiff.Value{m, v}, m.Div(root.Mul(c2.Reciprocal()).Shift(a.Epsilon)).Mul(c1.Reciprocal())
}

// lacking returns 1 − βᵗ, the share of a running mean that its start at 0 does not hold.
func lacking(beta float64, t autodiff.Value) autodiff.Value {
	if beta == 0 {
		return t.Graph().Scalar(1)
	}
	return t.Scale(math.Log(beta)).Exp().Neg().Shift(1)
}

// kernelOf returns the kernel that computes what a rule's Step does, to the same bits, or nil. What embeds Adam in another
// package has none: its Step may do something else.
func kernelOf(rule Rule) func(rate, t, cut float64) kernel.AdamStep {
	switch r := rule.(type) {
	case Adam:
		return r.kernel
	case AdamW:
		return func(rate, t, cut float64) kernel.AdamStep {
			step := r.kernel(rate, t, cut)
			step.Decay = r.Decay
			return step
		}
	}
	return nil
}

func (a Adam) kernel(rate, t, cut float64) kernel.AdamStep {
	c1, c2 := lackingNow(a.Beta1, t), math.Sqrt(lackingNow(a.Beta2, t))
	step := kernel.AdamStep{Rate: rate, Cut: cut, Beta1: a.Beta1, Rest1: 1 - a.Beta1, Beta2: a.Beta2, Rest2: 1 - a.Beta2,
		UnderRoot: a.EpsilonRoot, Root: 1 / c2, Epsilon: a.Epsilon, Scale: 1 / c1}
	if a.Keras {
		step.Root, step.Scale = 1, c2/c1
	}
	return step
}

// lackingNow is [lacking] of a number.
func lackingNow(beta, t float64) float64 {
	if beta == 0 {
		return 1
	}
	power := []float64{t * math.Log(beta)}
	kernel.Apply(kernel.Exp, power, power)
	return 1 - power[0]
}
