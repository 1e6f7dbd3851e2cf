package models

import (
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// DeepKernel is a Gaussian process on learned features, with a kernel that all tasks share:
//
//	k(x, x′) = a²·exp(−‖f(x) − f(x′)‖²/2ℓ²),   label = value + noise of standard deviation σ
//
// with a mean of 0: bring labels to a mean near 0. Several labels of a point are processes of their own with the same
// kernel. A task is met by conditioning on its support points; the prediction at a query point is the normal
// distribution of its label, noise included, as nn.GaussianLoss takes it: K being (k(xᵢ, xⱼ)) + σ²I of the support
// points and k the covariances of x with them,
//
//	mean kᵀK⁻¹Y,   variance a² − kᵀK⁻¹k + σ².
//
// It is not trained by the loss of these predictions but by how likely a task is as a whole. The meta-gradient is that
// of the negative log marginal likelihood of all points of an episode, support and query points together, as the
// authors' code has it,
//
//	½ tr YᵀK⁻¹Y + d/2·log det K + nd/2·log 2π,   K of all n points, d labels each,
//
// divided by nd, which is the loss that training reports: a mean over labels, as the loss of predictions in an
// evaluation is. What is support and what query makes no difference to training.
//
// Learned are f, a, ℓ and σ, which last three are exponentials of their meta-parameters "log amplitude", "log
// lengthscale" and "log noise". The authors' code (BayesWatch/deep-kernel-transfer) learns a constant mean besides,
// and takes a mixture of spectral kernels for sine waves; it takes a step for each task. Classes, which the paper has
// as numbers ±1, are not here.
//
// A σ that is nothing beside a, with points at the same place, makes K singular and predictions NaN, and training and
// [metakit.Adapter] end with an error that says so.
//
// Reference: Patacchiola, Turner, Crowley, O'Boyle, Storkey. Bayesian meta-learning for the few-shot setting via deep
// kernels. NeurIPS 2020, arXiv:1910.05199.
type DeepKernel struct {
	nn.Network              // the features f
	nn.GaussianLoss         // of predictions with their uncertainty; training has a loss of its own
	Amplitude       float64 // a in the beginning, in the unit of labels, above 0
	Lengthscale     float64 // ℓ in the beginning, in the unit of features, above 0
	Noise           float64 // σ in the beginning, in the unit of labels, above 0
}

// NewDeepKernel returns the learner with a = 1, ℓ = 1 and σ = 0.1 in the beginning.
func NewDeepKernel(features nn.Network) DeepKernel {
	return DeepKernel{Network: features, Amplitude: 1, Lengthscale: 1, Noise: 0.1}
}

var _ metakit.OwnGradient = DeepKernel{}

// Shapes implements [metakit.Learner].
func (d DeepKernel) Shapes() []autodiff.Shape {
	return extended(d.Network, scalar("log amplitude"), scalar("log lengthscale"), scalar("log noise"))
}

// Init implements [metakit.Learner].
func (d DeepKernel) Init(rng *rand.Rand) []float64 {
	a := logOf("DeepKernel", "Amplitude", d.Amplitude)
	l := logOf("DeepKernel", "Lengthscale", d.Lengthscale)
	s := logOf("DeepKernel", "Noise", d.Noise)
	return append(d.Network.Init(rng), a, l, s)
}

// Predict implements [metakit.Learner].
func (d DeepKernel) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	theta, own := split(meta, 3)
	s, q := d.Apply(t, theta, support.X), d.Apply(t, theta, queryX)
	factor := noisy(covariance(s, s, own), own).Cholesky()
	between := covariance(q, s, own)
	mean := between.MatMul(factor.SolveLowerT(factor.SolveLower(support.Y)))
	known := factor.SolveLower(between.T()).Square().SumAxis(0).T() // kᵀK⁻¹k of each query point
	g := queryX.Graph()
	variance := own.At(0).Scale(2).Exp().Sub(known).Max(g.Scalar(0)).Add(own.At(2).Scale(2).Exp())
	return []autodiff.Value{autodiff.ConcatCols(mean, variance.Sqrt().Mul(g.Fill(1, support.Y.Cols(), 1)))}
}

// MetaGradient implements [metakit.OwnGradient].
func (d DeepKernel) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	theta, own := split(meta, 3)
	f := d.Apply(t, theta, autodiff.ConcatRows(support.X, query.X))
	loss := lessLikely(noisy(covariance(f, f, own), own), autodiff.ConcatRows(support.Y, query.Y))
	return loss, autodiff.GradParams(loss, meta)
}

// covariance returns that of the values at two sets of features, by log amplitude and log length.
func covariance(a, b autodiff.Value, own autodiff.Params) autodiff.Value {
	exponent := squaredDistances(a, b).Mul(own.At(1).Scale(-2).Exp()).Scale(-0.5)
	return exponent.Add(own.At(0).Scale(2)).Exp()
}

// noisy adds the variance of the noise to the diagonal.
func noisy(k autodiff.Value, own autodiff.Params) autodiff.Value {
	return k.Add(identity(k.Graph(), k.Rows()).Mul(own.At(2).Scale(2).Exp()))
}

// lessLikely returns the negative log density of the columns of y, each normal with a mean of 0 and covariance k, as
// the mean over their entries.
func lessLikely(k, y autodiff.Value) autodiff.Value {
	half := k.Cholesky().SolveLower(y)
	logDet := k.LogDetPD() // of the same factor
	return half.Square().Sum().Scale(1 / float64(y.Size())).Add(logDet.Scale(1 / float64(y.Rows()))).
		Shift(math.Log(2 * math.Pi)).Scale(0.5)
}
