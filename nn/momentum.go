package nn

import (
	"cmp"

	"kindred/autodiff"
)

// Momentum is gradient descent with a velocity, v ← Mu·v + g and θ ← θ − Rate·v, as PyTorch writes it. With Nesterov,
// θ ← θ − Rate·(g + Mu·v) with the new v. Keras keeps Rate·v in place of v, which is the same while the rate is
// constant. A Mu of 0 is plain descent; the usual one is 0.9.
//
// Reference: Sutskever, Martens, Dahl, Hinton. On the importance of initialization and momentum in deep learning. ICML
// 2013.
type Momentum struct {
	Rate     float64 // finite, not negative; 0 stands still
	Mu       float64 // at least 0 and below 1
	Nesterov bool
}

var _ Rule = Momentum{}

// LearningRate implements [Rule].
func (m Momentum) LearningRate() float64 { return m.Rate }

// Slots implements [Rule].
func (Momentum) Slots() int { return 1 }

// Check implements [Rule].
func (m Momentum) Check() error {
	return cmp.Or(notNegative("Momentum", "Rate", m.Rate), belowOne("Momentum", "Mu", m.Mu))
}

// Step implements [Rule].
func (m Momentum) Step(rate, _ autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	must(m.Check())
	v := slots[0].Scale(m.Mu).Add(grad)
	step := v
	if m.Nesterov {
		step = v.Scale(m.Mu).Add(grad)
	}
	return []autodiff.Value{v}, param.Sub(step.Mul(rate))
}
