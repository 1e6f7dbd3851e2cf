// Package numpyrand reproduces NumPy's legacy generator: numpy.random.seed(n), rand and randn.
package numpyrand

import (
	"math"

	"gonum.org/v1/gonum/mathext/prng"
)

// A Generator yields the numbers that NumPy yields after numpy.random.seed(n). [New] makes one: the zero value is not
// seeded, and panics.
type Generator struct {
	source prng.MT19937
	seeded bool
	spare  float64 // a normal number already drawn, if held
	held   bool
}

// New returns the generator that numpy.random.seed(seed) leaves.
func New(seed uint32) *Generator {
	g := &Generator{seeded: true}
	g.source.Seed(uint64(seed))
	return g
}

// Rand returns the next number of numpy.random.rand, uniform in [0, 1) with 53 random bits.
func (g *Generator) Rand() float64 {
	if g == nil || !g.seeded { // the twister's own zero state yields zeros for ever
		panic("numpyrand: a Generator without a seed; New makes one")
	}
	high, low := g.source.Uint32()>>5, g.source.Uint32()>>6
	return (float64(high)*(1<<26) + float64(low)) / (1 << 53)
}

// Randn returns the next number of numpy.random.randn, standard normal. It comes from Marsaglia's polar method, which
// makes two numbers at a time: the second waits for the next call, also past calls of Rand.
func (g *Generator) Randn() float64 {
	if g != nil && g.held {
		g.held = false
		return g.spare
	}
	for {
		x, y := 2*g.Rand()-1, 2*g.Rand()-1
		// The conversions keep the compiler from fusing product and sum, which would round differently.
		r := float64(x*x) + float64(y*y)
		if 0 < r && r < 1 {
			f := math.Sqrt(-2 * math.Log(r) / r)
			g.spare, g.held = f*x, true
			return f * y
		}
	}
}
