package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Conflict tells how the gradients of m tasks lie to each other.
type Conflict struct {
	Norms       []float64     // |gᵢ|
	Cosines     *mat.SymDense // gᵢ·gⱼ/(|gᵢ||gⱼ|); 0 beside a zero gradient
	Similarity  *mat.SymDense // of magnitudes: 2|gᵢ||gⱼ|/(|gᵢ|² + |gⱼ|²); 0 beside a zero gradient
	Ratio       float64       // the largest norm over the smallest; +Inf beside a zero gradient, NaN if all are 0
	Conflicting int           // pairs of tasks with a negative cosine
	Pairs       int           // m(m − 1)/2
}

// NewConflict returns how gradients lie whose inner products are gram. It panics if gram can't be that: if it is empty,
// or an entry on its diagonal is negative, or not finite.
//
// Reference, for conflict and similarity of magnitudes: Yu, Kumar, Gupta, Levine, Hausman, Finn. Gradient surgery for
// multi-task learning. NeurIPS 2020, arXiv:2001.06782.
func NewConflict(gram mat.Symmetric) Conflict {
	if gram == nil || gram.SymmetricDim() == 0 {
		panic("balance: NewConflict: no Gram matrix; want one of at least one gradient")
	}
	m := gram.SymmetricDim()
	for i := range m {
		if v := gram.At(i, i); !(v >= 0) || math.IsInf(v, 1) {
			panic(fmt.Sprintf("balance: NewConflict: |g|² of gradient %d is %v; it must be finite and not negative", i, v))
		}
	}
	c := Conflict{
		Norms:      make([]float64, m),
		Cosines:    mat.NewSymDense(m, nil),
		Similarity: mat.NewSymDense(m, nil),
		Pairs:      m * (m - 1) / 2,
	}
	least, most := math.Inf(1), 0.0
	for i := range m {
		c.Norms[i] = math.Sqrt(gram.At(i, i))
		least, most = min(least, c.Norms[i]), max(most, c.Norms[i])
	}
	c.Ratio = most / least
	for i, a := range c.Norms {
		for j, b := range c.Norms[:i+1] {
			if a == 0 || b == 0 {
				continue
			}
			c.Cosines.SetSym(i, j, gram.At(i, j)/a/b)
			c.Similarity.SetSym(i, j, 2/(a/b+b/a))
			if j < i && gram.At(i, j) < 0 {
				c.Conflicting++
			}
		}
	}
	return c
}

// Share returns the share of conflicting pairs, 0 for a single task.
func (c Conflict) Share() float64 {
	if c.Pairs == 0 {
		return 0
	}
	return float64(c.Conflicting) / float64(c.Pairs)
}

// Condition returns the condition number σ₁/σₘ of the task gradients, the rows of jac, by singular values: 1 for
// gradients of equal length at right angles. It is +Inf where they are linearly dependent to working precision, and NaN
// where an entry is not finite.
//
// Reference: Senushkin, Patakin, Kuznetsov, Konushin. Independent component alignment for multi-task learning. CVPR
// 2023, arXiv:2305.19000.
func Condition(jac mat.Matrix) float64 {
	if jac == nil {
		panic("balance: Condition: the Jacobian is nil")
	}
	m, n := jac.Dims()
	if m == 0 || n == 0 {
		panic(fmt.Sprintf("balance: Condition: a Jacobian of %d×%d", m, n))
	}
	for i := range m {
		for k := range n {
			if v := jac.At(i, k); math.IsNaN(v) || math.IsInf(v, 0) {
				return math.NaN()
			}
		}
	}
	var svd mat.SVD
	if m > n || !svd.Factorize(jac, mat.SVDNone) {
		return math.Inf(1)
	}
	sigma := svd.Values(nil)
	if sigma[m-1] <= 0x1p-52*float64(n)*sigma[0] {
		return math.Inf(1)
	}
	return sigma[0] / sigma[m-1]
}
