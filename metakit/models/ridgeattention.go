package models

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// RidgeAttention is ridge regression from learned features to numbers, the head of [R2D2] without its scale and shift:
//
//	W = argmin ‖X·W − Y‖² + λ‖W‖²,   prediction at x = f(x)W
//
// where X are the features f of the support points and Y their labels, a row a point. The field calls it a ridge
// regression head, or base learner. It is attention in this sense: the prediction is a weighted sum of the labels of
// the support points, Σᵢ aᵢ(x)yᵢ, and the weights come from features alone,
//
//	a(x) = f(x)(XᵀX + λI)⁻¹Xᵀ,
//
// a row for each query point. Unlike those of a softmax they may be negative and need not sum to 1, and points that
// resemble each other share what one of them would get. Shown is the "attention", query points × support points.
//
// λ is the exponential of its meta-parameter, "log lambda", and so stays positive. What is said of singular systems
// there holds here too.
//
// Reference: Bertinetto, Henriques, Torr, Vedaldi. Meta-learning with differentiable closed-form solvers. ICLR 2019,
// arXiv:1805.08136.
type RidgeAttention struct {
	nn.Network         // the features f
	nn.Loss            // of numbers, such as nn.SquaredError{}
	Lambda     float64 // λ in the beginning, above 0
	Bias       bool    // a column of ones beside the features, of which the weights are penalised like the others
}

// NewRidgeAttention returns the learner with the squared error, a bias, and λ = 1 in the beginning.
func NewRidgeAttention(features nn.Network) RidgeAttention {
	return RidgeAttention{Network: features, Loss: nn.SquaredError{}, Lambda: 1, Bias: true}
}

var _ metakit.Learner = RidgeAttention{}

// Shapes implements [metakit.Learner].
func (r RidgeAttention) Shapes() []autodiff.Shape { return extended(r.Network, scalar("log lambda")) }

// Init implements [metakit.Learner].
func (r RidgeAttention) Init(rng *rand.Rand) []float64 {
	lambda := logOf("RidgeAttention", "Lambda", r.Lambda)
	return append(r.Network.Init(rng), lambda)
}

// Predict implements [metakit.Learner].
func (r RidgeAttention) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	theta, own := split(meta, 1)
	s, q := features(t, r.Network, theta, support.X, r.Bias), features(t, r.Network, theta, queryX, r.Bias)
	return []autodiff.Value{ridgeHead(t, s, q, support.Y, own.At(0).Exp())}
}
