package nn

import "kindred/autodiff"

// SGD is plain gradient descent, θ ← θ − Rate·g.
type SGD struct {
	Rate float64 // finite, not negative; 0 stands still
}

var _ Rule = SGD{}

// LearningRate implements [Rule].
func (s SGD) LearningRate() float64 { return s.Rate }

// Slots implements [Rule].
func (SGD) Slots() int { return 0 }

// Check implements [Rule].
func (s SGD) Check() error { return notNegative("SGD", "Rate", s.Rate) }

// Step implements [Rule].
func (s SGD) Step(rate, _ autodiff.Value, _ []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	must(s.Check())
	return nil, param.Sub(grad.Mul(rate))
}
