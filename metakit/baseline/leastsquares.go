package baseline

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
)

// LeastSquares fits y = φ(x)·W to the support set by least squares; where the points leave W open, by the smallest W.
type LeastSquares struct {
	// Features appends φ(x) to dst; nil stands for φ(x) = x. Append 1 for an intercept.
	Features func(dst, x []float64) []float64
}

// Predict implements [metakit.Predictor].
func (l LeastSquares) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	size("LeastSquares", support, x)
	if _, in := support.X.Dims(); in != x.RawMatrix().Cols {
		panic(fmt.Sprintf("baseline: LeastSquares: x has %d columns, the support X %d", x.RawMatrix().Cols, in))
	}
	a := l.features(support.X)
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDThin) {
		panic(fmt.Sprintf("baseline: LeastSquares: no singular values of the features %v", mat.Formatted(a)))
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
	if len(rows) == 0 || len(rows)%n != 0 {
		panic(fmt.Sprintf("baseline: LeastSquares: %d features of %d points; each must have equally many, at least one",
			len(rows), n))
	}
	return mat.NewDense(n, len(rows)/n, rows)
}
