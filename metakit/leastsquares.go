package metakit

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// A Predictor predicts the targets at x from a support set without meta-learning: a baseline or an oracle.
type Predictor interface {
	// Predict returns one row for every row of x.
	Predict(support Set, x *mat.Dense) *mat.Dense
}

// LeastSquares fits y = φ(x)·W to the support set by least squares; where the points leave W open, by the smallest W.
type LeastSquares struct {
	// Features appends φ(x) to dst; nil stands for φ(x) = x. Append 1 for an intercept.
	Features func(dst, x []float64) []float64
}

var _ Predictor = LeastSquares{}

// Predict implements [Predictor].
func (l LeastSquares) Predict(support Set, x *mat.Dense) *mat.Dense {
	a := l.features(support.X)
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDThin) {
		panic(fmt.Sprintf("metakit: LeastSquares: no singular values of the features %v", mat.Formatted(a)))
	}
	const smallest = 1e-12 // singular values below it, relative to the largest, count as 0
	var w, y mat.Dense
	svd.SolveTo(&w, support.Y, svd.Rank(smallest))
	y.Mul(l.features(x), &w)
	return &y
}

func (l LeastSquares) features(x *mat.Dense) *mat.Dense {
	if l.Features == nil {
		return x
	}
	n, _ := x.Dims()
	var rows []float64
	for i := range n {
		rows = l.Features(rows, x.RawRowView(i))
	}
	return mat.NewDense(n, len(rows)/n, rows)
}

// Zero predicts 0 everywhere.
type Zero struct{}

var _ Predictor = Zero{}

// Predict implements [Predictor].
func (Zero) Predict(support Set, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	_, cols := support.Y.Dims()
	return mat.NewDense(rows, cols, nil)
}
