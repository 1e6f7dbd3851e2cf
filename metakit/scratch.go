package metakit

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// Scratch learns every task from a start of its own, drawn anew for each episode: the baseline without any
// meta-learning.
type Scratch struct {
	nn.Network
	nn.Loss
	Inner        nn.Rule // of the steps on a task, such as nn.SGD{Rate: 0.01}; may be nil where there are none
	InnerPenalty bool    // the network's penalties are part of the loss of these steps
}

var (
	_ Restarter   = Scratch{}
	_ OwnGradient = Scratch{}
)

// Restart implements [Restarter]: it draws all of the network's parameters.
func (s Scratch) Restart(meta []float64, rng *rand.Rand) { copy(meta, s.Network.Init(rng)) }

// Predict implements [Learner].
func (s Scratch) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	path := constantSteps(s.Inner, s.InnerPenalty).Path(t, meta, steps, SupportLoss(s.Network, s.Loss, support))
	return Along(t, s.Network, path, queryX)
}

// MetaGradient implements [OwnGradient]. The loss is the query loss of the start; there is nothing to learn, so the
// gradient is 0.
func (s Scratch) MetaGradient(t *nn.Trace, meta autodiff.Params, _, query TracedSet) (autodiff.Value, autodiff.Params) {
	loss := SupportLoss(s.Network, s.Loss, query)(t, meta)
	return loss, meta.Map(func(v autodiff.Value) autodiff.Value { return v.Graph().Fill(v.Rows(), v.Cols(), 0) })
}
