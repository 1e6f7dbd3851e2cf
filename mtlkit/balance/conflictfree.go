package balance

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// ConFIG goes in the direction that has the same angle with every task gradient, as far as all the gradients reach
// along it:
//
//	d = (Σᵢ gᵢ·u) u,   u the unit vector along U⁺p,   row i of U is gᵢ/|gᵢ|
//
// U⁺ is the pseudo-inverse and p is Pref; unequal entries ask for unequal cosines. If the unit gradients are linearly
// independent, gᵢ·u/|gᵢ| is proportional to pᵢ and no task is hurt. A zero gradient has a zero row in U. Where U⁺p = 0,
// as for two opposed gradients, d is 0.
//
// Reference: Liu, Chu, Thuerey. ConFIG: towards conflict-free training of physics informed neural networks. ICLR 2025,
// arXiv:2408.11104.
type ConFIG struct {
	Pref []float64 // p, one number for each task; nil is equal ones
}

var _ GramAggregator = ConFIG{}

// NewState returns nil: nothing is remembered.
func (a ConFIG) NewState(s Setting) []float64 { a.check(s); return nil }

func (a ConFIG) check(s Setting) {
	s.check("ConFIG")
	checkOptional("ConFIG", "Pref", a.Pref, s, checkFinite)
}

// WeighGram stores the weights of d.
func (a ConFIG) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("ConFIG", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	m := g.m
	pref := perTask(tmp, a.Pref, s, 1)
	norms := tmp.lengths(g)
	c := cosines(tmp, g, norms)

	x := tmp.floats.take(m) // U⁺p = Uᵀx
	newSpectrum(tmp, gramRoot(tmp, c)).apply(x, pref, inverseSquare)
	cx := tmp.floats.take(m)
	c.mulVec(cx, x)
	square := inner(x, cx) // |Uᵀx|²
	if !(square > 0) {
		clear(weights)
		return
	}
	reach := inner(norms, cx) / square
	for i, v := range x {
		weights[i] = 0
		if norms[i] > 0 {
			weights[i] = reach * v / norms[i]
		}
	}
}

// cosines returns the inner products of the unit gradients; rows and columns of zero gradients are zero.
func cosines(tmp *pool, g square, norms []float64) square {
	c := tmp.square(g.m)
	for i := range g.m {
		for j := range i {
			if norms[i] > 0 && norms[j] > 0 {
				v := g.at(i, j) / norms[i] / norms[j]
				c.set(i, j, math.Max(-1, math.Min(1, v)))
				c.set(j, i, c.at(i, j))
			}
		}
		if norms[i] > 0 {
			c.set(i, i, 1)
		}
	}
	return c
}
