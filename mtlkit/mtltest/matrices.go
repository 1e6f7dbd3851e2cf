package mtltest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// A Matrix is a Jacobian on which aggregators are tried.
type Matrix struct {
	Name string
	J    *mat.Dense
	// Strong says that J is strongly stationary: Jᵀw = 0 for a w > 0.
	Strong bool
}

// Matrices returns Jacobians that are made to hurt: with zero, equal and opposed rows, of rank below full, stationary
// in the weak and in the strong sense by construction, with rows of very different length, with more rows than
// columns, and some at random.
func Matrices() []Matrix {
	all := []Matrix{
		{"one task", rows([]float64{3, -4}), false},
		{"one zero task", rows([]float64{0, 0, 0}), true},
		{"in conflict", rows([]float64{-4, 1, 1}, []float64{6, 1, 1}), false},
		{"in agreement", rows([]float64{1, 0.2, 0}, []float64{11, 2, 0.5}), false},
		{"orthogonal", rows([]float64{2, 0, 0}, []float64{0, 3, 0}), false},
		{"parallel", rows([]float64{1, 2, 2}, []float64{2, 4, 4}), false},
		{"all zero", rows([]float64{0, 0, 0}, []float64{0, 0, 0}), true},
		{"one of two is zero", rows([]float64{0, 0, 0}, []float64{1, -2, 3}), false},
		{"one of three is zero", rows([]float64{1, 0, 2}, []float64{0, 0, 0}, []float64{-2, 1, 1}), false},
		{"opposed, equal", rows([]float64{1, 2, -1}, []float64{-1, -2, 1}), true},
		{"opposed, unequal", rows([]float64{1, 2, -1}, []float64{-2, -4, 2}), true},
		{"opposed, one parameter", rows([]float64{2}, []float64{-3}), true},
		{"nearly opposed", rows([]float64{1, 0, 0}, []float64{-1, 1e-4, 0}), false},
		{"equal rows", rows([]float64{1, 0.5, -1}, []float64{1, 0.5, -1}, []float64{-0.5, 2, 1}), false},
		{"equal rows in conflict", rows([]float64{1, 0}, []float64{-1, 1}, []float64{-1, 1}), false},
		{"lengths 1 and 1e6", rows([]float64{0.6, 0.8, 0}, []float64{-8e5, 3.6e5, 4.8e5}), false},
		{"lengths 1e-6, 1 and 1e6", rows([]float64{1e-6, -2e-6, 0, 0}, []float64{-1, 0, 1, 0.5},
			[]float64{1e6, 2e6, 0, -1e6}), false},
		{"sum is zero", rows([]float64{1, 0}, []float64{-1, 1}, []float64{0, -1}), true},
		{"weakly stationary", rows([]float64{1, 0}, []float64{-1, 0}, []float64{0, 1}), false},
		{"median is zero", rows([]float64{-1, 1}, []float64{0, 0}, []float64{3, 2}), false},
		{"zero is the nearest to all", rows([]float64{0, 0}, []float64{1, 0}, []float64{1, 0.5}, []float64{0.5, 1}),
			false},
		{"three around a circle", rows([]float64{1, 0}, []float64{-0.5, 0.8}, []float64{-0.5, -0.9}), true},
		{"two long, one against", rows([]float64{5, 1}, []float64{5, -1}, []float64{-1, 0}), true},
		{"zero beside long", rows([]float64{0, 0}, []float64{300, -400}), false},
		// The vector with equal projections on the unit gradients is a difference of weighed gradients of equal weight.
		{"equal projections, no weight", rows([]float64{6, 0, 0}, []float64{0, 6, 0}, []float64{2, 2, 1}), false},
		// The gradients together do not reach along the least-squares solution of equal cosines.
		{"equal cosines, no reach", rows([]float64{1, 0}, []float64{1, 0}, []float64{-5, 0}, []float64{0, 1}), false},
		{"a chain of conflicts", rows([]float64{1, 0, 0.1}, []float64{-0.9, 1, 0.1}, []float64{0.2, -1, 0.1},
			[]float64{-0.3, 0.1, 0.1}), false},
	}
	rng := rand.New(rand.NewPCG(7, 0))
	for _, size := range [][2]int{{2, 5}, {3, 3}, {4, 30}, {6, 200}, {12, 40}} {
		m, n := size[0], size[1]
		all = append(all,
			Matrix{fmt.Sprintf("random %d×%d", m, n), random(rng, m, n, 0), false},
			Matrix{fmt.Sprintf("random %d×%d, spread lengths", m, n), random(rng, m, n, 1.5), false},
			Matrix{fmt.Sprintf("strongly stationary %d×%d", m+1, n), stationary(rng, m+1, n, m+1), true},
			Matrix{fmt.Sprintf("weakly stationary %d×%d", m+1, n), stationary(rng, m+1, n, m), false})
	}
	return append(all, Matrix{"random 4×30 of rank 2", lowRank(rng, 4, 30, 2), false})
}

func rows(r ...[]float64) *mat.Dense {
	j := mat.NewDense(len(r), len(r[0]), nil)
	for i, row := range r {
		j.SetRow(i, row)
	}
	return j
}

// random returns independent normal rows with lengths spread by a factor of exp(spread·N(0,1)).
func random(rng *rand.Rand, m, n int, spread float64) *mat.Dense {
	j := mat.NewDense(m, n, nil)
	for i := range m {
		scale := math.Exp(spread * rng.NormFloat64())
		for k := range n {
			j.Set(i, k, scale*rng.NormFloat64())
		}
	}
	return j
}

// stationary returns a matrix with Jᵀw = 0 for weights that are positive on the first k rows and zero on the others,
// which are, with the first k−1, independent.
func stationary(rng *rand.Rand, m, n, k int) *mat.Dense {
	j := random(rng, m, n, 0)
	last := j.RawRowView(k - 1)
	clear(last)
	for i := range k - 1 {
		w := 0.2 + rng.Float64()
		for c, v := range j.RawRowView(i) {
			last[c] -= w * v
		}
	}
	return j
}

// lowRank returns positive combinations of rank independent rows, so that only their common dual cone serves all.
func lowRank(rng *rand.Rand, m, n, rank int) *mat.Dense {
	base := random(rng, rank, n, 0)
	mix := mat.NewDense(m, rank, nil)
	for i := range m {
		for k := range rank {
			mix.Set(i, k, 0.1+rng.Float64())
		}
	}
	j := mat.NewDense(m, n, nil)
	j.Mul(mix, base)
	return j
}
