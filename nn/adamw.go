package nn

import (
	"cmp"

	"kindred/autodiff"
)

// AdamW is [Adam] with weight decay apart from the gradient, θ ← θ − Rate·(m̂/(√v̂ + ε) + Decay·θ).
//
// Reference: Loshchilov, Hutter. Decoupled weight decay regularization. ICLR 2019, arXiv:1711.05101.
type AdamW struct {
	Adam
	Decay float64 // 0 stands for 0.01
}

var _ Rule = AdamW{}

// Step implements [Rule].
func (a AdamW) Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	slots, step := a.direction(t, slots, grad)
	return slots, param.Sub(step.Add(param.Scale(cmp.Or(a.Decay, 0.01))).Mul(rate))
}
