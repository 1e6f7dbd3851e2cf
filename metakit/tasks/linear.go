package tasks

import (
	"fmt"
	"math"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// Linear is a family of linear functions y = w·x, w ~ N(Mean, Spread²·I), every coordinate of x uniform on [0, 1). The
// targets of the support set carry Gaussian noise, those of the query set do not, so that an error is one of the
// prediction alone.
//
// [NewLinear] has the family of the article's repair; a literal says all of it.
type Linear struct {
	Shots   int       // support points
	Queries int       // query points
	Mean    []float64 // of w, one number for each column of x
	Spread  float64   // standard deviation of every weight, not negative; with 0 all tasks are one
	Noise   float64   // standard deviation of the noise in the support targets, not negative
}

// NewLinear returns the family with 100 query points, w about {1, 2} with a spread of 0.5, and no noise.
func NewLinear(shots int) Linear {
	l := Linear{Shots: shots, Queries: 100, Mean: []float64{1, 2}, Spread: 0.5}
	l.check()
	return l
}

var _ metakit.Distribution = Linear{}

// Size implements [metakit.Distribution].
func (l Linear) Size(_, _ uint64) metakit.Size {
	l.check()
	return metakit.Size{Support: l.Shots, Query: l.Queries, In: len(l.Mean), Out: 1}
}

func (l Linear) check() {
	checkCount("Linear", "Shots", l.Shots)
	checkCount("Linear", "Queries", l.Queries)
	if len(l.Mean) == 0 {
		panic("tasks: Linear: Mean is empty; it needs a number for each column of x")
	}
	for _, v := range l.Mean {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			panic(fmt.Sprintf("tasks: Linear: Mean is %v; all must be finite", l.Mean))
		}
	}
	checkDeviation("Linear: Spread", l.Spread)
	checkDeviation("Linear: Noise", l.Noise)
}

// Draw implements [metakit.Distribution].
func (l Linear) Draw(e *metakit.Episode, seed, index uint64) {
	l.check()
	rng := e.Rand(seed, index)
	var room [8]float64
	w := append(room[:0], l.Mean...)
	for j := range w {
		w[j] += l.Spread * rng.NormFloat64()
	}
	draw := func(set metakit.Set, noise float64) {
		x, y := set.X.RawMatrix().Data, set.Y.RawMatrix().Data
		for i := range y {
			y[i] = noise * rng.NormFloat64()
			for j, wj := range w {
				v := rng.Float64()
				x[i*len(w)+j] = v
				y[i] += wj * v
			}
		}
	}
	draw(e.Support, l.Noise)
	draw(e.Query, 0)
}

// ZeroShot returns the best prediction at x from no points at all, Mean·x.
func (l Linear) ZeroShot(x []float64) float64 {
	l.check()
	if len(x) != len(l.Mean) {
		panic(fmt.Sprintf("tasks: Linear.ZeroShot: x has %d numbers; the family has %d", len(x), len(l.Mean)))
	}
	sum := 0.0
	for j, w := range l.Mean {
		sum += w * x[j]
	}
	return sum
}

// ZeroShotFloor returns the mean squared error of [Linear.ZeroShot], Spread²·E‖x‖² = Spread²·d/3.
func (l Linear) ZeroShotFloor() float64 {
	l.check()
	return l.Spread * l.Spread * float64(len(l.Mean)) / 3
}

// Oracle returns least squares on the support points, the classical method for one task alone.
func (l Linear) Oracle() baseline.LeastSquares { return baseline.LeastSquares{} }
