package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// A Gemm stores the matrix product c = op(a)·op(b), of m × n entries and inner length k, where op transposes if its
// flag is set. All matrices are row-major and dense: a is m × k, or k × m if transposed; b is k × n, or n × k.
type Gemm[T Float] func(transA, transB bool, m, n, k int, a, b, c []T)

var blasKernel gonum.Implementation

// Gemm64 is a [Gemm] on gonum's BLAS.
func Gemm64(transA, transB bool, m, n, k int, a, b, c []float64) {
	ta, lda := layout(transA, m, k)
	tb, ldb := layout(transB, k, n)
	blasKernel.Dgemm(ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n)
}

// Gemm32 is a [Gemm] on gonum's BLAS.
func Gemm32(transA, transB bool, m, n, k int, a, b, c []float32) {
	ta, lda := layout(transA, m, k)
	tb, ldb := layout(transB, k, n)
	blasKernel.Sgemm(ta, tb, m, n, k, 1, a, lda, b, ldb, 0, c, n)
}

func layout(trans bool, rows, cols int) (blas.Transpose, int) {
	if trans {
		return blas.Trans, rows
	}
	return blas.NoTrans, cols
}
