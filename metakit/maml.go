package metakit

import (
	"math/rand/v2"

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
	Network    nn.Network
	Loss       nn.Loss // nil is [nn.SquaredError]
	Steps      int     // inner steps in meta-training; with 0 it is [Pooled] on the query points alone
	Inner      nn.Rule // of the inner steps; nil is [nn.SGD], of rate 0.01
	FirstOrder bool
}

var _ Learner = MAML{}

// Shapes implements [Learner]: those of the network.
func (m MAML) Shapes() []autodiff.Shape { return shapesOf("MAML", m.Network) }

// Init implements [Learner].
func (m MAML) Init(rng *rand.Rand) []float64 { return m.Network.Init(rng) }

// Predict implements [Learner].
func (m MAML) Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value {
	path := descend(m.Network, m.Loss, meta, support, steps, follow(m.Inner, m.FirstOrder))
	return applyAll(m.Network, path, queryX)
}

func (m MAML) loss() nn.Loss { return m.Loss }

// QueryLoss implements [Learner].
func (m MAML) QueryLoss(prediction, y autodiff.Value) autodiff.Value {
	return meanLoss(m.Loss, prediction, y)
}

// MetaGradient implements [Learner].
func (m MAML) MetaGradient(meta autodiff.Params, support, query TracedSet) (autodiff.Value, autodiff.Params) {
	return queryGradient(m, meta, support, query, m.Steps)
}
