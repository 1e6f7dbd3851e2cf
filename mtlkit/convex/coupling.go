package convex

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// coupling is ½ tr(W K Wᵀ), K being tasks × tasks, symmetric and positive semidefinite.
type coupling struct {
	size
	k       *mat.SymDense
	values  []float64  // of K, ascending; those that are 0 but for rounding are 0
	vectors *mat.Dense // a column each; nil is the identity
}

// newCoupling decomposes K.
func newCoupling(s size, k *mat.SymDense) coupling {
	var eigen mat.EigenSym
	if !eigen.Factorize(k, true) {
		panic("convex: no eigenvalues were found, of a matrix that is finite")
	}
	c := coupling{s, k, eigen.Values(nil), new(mat.Dense)}
	eigen.VectorsTo(c.vectors)
	most := c.values[len(c.values)-1]
	for i, v := range c.values {
		if v <= 1e-14*float64(s.tasks)*most {
			c.values[i] = 0
		}
	}
	return c
}

// diagonal is the coupling of K = strength·I.
func diagonal(s size, strength float64) coupling {
	k := mat.NewSymDense(s.tasks, nil)
	values := make([]float64, s.tasks)
	for t := range values {
		k.SetSym(t, t, strength)
		values[t] = strength
	}
	return coupling{s, k, values, nil}
}

// apply stores K·w in dst.
func (c coupling) apply(dst, w []float64) {
	if c.vectors == nil {
		floats.ScaleTo(dst, c.values[0], w)
		return
	}
	blas64.Symm(blas.Left, 1, c.k.RawSymmetric(), c.general(w), 0, c.general(dst))
}

func (c coupling) general(w []float64) blas64.General {
	return blas64.General{Rows: c.tasks, Cols: c.columns, Stride: c.columns, Data: w}
}

func (c coupling) value(w []float64) float64 {
	kw := make([]float64, len(w))
	c.apply(kw, w)
	return max(0, floats.Dot(w, kw)/2)
}

// function stores f(K)·w in w, f being given by what it makes of each eigenvalue.
func (c coupling) function(w []float64, f func(value float64) float64) {
	if c.vectors == nil {
		floats.Scale(f(c.values[0]), w)
		return
	}
	along := make([]float64, len(w))
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, c.vectors.RawMatrix(), c.general(w), 0, c.general(along))
	for t, v := range c.values {
		floats.Scale(f(v), c.task(along, t))
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, c.vectors.RawMatrix(), c.general(along), 0, c.general(w))
}

func (c coupling) prox(w []float64, step float64) {
	c.function(w, func(v float64) float64 { return 1 / (1 + step*v) })
}

// conjugate is ½ tr(g K⁻¹ gᵀ). Where K is singular there is none: limit is 0.
func (c coupling) conjugate(g []float64) (quadratic, limit float64) {
	if c.values[0] == 0 {
		return 0, 0
	}
	inverse := append([]float64(nil), g...)
	c.function(inverse, func(v float64) float64 { return 1 / v })
	return max(0, floats.Dot(g, inverse)/2), math.Inf(1)
}

func (c coupling) enough(_ []float64, curvature float64) float64 {
	for _, v := range c.values {
		if v > 0 {
			return 100 * curvature / v
		}
	}
	return 1
}
