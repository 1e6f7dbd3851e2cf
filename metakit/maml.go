package metakit

import (
	"kindred/autodiff"
	"kindred/nn"
)

// MAML learns the start θ from which Steps steps of gradient descent on the support set do best on the query set:
//
//	θₖ₊₁ = θₖ − α∇L(θₖ; support),  minimise the mean over tasks of L(θ_Steps; query) by θ.
//
// Its meta-gradient is exact: it runs through every inner step, whatever the inner rule, and so holds second
// derivatives of the support loss. With FirstOrder it takes the inner gradients for constants; for gradient descent the
// meta-gradient is then ∇L(θ_Steps; query), as if θ_Steps moved along with θ. That is cheaper, and another direction.
//
// Losses are means over points, so an α from code that sums them must be multiplied by their number. Adam as the inner
// rule has an infinite slope where a gradient is exactly 0, as that of a dead unit is: set its EpsilonRoot, or use it
// with smooth activations or with FirstOrder.
//
// Reference: Finn, Abbeel, Levine. Model-agnostic meta-learning for fast adaptation of deep networks. ICML 2017,
// arXiv:1703.03400.
type MAML struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training; with 0 it is [Pooled] on the query points alone
	Inner        nn.Rule // of the inner steps, such as nn.SGD{Rate: 0.01}; may be nil where there are none
	FirstOrder   bool
	InnerPenalty bool // the network's penalties are part of the inner loss (see [Training])
}

var _ Stepper = MAML{}

// TrainingSteps implements [Stepper].
func (m MAML) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m MAML) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	d := Descent{Follow(m.Inner), m.FirstOrder, m.InnerPenalty}
	path := d.Path(t, meta, steps, SupportLoss(m.Network, m.Loss, support))
	return Along(t, m.Network, path, queryX)
}
