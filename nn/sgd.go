package nn

import (
	"cmp"

	"kindred/autodiff"
)

// SGD is plain gradient descent, θ ← θ − Rate·g.
type SGD struct {
	Rate float64 // 0 stands for 0.01
}

var _ Rule = SGD{}

// LearningRate implements [Rule].
func (s SGD) LearningRate() float64 { return cmp.Or(s.Rate, 0.01) }

// Slots implements [Rule].
func (SGD) Slots() int { return 0 }

// Step implements [Rule].
func (SGD) Step(rate, _ autodiff.Value, _ []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	return nil, param.Sub(grad.Mul(rate))
}
