package metakit

import (
	"kindred/autodiff"
	"kindred/nn"
)

// Reptile moves the start θ towards where Steps steps on the support set lead. Its meta-gradient is θ − θ_Steps, so
// that with the meta-optimiser nn.SGD{Rate: ε} it is the paper's
//
//	θ ← θ + ε · mean over tasks of (θ_Steps − θ).
//
// With OverRate it is (θ − θ_Steps)/α, the sum of the inner gradients when the inner rule is gradient descent of rate
// α: the form for Adam, to whose ε the size matters a little. With one step of gradient descent it is the gradient of
// the support loss, and learns what [Pooled] learns; more steps make the difference. The query set is used for the
// reported loss alone. All parameters adapt: one that did not would not be learned, as θ − θ_Steps is 0 there.
//
// Reference: Nichol, Achiam, Schulman. On first-order meta-learning algorithms. 2018, arXiv:1803.02999.
type Reptile struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training; with 0 nothing is learned
	Inner        nn.Rule // of the inner steps, such as nn.SGD{Rate: 0.01}; may be nil where there are none
	OverRate     bool    // divide by the rate of Inner, which must not be 0
	InnerPenalty bool    // the network's penalties are part of the inner loss
}

var (
	_ OwnGradient = Reptile{}
	_ Stepper     = Reptile{}
)

// TrainingSteps implements [Stepper].
func (r Reptile) TrainingSteps() int { return r.Steps }

// Predict implements [Learner].
func (r Reptile) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	return Along(t, r.Network, r.path(t, meta, support, steps), queryX)
}

// MetaGradient implements [OwnGradient]. The loss is the query loss after the steps.
func (r Reptile) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query TracedSet) (
	autodiff.Value, autodiff.Params) {
	path := r.path(t, meta, support, r.Steps)
	last := path[len(path)-1]
	gradient := meta.Sub(last)
	if r.OverRate {
		if r.Inner == nil || r.Inner.LearningRate() == 0 {
			panic("metakit: Reptile: OverRate divides by the rate of Inner, which is 0 or nil")
		}
		gradient = gradient.Scale(1 / r.Inner.LearningRate())
	}
	return MeanLoss(r.Loss, r.Network.Apply(t, last, query.X), query.Y), gradient
}

func (r Reptile) path(t *nn.Trace, meta autodiff.Params, support TracedSet, steps int) []autodiff.Params {
	return constantSteps(r.Inner, r.InnerPenalty).Path(t, meta, steps, SupportLoss(r.Network, r.Loss, support))
}
