package baseline

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
)

// GaussianProcess predicts by the exact posterior of a Gaussian process of mean 0 and kernel
//
//	k(x, x′) = Scale² · exp(−‖x − x′‖²/(2·Length²))
//
// from support targets with Gaussian noise: with K the kernel of the support points and k that of a query point with
// them,
//
//	mean k·(K + Noise²·I)⁻¹·y,  variance Scale² − k·(K + Noise²·I)⁻¹·k
//
// On draws of that process no predictor has a smaller expected squared error, and with Deviations none a smaller
// expected [kindred/nn.GaussianLoss]. Columns of targets are processes of their own.
//
// Reference: Rasmussen, Williams. Gaussian processes for machine learning. MIT Press 2006, algorithm 2.1.
type GaussianProcess struct {
	Length, Scale float64 // positive
	Noise         float64 // standard deviation of the noise in the support targets, positive
	NoisyQueries  bool    // the query targets have the noise too, so that it is part of the deviation
	Deviations    bool    // predict d means and then d standard deviations, as [kindred/nn.GaussianLoss] takes them
}

// BayesianLinear predicts by the exact posterior of y = φ(x)·w + noise with w ~ N(Mean, Covariance): with Φ the
// features of the support points, S the covariance and G = S·Φᵀ·(Φ·S·Φᵀ + Noise²·I)⁻¹,
//
//	mean φ·(Mean + G·(y − Φ·Mean)),  variance φ·(S − G·Φ·S)·φ
//
// For a w that is not Gaussian but has that mean and covariance, it is the best prediction that is linear in the
// support targets. Columns of targets have a w each.
//
// Reference: Bishop. Pattern recognition and machine learning. Springer 2006, section 3.3.
type BayesianLinear struct {
	Features   func(dst, x []float64) []float64 // appends φ(x) to dst; nil stands for φ(x) = x
	Mean       []float64                        // of w, one number for each feature; nil is 0
	Covariance mat.Symmetric                    // of w
	Noise      float64                          // standard deviation of the noise in the support targets, positive

	NoisyQueries bool // see GaussianProcess
	Deviations   bool // see GaussianProcess
}

var _ = []metakit.Predictor{GaussianProcess{}, BayesianLinear{}}

// Predict implements [metakit.Predictor].
func (g GaussianProcess) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	size("GaussianProcess", support, x)
	for _, s := range []float64{g.Length, g.Scale, g.Noise} {
		if !(s > 0) || math.IsInf(s, 1) {
			panic(fmt.Sprintf("baseline: GaussianProcess: Length %v, Scale %v, Noise %v; all must be finite and positive", g.Length,
				g.Scale, g.Noise))
		}
	}
	prior := make([]float64, x.RawMatrix().Rows)
	for i := range prior {
		prior[i] = g.Scale * g.Scale
	}
	c := conditional{"GaussianProcess", g.kernel(support.X, support.X), g.kernel(x, support.X), prior, g.Noise, g.NoisyQueries,
		g.Deviations}
	return c.predict(support.Y)
}

// kernel returns the kernel of all rows of a with all of b.
func (g GaussianProcess) kernel(a, b *mat.Dense) *mat.Dense {
	sameColumns("GaussianProcess", a, b)
	k := mat.NewDense(a.RawMatrix().Rows, b.RawMatrix().Rows, nil)
	k.Apply(func(i, j int, _ float64) float64 {
		sum := 0.0
		for at, v := range a.RawRowView(i) {
			d := (v - b.RawRowView(j)[at]) / g.Length
			sum += d * d
		}
		return g.Scale * g.Scale * math.Exp(-sum/2)
	}, k)
	return k
}

func sameColumns(of string, a, b *mat.Dense) {
	if n, m := a.RawMatrix().Cols, b.RawMatrix().Cols; n != m {
		panic(fmt.Sprintf("baseline: %s: x has %d columns, the support X %d", of, n, m))
	}
}

