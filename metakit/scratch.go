package metakit

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// Scratch learns every task from a start of its own, drawn anew for each episode: the baseline without any
// meta-learning.
type Scratch struct {
	Network nn.Network
	Loss    nn.Loss // nil is [nn.SquaredError]
	Inner   nn.Rule // of the steps on a task; nil is [nn.SGD], of rate 0.01
}

var _ Restarter = Scratch{}

// Shapes implements [Learner]: those of the network.
func (s Scratch) Shapes() []autodiff.Shape { return shapesOf("Scratch", s.Network) }

// Init implements [Learner].
func (s Scratch) Init(rng *rand.Rand) []float64 { return s.Network.Init(rng) }

// Restart implements [Restarter]: it draws all of the network's parameters.
func (s Scratch) Restart(meta []float64, rng *rand.Rand) { copy(meta, s.Network.Init(rng)) }

// Predict implements [Learner].
func (s Scratch) Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value {
	path := descend(s.Network, s.Loss, meta, support, steps, follow(s.Inner, true))
	return applyAll(s.Network, path, queryX)
}

func (s Scratch) loss() nn.Loss { return s.Loss }

// QueryLoss implements [Learner].
func (s Scratch) QueryLoss(prediction, y autodiff.Value) autodiff.Value {
	return meanLoss(s.Loss, prediction, y)
}

// MetaGradient implements [Learner]. The loss is the query loss of the start; there is nothing to learn, so the
// gradient is 0.
func (s Scratch) MetaGradient(meta autodiff.Params, _, query TracedSet) (autodiff.Value, autodiff.Params) {
	loss := s.QueryLoss(s.Network.Apply(nil, meta, query.X), query.Y)
	return loss, meta.Map(func(v autodiff.Value) autodiff.Value { return v.Graph().Fill(v.Rows(), v.Cols(), 0) })
}
