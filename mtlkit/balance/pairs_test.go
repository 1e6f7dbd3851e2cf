package balance_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/mtlkit/balance"
)

// A long is a vector of numbers of 400 bits, in which sums lose nothing that matters here.
type long []*big.Float

func number(v float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(v) }

func longOf(x []float64) long {
	l := make(long, len(x))
	for k, v := range x {
		l[k] = number(v)
	}
	return l
}

func (x long) dot(y long) *big.Float {
	sum := number(0)
	for k := range x {
		sum.Add(sum, number(0).Mul(x[k], y[k]))
	}
	return sum
}

func (x long) length() *big.Float { return number(0).Sqrt(x.dot(x)) }

// plus returns x + a·y.
func (x long) plus(a *big.Float, y long) long {
	sum := make(long, len(x))
	for k := range x {
		sum[k] = number(0).Add(x[k], number(0).Mul(a, y[k]))
	}
	return sum
}

// times returns a·x.
func (x long) times(a *big.Float) long { return make(long, len(x)).zero().plus(a, x) }

func (x long) zero() long {
	for k := range x {
		x[k] = number(0)
	}
	return x
}

func (x long) unit() long { return x.times(number(0).Quo(number(1), x.length())) }

func (x long) floats() []float64 {
	out := make([]float64, len(x))
	for k, v := range x {
		out[k], _ = v.Float64()
	}
	return out
}

func ratioOf(a, b *big.Float) *big.Float { return number(0).Quo(a, b) }

func minus(a *big.Float) *big.Float { return number(0).Neg(a) }

// besides returns x less what of it goes against g.
func (x long) besides(g long) long {
	along := x.dot(g)
	if along.Sign() >= 0 {
		return x
	}
	return x.plus(minus(ratioOf(along, g.dot(g))), g)
}

// pairs are the methods that have a closed form, or nearly, for two gradients.
var pairs = []struct {
	name  string
	b     balance.Balancer
	exact func(g, h long) long
}{
	{"MGDA", balance.MGDA{}, func(g, h long) long {
		difference := g.plus(number(-1), h)
		w := ratioOf(minus(difference.dot(h)), difference.dot(difference)) // of g
		if w.Sign() < 0 {
			w = number(0)
		} else if w.Cmp(number(1)) > 0 {
			w = number(1)
		}
		return h.plus(w, difference)
	}},
	{"PCGrad", balance.PCGrad{}, func(g, h long) long { return g.besides(h).plus(number(1), h.besides(g)) }},
	{"UPGrad", balance.UPGrad{}, func(g, h long) long { return g.besides(h).plus(number(1), h.besides(g)).times(number(0.5)) }},
	{"DualProj", balance.DualProj{}, func(g, h long) long {
		return g.plus(number(1), h).times(number(0.5)).besides(g).besides(h)
	}},
	{"NashMTL", balance.NashMTL{}, func(g, h long) long {
		return g.unit().plus(number(1), h.unit()).unit().times(number(0).Sqrt(number(2)))
	}},
	{"ConFIG", balance.ConFIG{}, func(g, h long) long {
		u := g.unit().plus(number(1), h.unit()).unit()
		return u.times(number(0).Add(g.dot(u), h.dot(u)))
	}},
	{"IMTLG", balance.IMTLG{}, func(g, h long) long {
		a, b, c := g.dot(g), h.dot(h), g.dot(h)
		v := number(0).Sub(number(0).Mul(b, g.length()), number(0).Mul(c, h.length()))
		w := number(0).Sub(number(0).Mul(a, h.length()), number(0).Mul(c, g.length()))
		sum := number(0).Add(v, w)
		return g.times(ratioOf(v, sum)).plus(ratioOf(w, sum), h)
	}},
	{"CAGrad", balance.CAGrad{C: 0.4}, func(g, h long) long {
		// The least of the convex dual gw·g₀ + C|g₀||gw| on the segment of weights, by sections.
		mean := g.plus(number(1), h).times(number(0.5))
		radius := number(0).Mul(number(0.4), mean.length())
		mix := func(w *big.Float) long { return h.plus(w, g.plus(number(-1), h)) }
		dual := func(w *big.Float) *big.Float {
			gw := mix(w)
			return number(0).Add(gw.dot(mean), number(0).Mul(radius, gw.length()))
		}
		lo, hi := number(0), number(1)
		for range 330 { // (2/3)³³⁰ is 1e-58
			third := ratioOf(number(0).Sub(hi, lo), number(3))
			if a, b := number(0).Add(lo, third), number(0).Sub(hi, third); dual(a).Cmp(dual(b)) < 0 {
				hi = b
			} else {
				lo = a
			}
		}
		return mean.plus(radius, mix(ratioOf(number(0).Add(lo, hi), number(2))).unit())
	}},
}

// Two gradients, up to 1e-4 from opposed, or one up to 1e50 times as long as the other, against numbers of 400 bits.
func TestPairsAgainstLongNumbers(t *testing.T) {
	for _, c := range pairs {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(9, 0))
			for trial := range 40 {
				j := normal(2, 2+rng.IntN(3), uint64(trial))
				near := 1.0
				switch trial % 3 {
				case 0:
					near = math.Pow(10, -4*rng.Float64())
					for k, v := range j.RawRowView(0) {
						j.Set(1, k, -v+near*j.At(1, k))
					}
					floats.Scale(math.Pow(10, 4*rng.Float64()-2), j.RawRowView(1))
				case 1:
					floats.Scale(math.Pow(10, 100*rng.Float64()-50), j.RawRowView(1))
				}
				want := c.exact(longOf(j.RawRowView(0)), longOf(j.RawRowView(1))).floats()
				var a balance.Aggregation
				got := make([]float64, len(want))
				if err := a.Apply(got, c.b, j, nil, start(c.b, 2, len(want))); err != nil {
					t.Fatal(err)
				}
				// The inner products of nearly opposed gradients are rounded: 2⁻⁵² over the square of the angle between
				// them, of the terms that the direction is made of.
				size := 0.0
				for i, w := range a.Weights() {
					size += math.Abs(w) * floats.Norm(j.RawRowView(i), 2)
				}
				if off := floats.Distance(got, want, 2); !(off <= 2e-15/near/near*size) {
					t.Errorf("trial %d: %v is %.2g off %v, with terms of %.2g, for %v", trial, got, off, want, size, j.RawMatrix().Data)
				}
			}
		})
	}
}
