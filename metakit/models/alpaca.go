package models

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// ALPaCA is Bayesian linear regression on learned features, with a learned prior: of the weights K of a task,
// features × labels, column j is normal with the mean of column j of K₀ and the covariance σⱼ²Λ₀⁻¹, and labels
// scatter around φ(x)ᵀK with standard deviations σⱼ. The support points, Φ a row of features a point and Y their
// labels, make of it
//
//	Λ = Λ₀ + ΦᵀΦ,   K = Λ⁻¹(ΦᵀY + Λ₀K₀)
//
// and the prediction for label j at x is the normal distribution of mean φ(x)ᵀK and variance σⱼ²(1 + φ(x)ᵀΛ⁻¹φ(x)).
// It is the Gaussian process with the mean φ(x)ᵀK₀ and the covariance σⱼ²φ(x)ᵀΛ₀⁻¹φ(x′). Trained is the negative log
// density of the query labels, the mean over points and labels, by φ, K₀, Λ₀ and σ. Predictions are those of
// nn.GaussianLoss, noise included.
//
// Λ₀ is A·Aᵀ + Floor·I, with A a meta-parameter without a form. σ is the exponential of its meta-parameter, "log
// noise", unless FixedNoise leaves it as it is: the paper takes it for known. Its authors' code (StanfordASL/ALPaCA)
// has no floor, a σ² of 0.02 for sine waves, and a loss that is twice this one less a constant; it trains on support
// sets of random sizes, none included, which is up to the tasks here, and at least one point.
//
// Reference: Harrison, Sharma, Pavone. Meta-learning priors for efficient online Bayesian regression. WAFR 2018,
// arXiv:1807.08912.
type ALPaCA struct {
	nn.Network              // the features φ; those of the authors end in tanh, as with Output: nn.Tanh
	nn.GaussianLoss         // of predictions with their uncertainty
	Features        int     // number of features that the network returns
	Labels          int     // number of labels of a point
	Noise           float64 // every σ in the beginning, in the unit of labels, above 0
	FixedNoise      bool    // σ is no meta-parameter and stays at Noise
	Floor           float64 // of the precision Λ₀, which it keeps invertible; not negative
}

// NewALPaCA returns the learner for a network of that many features and points of that many labels, with σ = 0.1 in the
// beginning and a floor of 1e-3.
func NewALPaCA(features nn.Network, outputs, labels int) ALPaCA {
	a := ALPaCA{Network: features, Features: outputs, Labels: labels, Noise: 0.1, Floor: 1e-3}
	a.check("NewALPaCA")
	return a
}

var _ metakit.Learner = ALPaCA{}

// Shapes implements [metakit.Learner]: those of the network, then "K0", features × labels, "A", features × features,
// and "log noise", 1 × labels, unless the noise is fixed.
func (a ALPaCA) Shapes() []autodiff.Shape {
	a.check("ALPaCA")
	shapes := extended(a.Network, autodiff.Shape{Name: "K0", Rows: a.Features, Cols: a.Labels},
		autodiff.Shape{Name: "A", Rows: a.Features, Cols: a.Features})
	if !a.FixedNoise {
		shapes = append(shapes, autodiff.Shape{Name: "log noise", Rows: 1, Cols: a.Labels})
	}
	return shapes
}

// Init implements [metakit.Learner]. K₀ and A begin as the matrices of a layer, by nn.GlorotUniform.
func (a ALPaCA) Init(rng *rand.Rand) []float64 {
	a.check("ALPaCA")
	meta := a.Network.Init(rng)
	for _, columns := range []int{a.Labels, a.Features} {
		w := make([]float64, a.Features*columns)
		nn.GlorotUniform{}.Fill(w, a.Features, columns, rng)
		meta = append(meta, w...)
	}
	if !a.FixedNoise {
		for range a.Labels {
			meta = append(meta, math.Log(a.Noise))
		}
	}
	return meta
}

// Predict implements [metakit.Learner].
func (a ALPaCA) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	a.check("ALPaCA")
	if support.Y.Cols() != a.Labels {
		panic(fmt.Sprintf("models: ALPaCA: the labels %v have %d columns; Labels is %d", support.Y, support.Y.Cols(),
			a.Labels))
	}
	own, g := 2, queryX.Graph()
	sigma := g.Fill(1, a.Labels, a.Noise)
	if !a.FixedNoise {
		own = 3
	}
	theta, prior := split(meta, own)
	if !a.FixedNoise {
		sigma = prior.At(2).Exp()
	}
	s, q := a.Apply(t, theta, support.X), a.Apply(t, theta, queryX)
	if s.Cols() != a.Features {
		panic(fmt.Sprintf("models: ALPaCA: the network returns %v, of %d features; Features is %d", s, s.Cols(), a.Features))
	}
	k0, factor := prior.At(0), prior.At(1)
	precision := factor.MatMulT(factor).Add(identity(g, a.Features).Scale(a.Floor))
	posterior := precision.Add(s.TMatMul(s)).Cholesky()
	k := posterior.SolveLowerT(posterior.SolveLower(s.TMatMul(support.Y).Add(precision.MatMul(k0))))
	spread := posterior.SolveLower(q.T()).Square().SumAxis(0).T() // φᵀΛ⁻¹φ of each query point
	return []autodiff.Value{autodiff.ConcatCols(q.MatMul(k), spread.Shift(1).Sqrt().Mul(sigma))}
}

func (a ALPaCA) check(what string) {
	if a.Features < 1 || a.Labels < 1 {
		panic(fmt.Sprintf("models: %s: Features is %d and Labels %d; both must be at least 1", what, a.Features, a.Labels))
	}
	checkPositive("ALPaCA", "Noise", a.Noise)
	if !(a.Floor >= 0) || math.IsInf(a.Floor, 1) {
		panic(fmt.Sprintf("models: %s: Floor is %v; it must be finite and not negative", what, a.Floor))
	}
}
