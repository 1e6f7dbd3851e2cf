package metakit

import (
	"kindred/autodiff"
	"kindred/nn"
)

// Pooled trains one network on the points of all tasks together, the loss of the article's section 3.2.4,
//
//	L(θ) = Σₜ Σᵢ ℓ(yᵢᵗ, g(xᵢᵗ; θ)),
//
// here as a mean, over support and query points alike. Nothing in it refers to adaptation; what it learns is the mean
// of the tasks. On a new task it adapts from there by the rule Inner.
type Pooled struct {
	nn.Network
	nn.Loss
	Inner        nn.Rule // of the steps on a new task, such as nn.SGD{Rate: 0.01}; may be nil where there are none
	InnerPenalty bool    // the network's penalties are part of the loss of these steps
}

var _ OwnGradient = Pooled{}

// Predict implements [Learner].
func (p Pooled) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	path := constantSteps(p.Inner, p.InnerPenalty).Path(t, meta, steps, SupportLoss(p.Network, p.Loss, support))
	return Along(t, p.Network, path, queryX)
}

// MetaGradient implements [OwnGradient]. The loss is that of all points of the task, without adaptation.
func (p Pooled) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query TracedSet) (
	autodiff.Value, autodiff.Params) {
	all := TracedSet{autodiff.ConcatRows(support.X, query.X), autodiff.ConcatRows(support.Y, query.Y)}
	loss := SupportLoss(p.Network, p.Loss, all)(t, meta)
	return loss, autodiff.GradParams(loss, meta)
}
