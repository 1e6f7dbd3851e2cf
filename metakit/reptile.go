package metakit

import (
	"math/rand/v2"

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
// reported loss alone.
//
// Reference: Nichol, Achiam, Schulman. On first-order meta-learning algorithms. 2018, arXiv:1803.02999.
type Reptile struct {
	Network  nn.Network
	Loss     nn.Loss // nil is [nn.SquaredError]
	Steps    int     // inner steps in meta-training; with 0 nothing is learned
	Inner    nn.Rule // of the inner steps; nil is [nn.SGD], of rate 0.01
	OverRate bool    // divide by the rate of Inner
}

var _ Learner = Reptile{}

// Shapes implements [Learner]: those of the network.
func (r Reptile) Shapes() []autodiff.Shape { return shapesOf("Reptile", r.Network) }

// Init implements [Learner].
func (r Reptile) Init(rng *rand.Rand) []float64 { return r.Network.Init(rng) }

// Predict implements [Learner].
func (r Reptile) Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value {
	return applyAll(r.Network, r.path(meta, support, steps), queryX)
}

func (r Reptile) loss() nn.Loss { return r.Loss }

// QueryLoss implements [Learner].
func (r Reptile) QueryLoss(prediction, y autodiff.Value) autodiff.Value {
	return meanLoss(r.Loss, prediction, y)
}

// MetaGradient implements [Learner]. The loss is the query loss after the steps.
func (r Reptile) MetaGradient(meta autodiff.Params, support, query TracedSet) (autodiff.Value, autodiff.Params) {
	last := r.path(meta, support, r.Steps)[r.Steps]
	gradient := meta.Sub(last)
	if r.OverRate {
		gradient = gradient.Scale(1 / ruleOr(r.Inner).LearningRate())
	}
	return r.QueryLoss(r.Network.Apply(nil, last, query.X), query.Y), gradient
}

func (r Reptile) path(meta autodiff.Params, support TracedSet, steps int) []autodiff.Params {
	return descend(r.Network, r.Loss, meta, support, steps, follow(r.Inner, true))
}
