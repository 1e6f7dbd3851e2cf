package nn

import (
	"cmp"

	"kindred/autodiff"
)

// Momentum is gradient descent with a velocity, v ← Mu·v + g and θ ← θ − Rate·v, as PyTorch writes it. With Nesterov,
// θ ← θ − Rate·(g + Mu·v) with the new v. Keras keeps Rate·v in place of v, which is the same while the rate is
// constant.
//
// Reference: Sutskever, Martens, Dahl, Hinton. On the importance of initialization and momentum in deep learning. ICML
// 2013.
type Momentum struct {
	Rate     float64 // 0 stands for 0.01
	Mu       float64 // between 0 and 1; 0 stands for 0.9
	Nesterov bool
}

var _ Rule = Momentum{}

// LearningRate implements [Rule].
func (m Momentum) LearningRate() float64 { return cmp.Or(m.Rate, 0.01) }

// Slots implements [Rule].
func (Momentum) Slots() int { return 1 }

// Step implements [Rule].
func (m Momentum) Step(rate, _ autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	mu := cmp.Or(m.Mu, 0.9)
	v := slots[0].Scale(mu).Add(grad)
	step := v
	if m.Nesterov {
		step = v.Scale(mu).Add(grad)
	}
	return []autodiff.Value{v}, param.Sub(step.Mul(rate))
}
