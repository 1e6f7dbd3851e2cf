package convex

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// factors returns the singular values of W, largest first, and its singular vectors: those of tasks, and of columns.
func (s size) factors(w []float64, kind mat.SVDKind) (sigma []float64, svd *mat.SVD) {
	svd = new(mat.SVD)
	if !svd.Factorize(mat.NewDense(s.tasks, s.columns, w), kind) {
		panic("convex: no singular values were found, of a matrix that is finite")
	}
	return svd.Values(nil), svd
}

// singular returns the singular values of W, largest first.
func (s size) singular(w []float64) []float64 {
	sigma, _ := s.factors(w, mat.SVDNone)
	return sigma
}

// change replaces the singular values of W by what f makes of them, in place.
func (s size) change(w []float64, f func(sigma []float64)) {
	sigma, svd := s.factors(w, mat.SVDThin)
	f(sigma)
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	rank := len(sigma)
	for rank > 0 && sigma[rank-1] == 0 {
		rank--
	}
	if rank == 0 {
		clear(w)
		return
	}
	left, right := u.RawMatrix(), v.RawMatrix()
	left.Cols, right.Cols = rank, rank
	for i := range left.Rows {
		for k, v := range sigma[:rank] {
			left.Data[i*left.Stride+k] *= v
		}
	}
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, left, right, 0,
		blas64.General{Rows: s.tasks, Cols: s.columns, Stride: s.columns, Data: w})
}
