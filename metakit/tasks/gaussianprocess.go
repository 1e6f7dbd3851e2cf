package tasks

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// GaussianProcess is the family of functions that a Gaussian process of mean 0 draws, with the kernel
//
//	k(x, x′) = Scale² · exp(−(x − x′)²/(2·Length²))
//
// and every x for itself. A draw takes (Shots + Queries)³/6 multiplications. So that the factors of the kernel exist to
// rounding, every value is drawn with a variance that is a billionth of Scale² larger.
//
// Reference: Garnelo, Rosenbaum, Maddison, Ramalho, Saxton, Shanahan, Teh, Rezende, Eslami. Conditional neural
// processes. ICML 2018, arXiv:1807.01613, section 4.1, with the numbers of its published code.
type GaussianProcess struct {
	Shots   int // support points
	Queries int // query points

	Length float64 // of the kernel, positive
	Scale  float64 // standard deviation of the values, positive
	Input  Uniform // of x

	Noise        float64 // standard deviation of the noise in the support targets
	NoisyQueries bool    // the query targets have noise too, as what a predicted distribution is judged by should
	EvenQueries  bool    // query points at the midpoints of equal parts of the interval of inputs
}

// NewGaussianProcess returns the process of the published code: Length 0.4, Scale 1, Noise 0.02 in all targets, x from
// {−2, 2}; with 10 query points. The code draws the number of support points, 3 to 9, anew in each step; take
// [MixShots] for that.
func NewGaussianProcess(shots int) GaussianProcess {
	g := GaussianProcess{Shots: shots, Queries: 10, Length: 0.4, Scale: 1, Input: Uniform{-2, 2}, Noise: 0.02, NoisyQueries: true}
	g.check()
	return g
}

var _ metakit.Distribution = GaussianProcess{}

// Test returns the family with 100 query points on an even grid.
func (g GaussianProcess) Test() GaussianProcess {
	g.Queries, g.EvenQueries = 100, true
	return g
}

// Size implements [metakit.Distribution].
func (g GaussianProcess) Size(_, _ uint64) metakit.Size {
	g.check()
	return metakit.Size{Support: g.Shots, Query: g.Queries, In: 1, Out: 1}
}

// factors is room for the lower factor of a kernel, row by row, for the inputs and for standard normal numbers.
var factors = sync.Pool{New: func() any { return new([]float64) }}

// Draw implements [metakit.Distribution].
func (g GaussianProcess) Draw(e *metakit.Episode, seed, index uint64) {
	g.check()
	rng := e.Rand(seed, index)
	fill(e, rng, g.Input, g.EvenQueries, 0, func(float64) float64 { return rng.NormFloat64() })
	n := g.Shots + g.Queries
	room := factors.Get().(*[]float64)
	*room = slices.Grow((*room)[:0], n*n+2*n)[:n*n+2*n]
	l, x, z := (*room)[:n*n], (*room)[n*n:n*n+n], (*room)[n*n+n:]
	copy(x, e.Support.X.RawMatrix().Data)
	copy(x[g.Shots:], e.Query.X.RawMatrix().Data)
	copy(z, e.Support.Y.RawMatrix().Data)
	copy(z[g.Shots:], e.Query.Y.RawMatrix().Data)
	g.factor(l, x)
	for i := n - 1; i >= 0; i-- { // from the last, as a value takes the numbers before it
		z[i] = floats.Dot(l[i*n:][:i+1], z[:i+1])
	}
	copy(e.Support.Y.RawMatrix().Data, z)
	copy(e.Query.Y.RawMatrix().Data, z[g.Shots:])
	factors.Put(room)
	addNoise(e.Support, rng, g.Noise)
	if g.NoisyQueries {
		addNoise(e.Query, rng, g.Noise)
	}
}

// factor puts the lower Cholesky factor of the kernel of x into l, row by row.
func (g GaussianProcess) factor(l, x []float64) {
	const nugget = 1e-9
	n := len(x)
	for i, a := range x {
		row := l[i*n:][:n]
		for j, b := range x[:i] {
			d := (a - b) / g.Length
			other := l[j*n:][:n]
			row[j] = (g.Scale*g.Scale*math.Exp(-d*d/2) - floats.Dot(row[:j], other[:j])) / other[j]
		}
		row[i] = math.Sqrt(g.Scale*g.Scale*(1+nugget) - floats.Dot(row[:i], row[:i]))
	}
}

// ZeroShotFloor returns the mean squared error of the best prediction from no points at all, which is 0 everywhere, and
// so the best constant too: Scale², and the variance of the query targets' noise.
func (g GaussianProcess) ZeroShotFloor() float64 {
	g.check()
	if g.NoisyQueries {
		return g.Scale*g.Scale + g.Noise*g.Noise
	}
	return g.Scale * g.Scale
}

// Oracle returns the exact posterior, which no learner can beat; Deviations makes it predict distributions. It panics
// unless there is noise, without which the posterior cannot be computed to rounding.
func (g GaussianProcess) Oracle() baseline.GaussianProcess {
	g.check()
	checkPositive("GaussianProcess.Oracle: Noise", g.Noise)
	return baseline.GaussianProcess{Length: g.Length, Scale: g.Scale, Noise: g.Noise, NoisyQueries: g.NoisyQueries}
}

// check panics if a setting makes no sense.
func (g GaussianProcess) check() {
	checkCount("GaussianProcess", "Shots", g.Shots)
	checkCount("GaussianProcess", "Queries", g.Queries)
	checkPositive("GaussianProcess: Length", g.Length)
	checkPositive("GaussianProcess: Scale", g.Scale)
	g.Input.check("GaussianProcess: Input")
	checkDeviation("GaussianProcess: Noise", g.Noise)
}
