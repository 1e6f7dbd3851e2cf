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
// With Adapts the inner steps move a part of the network alone, which must then be an [nn.Layered], and all of θ is
// learned: Head is ANIL, Body is BOIL. The meta-gradient is that of what is then done, by all parameters. With Head the
// features of the support set do not change: they are computed once, noise and statistics included, and the
// meta-gradient goes back through the body once, not once a step.
//
// Losses are means over points, so an α from code that sums them must be multiplied by their number. Adam as the inner
// rule has an infinite slope where a gradient is exactly 0, as that of a dead unit is: set its EpsilonRoot, or use it
// with smooth activations or with FirstOrder.
//
// References: Finn, Abbeel, Levine. Model-agnostic meta-learning for fast adaptation of deep networks. ICML 2017,
// arXiv:1703.03400. Raghu, Raghu, Bengio, Vinyals. Rapid learning or feature reuse? ICLR 2020, arXiv:1909.09157 (ANIL).
// Oh, Yoo, Kim, Yun. BOIL: towards representation change for few-shot learning. ICLR 2021, arXiv:2008.08882.
type MAML struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training; with 0 it is [Pooled] on the query points alone
	Inner        nn.Rule // of the inner steps, such as nn.SGD{Rate: 0.01}; may be nil where there are none
	FirstOrder   bool
	InnerPenalty bool // the network's penalties are part of the inner loss (see [Training])
	Adapts       Part // what the inner steps move
	Recompute    int  // see [Descent]; 0 keeps all inner steps in memory
}

var _ Stepper = MAML{}

// TrainingSteps implements [Stepper].
func (m MAML) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m MAML) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	return Along(t, m.Network, m.Path(t, meta, support, steps), queryX)
}

// Path traces all parameters of the network after 0, 1, …, steps steps of adaptation to a support set.
func (m MAML) Path(t *nn.Trace, meta autodiff.Params, support TracedSet, steps int) []autodiff.Params {
	adapts, loss := m.Adapts.of("MAML", m.Network), SupportLoss(m.Network, m.Loss, support)
	d := Descent{Step: Follow(m.Inner), FirstOrder: m.FirstOrder, Penalty: m.InnerPenalty, Once: m.Adapts == Head,
		Recompute: m.Recompute}
	path := d.Path(t, adapts.pick(meta), steps, func(t *nn.Trace, adapted autodiff.Params) autodiff.Value {
		return loss(t, adapts.put(meta, adapted))
	})
	for k := range path {
		path[k] = adapts.put(meta, path[k])
	}
	return path
}
