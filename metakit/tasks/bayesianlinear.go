package tasks

import (
	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// BayesianLinear is the family of linear functions of several numbers with Gaussian weights and noise, whose posterior
// is known exactly:
//
//	y = w·x + b + noise,  w, b ~ N(0, Spread²),  noise ~ N(0, Noise²)
//
// Every coordinate of x is uniform. Unlike [Linear] it has an intercept, and noise in the query targets too, by which a
// predicted distribution is judged.
//
// Reference: the model is that of Bishop. Pattern recognition and machine learning. Springer 2006, section 3.3.
type BayesianLinear struct {
	Shots   int // support points
	Queries int // query points
	Columns int // of x

	Spread float64 // standard deviation of every weight and of the intercept, positive
	Noise  float64 // standard deviation of the noise in all targets, positive
	Input  Uniform // of every coordinate of x
}

// NewBayesianLinear returns the family of one column with as many query points as support points, weights of standard
// deviation 1, noise of 0.1, x from {−1, 1}.
func NewBayesianLinear(shots int) BayesianLinear {
	b := BayesianLinear{Shots: shots, Queries: shots, Columns: 1, Spread: 1, Noise: 0.1, Input: Uniform{-1, 1}}
	b.check()
	return b
}

var _ metakit.Distribution = BayesianLinear{}

// Size implements [metakit.Distribution].
func (b BayesianLinear) Size(_, _ uint64) metakit.Size {
	b.check()
	return metakit.Size{Support: b.Shots, Query: b.Queries, In: b.Columns, Out: 1}
}

// Draw implements [metakit.Distribution].
func (b BayesianLinear) Draw(e *metakit.Episode, seed, index uint64) {
	b.check()
	rng := e.Rand(seed, index)
	var room [16]float64
	w := room[:0]
	for range b.Columns + 1 {
		w = append(w, b.Spread*rng.NormFloat64())
	}
	for _, set := range [2]metakit.Set{e.Support, e.Query} {
		y := set.Y.RawMatrix().Data
		for i := range y {
			y[i] = w[b.Columns] + b.Noise*rng.NormFloat64()
			for j, row := 0, set.X.RawRowView(i); j < b.Columns; j++ {
				row[j] = b.Input.draw(rng)
				y[i] += w[j] * row[j]
			}
		}
	}
}

// ZeroShotFloor returns the mean squared error of the best prediction from no points at all, which is 0 everywhere, and
// so the best constant too: Spread²·(1 + Columns·E[x²]) + Noise².
func (b BayesianLinear) ZeroShotFloor() float64 {
	b.check()
	return b.Spread*b.Spread*(1+float64(b.Columns)*b.Input.square()) + b.Noise*b.Noise
}

// Oracle returns the exact posterior, which no learner can beat; Deviations makes it predict distributions.
func (b BayesianLinear) Oracle() baseline.BayesianLinear {
	b.check()
	covariance := mat.NewDiagDense(b.Columns+1, nil)
	for i := range b.Columns + 1 {
		covariance.SetDiag(i, b.Spread*b.Spread)
	}
	return baseline.BayesianLinear{Covariance: covariance, Noise: b.Noise, NoisyQueries: true,
		Features: func(dst, x []float64) []float64 { return append(append(dst, x...), 1) }}
}

// check panics if a setting makes no sense.
func (b BayesianLinear) check() {
	checkCount("BayesianLinear", "Shots", b.Shots)
	checkCount("BayesianLinear", "Queries", b.Queries)
	checkCount("BayesianLinear", "Columns", b.Columns)
	checkPositive("BayesianLinear: Spread", b.Spread)
	checkPositive("BayesianLinear: Noise", b.Noise)
	b.Input.check("BayesianLinear: Input")
}
