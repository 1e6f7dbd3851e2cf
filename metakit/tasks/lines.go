package tasks

import (
	"kindred/metakit"
	"kindred/metakit/baseline"
)

// Lines is the family y = Slope·x + Intercept. Slope and intercept are drawn once for a task, every x for itself.
//
// Reference: the lines of Finn, Xu, Levine. Probabilistic model-agnostic meta-learning. NeurIPS 2018, arXiv:1806.02817,
// with the intervals of torchmeta's SinusoidAndLine.
type Lines struct {
	Shots   int // support points
	Queries int // query points

	Slope     Uniform
	Intercept Uniform
	Input     Uniform // of x

	Noise       float64 // standard deviation of the noise in the support targets; those of the query set have none
	EvenQueries bool    // query points at the midpoints of equal parts of the interval of inputs
}

// NewLines returns the lines of the paper, without noise: as many query points as support points, slope and intercept
// from {−3, 3}, x from {−5, 5}.
func NewLines(shots int) Lines {
	l := Lines{Shots: shots, Queries: shots, Slope: Uniform{-3, 3}, Intercept: Uniform{-3, 3}, Input: Uniform{-5, 5}}
	l.check()
	return l
}

var _ metakit.Distribution = Lines{}

// Test returns the family with 100 query points on an even grid.
func (l Lines) Test() Lines {
	l.Queries, l.EvenQueries = 100, true
	return l
}

// Size implements [metakit.Distribution].
func (l Lines) Size(_, _ uint64) metakit.Size {
	l.check()
	return metakit.Size{Support: l.Shots, Query: l.Queries, In: 1, Out: 1}
}

// Draw implements [metakit.Distribution].
func (l Lines) Draw(e *metakit.Episode, seed, index uint64) {
	l.check()
	rng := e.Rand(seed, index)
	slope, intercept := l.Slope.draw(rng), l.Intercept.draw(rng)
	fill(e, rng, l.Input, l.EvenQueries, l.Noise, func(x float64) float64 { return slope*x + intercept })
}

// ZeroShot returns the best prediction at x from no points at all, the line in the middle.
func (l Lines) ZeroShot(x float64) float64 {
	l.check()
	return l.Slope.middle()*x + l.Intercept.middle()
}

// ZeroShotFloor returns the mean squared error of [Lines.ZeroShot], Var(intercept) + Var(slope)·E[x²]. For the paper's
// lines it is 3 + 3·25/3 = 28.
func (l Lines) ZeroShotFloor() float64 {
	l.check()
	return l.Intercept.variance() + l.Slope.variance()*l.Input.square()
}

// ConstantFloor returns the mean squared error of the best constant, ZeroShotFloor + E[slope]²·Var(x).
func (l Lines) ConstantFloor() float64 {
	return l.ZeroShotFloor() + l.Slope.middle()*l.Slope.middle()*l.Input.variance()
}

// Oracle returns least squares on the support points, which is exact from two points on if there is no noise.
func (l Lines) Oracle() baseline.LeastSquares {
	return baseline.LeastSquares{Features: func(dst, x []float64) []float64 { return append(dst, x[0], 1) }}
}

// check panics if a setting makes no sense.
func (l Lines) check() {
	checkCount("Lines", "Shots", l.Shots)
	checkCount("Lines", "Queries", l.Queries)
	l.Slope.check("Lines: Slope")
	l.Intercept.check("Lines: Intercept")
	l.Input.check("Lines: Input")
	checkDeviation("Lines: Noise", l.Noise)
}
