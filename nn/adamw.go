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
	Decay float64 // finite, not negative; 0 is none
}

var _ Rule = AdamW{}

// NewAdamW returns AdamW with the betas and the ε of [NewAdam]. A decay of 0.01 is usual.
func NewAdamW(rate, decay float64) AdamW {
	a := AdamW{Adam{Rate: rate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, decay}
	must(a.Check())
	return a
}

// Check implements [Rule].
func (a AdamW) Check() error {
	return cmp.Or(a.check("AdamW", "NewAdamW"), notNegative("AdamW", "Decay", a.Decay))
}

// Step implements [Rule].
func (a AdamW) Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) (
	[]autodiff.Value, autodiff.Value) {
	must(a.Check())
	slots, step := a.direction(t, slots, grad)
	return slots, param.Sub(step.Add(param.Scale(a.Decay)).Mul(rate))
}
