package balance

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// GradDrop lets one sign through in every entry of the direction, drawn by how much of the gradients has it:
//
//	P[k] = ½(1 + Σᵢ gᵢ[k] / Σᵢ |gᵢ[k]|)
//	d[k] = Σᵢ gᵢ[k] over the gᵢ[k] > 0 if F(P[k]) > U[k], over the gᵢ[k] < 0 if F(P[k]) < U[k]
//
// with U[k] uniform in [0, 1), drawn anew in every step. In expectation, with F the identity, d is
// Σᵢ gᵢ[k]·P[k] over the positive and ·(1 − P[k]) over the negative ones. An entry that is 0 in all gradients is 0.
//
// Leak lets a share of every gradient through as it is: d = Σᵢ Leakᵢgᵢ + (1 − Leakᵢ)·(what is let through of gᵢ).
// The paper puts the method on the gradient by the shared representation, times the sign of that; hand it the Jacobian
// it is to act on.
//
// U of step t is what rand.New(rand.NewPCG(Seed, t)).Float64 gives, from the first entry on.
//
// Reference: Chen et al. Just pick a sign: optimizing deep multitask models with gradient sign dropout. NeurIPS 2020,
// arXiv:2010.06808.
type GradDrop struct {
	Leak []float64 // in [0, 1], one for each task; nil is zeros
	F    Purity    // what the share of a sign makes of its chance; nil is the identity
	Seed uint64    // of the draws
}

// A Purity is an increasing function from [0, 1] to [0, 1].
type Purity func(p float64) float64

// String tells a Purity by its values at eighths, as settings are printed and compared.
func (f Purity) String() string {
	if f == nil {
		return "identity"
	}
	var values [9]float64
	for i := range values {
		values[i] = f(float64(i) / 8)
	}
	return fmt.Sprint(values)
}

var _ JacobianAggregator = GradDrop{}

// NewState returns the number of steps taken.
func (a GradDrop) NewState(s Setting) []float64 { a.check(s); return make([]float64, 1) }

func (a GradDrop) check(s Setting) {
	s.check("GradDrop")
	checkOptional("GradDrop", "Leak", a.Leak, s, checkShare)
	if a.F == nil {
		return
	}
	if lo, mid, hi := a.F(0), a.F(0.5), a.F(1); !(lo >= 0 && lo <= mid && mid <= hi && hi <= 1) {
		panic(fmt.Sprintf("balance: GradDrop: F is %v, %v and %v at 0, ½ and 1; it must increase within [0, 1]", lo, mid, hi))
	}
}

// Combine stores d in dst.
func (a GradDrop) Combine(dst []float64, jac *mat.Dense, s State) {
	a.check(s.Setting)
	checkJacobian("GradDrop", dst, jac, s, 1)
	tmp := borrow()
	defer tmp.release()
	leak := perTask(tmp, a.Leak, s, 0)
	var rng rand.PCG
	rng.Seed(a.Seed, uint64(s.Memory[0]))
	s.Memory[0]++
	for k := range dst {
		dst[k] = float64(rng.Uint64()<<11>>11) * 0x1p-53 // as (*rand.Rand).Float64
	}
	c := newCrew(jac, dropSpan)
	c.dst, c.weights, c.purity = dst, leak, a.F
	c.walk()
}

// dropSpan replaces the uniform numbers in c.dst by the entries of d.
func dropSpan(c *crew, _, from, to int) {
	tmp := borrow()
	defer tmp.release()
	sum, size := tmp.floats.take(blockColumns), tmp.floats.take(blockColumns)
	for ; from < to; from += blockColumns {
		end := min(from+blockColumns, to)
		d := c.dst[from:end]
		clear(sum)
		clear(size)
		for i := range c.weights {
			for k, v := range columns(c.jac, i, from, end) {
				sum[k] += v
				size[k] += max(v, -v)
			}
		}
		sign := sum // that is let through
		for k, u := range d {
			p := 0.5 * (1 + sum[k]/size[k]) // NaN, which is neither above nor below u, where all are 0
			if c.purity != nil {
				p = c.purity(p)
			}
			d[k], sign[k] = 0, 0
			if p > u {
				sign[k] = 1
			} else if p < u {
				sign[k] = -1
			}
		}
		for i, leak := range c.weights {
			for k, v := range columns(c.jac, i, from, end) {
				if v*sign[k] > 0 {
					d[k] += v
				} else {
					d[k] += leak * v
				}
			}
		}
	}
}
