package metakit

import (
	"math/rand/v2"

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
	Network nn.Network
	Loss    nn.Loss // nil is [nn.SquaredError]
	Inner   nn.Rule // of the steps on a new task; nil is [nn.SGD], of rate 0.01
}

var _ Learner = Pooled{}

// Shapes implements [Learner]: those of the network.
func (p Pooled) Shapes() []autodiff.Shape { return shapesOf("Pooled", p.Network) }

// Init implements [Learner].
func (p Pooled) Init(rng *rand.Rand) []float64 { return p.Network.Init(rng) }

// Predict implements [Learner].
func (p Pooled) Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value {
	path := descend(p.Network, p.Loss, meta, support, steps, follow(p.Inner, true))
	return applyAll(p.Network, path, queryX)
}

func (p Pooled) loss() nn.Loss { return p.Loss }

// QueryLoss implements [Learner].
func (p Pooled) QueryLoss(prediction, y autodiff.Value) autodiff.Value {
	return meanLoss(p.Loss, prediction, y)
}

// MetaGradient implements [Learner]. The loss is that of all points of the task, without adaptation.
func (p Pooled) MetaGradient(meta autodiff.Params, support, query TracedSet) (autodiff.Value, autodiff.Params) {
	x, y := autodiff.ConcatRows(support.X, query.X), autodiff.ConcatRows(support.Y, query.Y)
	loss := p.QueryLoss(p.Network.Apply(nil, meta, x), y)
	return loss, autodiff.GradParams(loss, meta)
}
