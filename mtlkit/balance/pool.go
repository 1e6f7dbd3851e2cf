package balance

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// A pool lends zeroed slices and takes all of them back at once. It remembers how much was asked of it, so that
// the same work allocates nothing when it is done again.
type pool struct {
	floats pile[float64]
	ints   pile[int]
}

// pools holds those that nobody uses. What a method computes never depends on which one it gets.
var pools = sync.Pool{New: func() any { return new(pool) }}

func borrow() *pool { return pools.Get().(*pool) }

// release ends the life of all slices that it lent.
func (tmp *pool) release() {
	tmp.floats.clear()
	tmp.ints.clear()
	pools.Put(tmp)
}

// A pile is the memory of a pool for one type.
type pile[T any] struct {
	memory []T
	used   int // of memory, and beyond it when it was too small
}

func (p *pile[T]) take(n int) []T {
	from := p.used
	p.used += n
	if p.used > len(p.memory) {
		return make([]T, n)
	}
	taken := p.memory[from:p.used:p.used]
	clear(taken)
	return taken
}

func (p *pile[T]) clear() {
	if p.used > len(p.memory) {
		p.memory = make([]T, p.used)
	}
	p.used = 0
}

// smallest is the smallest normal number.
const smallest = 0x1p-1022

// A square is a square matrix, row after row.
type square struct {
	m    int
	data []float64
}

func (tmp *pool) square(m int) square { return square{m, tmp.floats.take(m * m)} }

func (q square) row(i int) []float64     { return q.data[i*q.m : (i+1)*q.m] }
func (q square) at(i, j int) float64     { return q.data[i*q.m+j] }
func (q square) set(i, j int, v float64) { q.data[i*q.m+j] = v }

// mulVec stores q·x in dst.
func (q square) mulVec(dst, x []float64) {
	for i := range dst {
		dst[i] = inner(q.row(i), x)
	}
}

// inner returns x·y, summed in index order.
func inner(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// load copies gram, divided by 4ᵉ so that its largest diagonal entry lies in [¼, 1), and returns e. Powers of two
// change no digit, so what is computed from the copy is the same for gradients of any scale. A zero matrix has e = 0.
//
// A gradient counts as zero if its square is below the normal numbers, before or after that division: if it is shorter
// than 2⁻⁵¹¹, or than that times the longest. Inner products of longer ones keep their digits beside the lengths.
func (tmp *pool) load(gram mat.Symmetric) (g square, e int) {
	g = tmp.square(gram.SymmetricDim())
	largest := 0.0
	for i := range g.m {
		largest = max(largest, gram.At(i, i))
	}
	if largest < smallest {
		return g, 0
	}
	_, e = math.Frexp(largest)
	e = (e + 1) >> 1
	down := math.Ldexp(1, -e) // applied twice: its square may overflow
	for i := range g.m {
		if v := gram.At(i, i); v >= smallest && v*down*down >= smallest {
			g.set(i, i, v*down*down)
		}
	}
	for i := range g.m {
		for j := range i {
			if g.at(i, i) > 0 && g.at(j, j) > 0 {
				v := gram.At(i, j) * down * down
				g.set(i, j, v)
				g.set(j, i, v)
			}
		}
	}
	return g, e
}

// lengths returns the square roots of the diagonal of a Gram matrix.
func (tmp *pool) lengths(g square) []float64 {
	norms := tmp.floats.take(g.m)
	for i := range norms {
		norms[i] = math.Sqrt(max(g.at(i, i), 0))
	}
	return norms
}
