package balance

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// A spectrum holds what singular value decomposition J = Σₖ σₖ vₖuₖᵀ says of the m task gradients: the singular values
// above rounding, and their vₖ, the eigenvectors of JJᵀ.
type spectrum struct {
	sigma []float64
	v     square // row k is vₖ, for k < len(sigma)
}

// newSpectrum decomposes a matrix with the rows f₁ … fₘ: any with FFᵀ = JJᵀ. It overwrites f.
//
// It turns pairs of rows until they are orthogonal (one-sided Jacobi), which finds also the small singular values of
// rows of very different length to full relative accuracy. A row that is left with less than the rounding errors of
// those it was made of counts as zero.
//
// Reference: Demmel, Veselić. Jacobi's method is more accurate than QR. SIAM J. Matrix Anal. Appl. 13, 1992.
func newSpectrum(tmp *pool, f square) spectrum {
	m := f.m
	v := tmp.square(m)
	norms := tmp.floats.take(m)
	for i := range m {
		v.set(i, i, 1)
		norms[i] = math.Sqrt(inner(f.row(i), f.row(i)))
	}
	null := func(i int) bool {
		size := 0.0
		for j, x := range v.row(i) {
			size += math.Abs(x) * norms[j]
		}
		return !(math.Sqrt(inner(f.row(i), f.row(i))) > 4*float64(m)*epsilon*size)
	}
	for turned, sweep := true, 0; turned && sweep < 60; sweep++ { // about ten
		turned = false
		for i := range m {
			for j := i + 1; j < m; j++ {
				p, q := f.row(i), f.row(j)
				a, b, c := inner(p, p), inner(q, q), inner(p, q)
				if !(math.Abs(c) > epsilon*math.Sqrt(a)*math.Sqrt(b)) || null(i) || null(j) {
					continue
				}
				turned = true
				zeta := (b - a) / (2 * c)
				tan := math.Copysign(1/(math.Abs(zeta)+math.Hypot(1, zeta)), zeta)
				cos := 1 / math.Hypot(1, tan)
				turn(p, q, cos, cos*tan)
				turn(v.row(i), v.row(j), cos, cos*tan)
			}
		}
	}
	out := spectrum{sigma: tmp.floats.take(m)[:0], v: v}
	for i := range m {
		if !null(i) {
			copy(v.row(len(out.sigma)), v.row(i))
			out.sigma = append(out.sigma, math.Sqrt(inner(f.row(i), f.row(i))))
		}
	}
	return out
}

// turn replaces p and q by cos·p − sin·q and sin·p + cos·q.
func turn(p, q []float64, cos, sin float64) {
	for k, x := range p {
		p[k] = cos*x - sin*q[k]
		q[k] = sin*x + cos*q[k]
	}
}

// apply stores in dst Σₖ h(σₖ) vₖ(vₖ·x). A vₖ·x that is no larger than its own rounding errors counts as zero, so that
// an h that grows without bound at small σ does not raise noise.
func (d spectrum) apply(dst, x []float64, h func(sigma float64) float64) {
	clear(dst)
	for k, sigma := range d.sigma {
		along, size := 0.0, 0.0
		for i, v := range d.v.row(k) {
			along += v * x[i]
			size += math.Abs(v * x[i])
		}
		if math.Abs(along) <= 4*float64(len(x))*epsilon*size {
			continue
		}
		along *= h(sigma)
		for i, v := range d.v.row(k) {
			dst[i] += along * v
		}
	}
}

func inverseSquare(sigma float64) float64 { return 1 / sigma / sigma }

// gramRoot returns rows f₁ … fₘ with FFᵀ = G, the Cholesky factor with the largest remaining row first. A row of which
// the others leave less than rounding is in their span.
func gramRoot(tmp *pool, g square) square {
	f := tmp.square(g.m)
	rest := tmp.floats.take(g.m)
	for i := range rest {
		rest[i] = 1
	}
	for k := range g.m {
		pivot, most := 0, 16*float64(g.m)*epsilon
		for i, r := range rest {
			if g.at(i, i) > 0 && r > most {
				pivot, most = i, r
			}
		}
		if most == 16*float64(g.m)*epsilon {
			break
		}
		root := math.Sqrt(most * g.at(pivot, pivot))
		for i := range g.m {
			if rest[i] > 0 && g.at(i, i) > 0 {
				f.set(i, k, (g.at(i, pivot)-inner(f.row(i)[:k], f.row(pivot)[:k]))/root)
			}
		}
		for i := range g.m {
			if d := g.at(i, i); d > 0 && rest[i] > 0 {
				rest[i] -= f.at(i, k) * f.at(i, k) / d
			}
		}
		rest[pivot] = 0
	}
	return f
}

// jacobianRoot returns rows f₁ … fₘ with FFᵀ = JJᵀ, those of the transposed triangle of a QR decomposition of Jᵀ,
// without ever forming JJᵀ: they keep what its rounding would lose. It goes through J a block of columns at a time.
func jacobianRoot(tmp *pool, jac *mat.Dense) square {
	m, n := jac.Dims()
	raw := jac.RawMatrix()
	f := tmp.square(m)
	block := blas64.General{Rows: m, Cols: min(n, blockColumns), Stride: min(n, blockColumns)}
	block.Data = tmp.floats.take(m * block.Stride)
	for from := 0; from < n; from += blockColumns {
		block.Cols = min(blockColumns, n-from)
		for i := range m {
			copy(block.Data[i*block.Stride:], raw.Data[i*raw.Stride+from:i*raw.Stride+from+block.Cols])
		}
		absorb(f, block)
	}
	return f
}

// absorb turns the rows of f and the columns of block, beside each other, until all is in f, a lower triangle. It
// leaves FFᵀ + BBᵀ as it was, and overwrites the block.
func absorb(f square, block blas64.General) {
	row := func(i int) blas64.Vector {
		return blas64.Vector{N: block.Cols, Inc: 1, Data: block.Data[i*block.Stride:]}
	}
	for k := range f.m {
		x := row(k)
		head := f.at(k, k)
		tail := blas64.Nrm2(x)
		if tail == 0 {
			continue
		}
		beta := -math.Copysign(math.Hypot(head, tail), head)
		head -= beta // the Householder vector is head, x; its square −2·beta·head
		f.set(k, k, beta)
		for i := k + 1; i < f.m; i++ {
			y := row(i)
			along := (head*f.at(i, k) + blas64.Dot(x, y)) / (-beta) / head
			f.set(i, k, f.at(i, k)-along*head)
			blas64.Axpy(-along, x, y)
		}
	}
}