// Predict implements [metakit.Predictor].
func (b BayesianLinear) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	rows, out := size("BayesianLinear", support, x)
	sameColumns("BayesianLinear", x, support.X)
	if !(b.Noise > 0) || math.IsInf(b.Noise, 1) || b.Covariance == nil {
		panic(fmt.Sprintf("baseline: BayesianLinear: Noise is %v, Covariance %v; give both, the noise finite and positive", b.Noise,
			b.Covariance))
	}
	l := LeastSquares{b.Features}
	phi, query := l.features(support.X), l.features(x)
	_, n := phi.Dims()
	if b.Covariance.SymmetricDim() != n || b.Mean != nil && len(b.Mean) != n {
		panic(fmt.Sprintf("baseline: BayesianLinear: %d features, a Covariance of %d and a Mean of %d; all must be as many", n,
			b.Covariance.SymmetricDim(), len(b.Mean)))
	}
	var s, inner, cross, own, rest mat.Dense
	s.Mul(phi, b.Covariance)
	inner.Mul(&s, phi.T())
	s.Reset()
	s.Mul(query, b.Covariance)
	cross.Mul(&s, phi.T())
	own.MulElem(&s, query)
	prior := make([]float64, rows)
	for i := range prior {
		prior[i] = mat.Sum(own.RowView(i))
	}
	c := conditional{"BayesianLinear", &inner, &cross, prior, b.Noise, b.NoisyQueries, b.Deviations}
	if b.Mean == nil {
		return c.predict(support.Y)
	}
	var before, after mat.VecDense
	mean := mat.NewVecDense(n, b.Mean)
	before.MulVec(phi, mean)
	after.MulVec(query, mean)
	rest.CloneFrom(support.Y)
	rest.Apply(func(i, _ int, v float64) float64 { return v - before.AtVec(i) }, &rest)
	y := c.predict(&rest)
	for i := range rows {
		for j := range out {
			y.Set(i, j, y.At(i, j)+after.AtVec(i))
		}
	}
	return y
}

// A conditional is a joint Gaussian of mean 0 of support and query values, to be conditioned on noisy support values.
type conditional struct {
	of                       string
	inner                    *mat.Dense // covariance of the support values
	cross                    *mat.Dense // of the query values with them, a row each
	prior                    []float64  // variance of each query value
	noise                    float64
	noisyQueries, deviations bool
}

func (c conditional) predict(y *mat.Dense) *mat.Dense {
	n, _ := c.inner.Dims()
	noisy := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			noisy.SetSym(i, j, c.inner.At(i, j))
		}
		noisy.SetSym(i, i, noisy.At(i, i)+c.noise*c.noise)
	}
	var chol mat.Cholesky
	if !chol.Factorize(noisy) {
		panic("baseline: " + c.of + ": the covariance of the support targets is not positive definite to rounding; the noise of " +
			fmt.Sprint(c.noise) + " is too small beside it, or Covariance is none")
	}
	var weights, mean mat.Dense
	mustSolve(c.of, chol.SolveTo(&weights, y))
	mean.Mul(c.cross, &weights)
	if !c.deviations {
		return &mean
	}
	var reduced mat.Dense // (K + Noise²·I)⁻¹·kᵀ
	mustSolve(c.of, chol.SolveTo(&reduced, c.cross.T()))
	rows, out := mean.Dims()
	both := mat.NewDense(rows, 2*out, nil)
	for i := range rows {
		variance := c.prior[i] - mat.Dot(c.cross.RowView(i), reduced.ColView(i))
		variance = max(variance, 0) // of rounding
		if c.noisyQueries {
			variance += c.noise * c.noise
		}
		for j := range out {
			both.Set(i, j, mean.At(i, j))
			both.Set(i, out+j, math.Sqrt(variance))
		}
	}
	return both
}

// mustSolve panics at an error that is not just a warning of a large condition number.
func mustSolve(of string, err error) {
	if _, warning := err.(mat.Condition); err != nil && !warning {
		panic("baseline: " + of + ": " + err.Error())
	}
}
