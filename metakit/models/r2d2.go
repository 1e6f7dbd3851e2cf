package models

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// R2D2 is ridge regression from learned features to classes, a differentiable head that each task solves anew:
//
//	W = argmin ‖X·W − Y‖² + λ‖W‖² = (XᵀX + λI)⁻¹XᵀY = Xᵀ(XXᵀ + λI)⁻¹Y
//
// where X are the features f of the support points, a row a point, and Y their classes, one-hot. The predictions at x
// are the logits α·f(x)W + β, a column a class. The smaller of the two systems is solved, that of the features or that
// of the points. Learned are f, λ, α and β, which last changes nothing under a softmax. λ is the exponential of its
// meta-parameter, "log lambda", and so stays positive; those of α and β are "scale" and "shift".
//
// A class without support points is never predicted: its logit is −1e30. So Ways is the most classes that a task has,
// and may be another in the test (see [Prototypical]).
//
// X and Y are not divided by the number n of points. The authors' code (bertinetto/r2d2) divides both by √n, so that
// its λ is n times as much here, and leaves λ at 50 as it is configured; it begins with α of 10 on Omniglot and 1e-4
// on miniImageNet, where it was trained with 60 and 16 classes.
//
// A singular system, as that of equal points with a λ that is nothing beside them, makes predictions NaN, and training
// and [metakit.Adapter] end with an error that says so.
//
// Shown is the "attention", query points × support points, of which f(x)W is the sum of the rows of Y; see
// [RidgeAttention].
//
// Reference: Bertinetto, Henriques, Torr, Vedaldi. Meta-learning with differentiable closed-form solvers. ICLR 2019,
// arXiv:1805.08136.
type R2D2 struct {
	nn.Network // the features f
	nn.Loss    // of classes, such as nn.SoftmaxLoss{}
	Ways       int
	Lambda     float64 // λ in the beginning, above 0
	Scale      float64 // α in the beginning
	Shift      float64 // β in the beginning
	Bias       bool    // a column of ones beside the features, of which the weights are penalised like the others
}

// NewR2D2 returns the learner for tasks of up to that many classes, with the softmax loss, a bias, λ = 1, α = 10 and
// β = 0 in the beginning.
func NewR2D2(features nn.Network, ways int) R2D2 {
	checkWays("NewR2D2", ways)
	return R2D2{Network: features, Loss: nn.SoftmaxLoss{}, Ways: ways, Lambda: 1, Scale: 10, Bias: true}
}

var _ metakit.Learner = R2D2{}

// Shapes implements [metakit.Learner].
func (r R2D2) Shapes() []autodiff.Shape {
	return extended(r.Network, scalar("log lambda"), scalar("scale"), scalar("shift"))
}

// Init implements [metakit.Learner].
func (r R2D2) Init(rng *rand.Rand) []float64 {
	lambda := logOf("R2D2", "Lambda", r.Lambda)
	if r.Scale == 0 || math.IsNaN(r.Scale) || math.IsInf(r.Scale, 0) {
		panic(fmt.Sprintf("models: R2D2: Scale is %v; it must be finite and not 0, where no class differs from another, and "+
			"NewR2D2 sets a usual one", r.Scale))
	}
	if math.IsNaN(r.Shift) || math.IsInf(r.Shift, 0) {
		panic(fmt.Sprintf("models: R2D2: Shift is %v; it must be finite", r.Shift))
	}
	return append(r.Network.Init(rng), lambda, r.Scale, r.Shift)
}

// Predict implements [metakit.Learner].
func (r R2D2) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	checkWays("R2D2", r.Ways)
	theta, own := split(meta, 3)
	s, q := features(t, r.Network, theta, support.X, r.Bias), features(t, r.Network, theta, queryX, r.Bias)
	member, absent := members(support.Y, r.Ways)
	scores := ridgeHead(t, s, q, member, own.At(0).Exp())
	return []autodiff.Value{scores.Mul(own.At(1)).Add(own.At(2)).Add(absent)}
}
