package balance

import "math"

// epsilon is the distance from 1 to the next float64.
const epsilon = 0x1p-52

// A factor is the lower triangular L of LLᵀ = A, grown by a row and column of A at a time.
type factor struct {
	l square // rows and columns below n are in use
	n int
}

func (tmp *pool) factor(m int) factor { return factor{l: tmp.square(m)} }

// push adds the row a₀ … aₙ of A. It returns false, and adds nothing, if A is no longer positive definite: if what the
// rows before leave of the diagonal entry aₙ is not above noise.
func (f *factor) push(a []float64, noise float64) bool {
	row := f.l.row(f.n)
	rest := a[f.n]
	for j := range f.n {
		row[j] = (a[j] - inner(row[:j], f.l.row(j)[:j])) / f.l.at(j, j)
		rest -= row[j] * row[j]
	}
	if !(rest > noise) {
		return false
	}
	row[f.n] = math.Sqrt(rest)
	f.n++
	return true
}

// solve overwrites b with A⁻¹b.
func (f *factor) solve(b []float64) {
	for i := range f.n {
		b[i] = (b[i] - inner(f.l.row(i)[:i], b[:i])) / f.l.at(i, i)
	}
	for i := f.n - 1; i >= 0; i-- {
		for j := i + 1; j < f.n; j++ {
			b[i] -= f.l.at(j, i) * b[j]
		}
		b[i] /= f.l.at(i, i)
	}
}
