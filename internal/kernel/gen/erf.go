package main

import (
	"fmt"
	"math"
	"math/big"

	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

var (
	three   = number("three", 3)
	erfMost = number("erfMost", 6) // erf 6 rounds to 1
	// erf(√z)/√z for z from 0 to 1; what is left out is below 2e-19.
	erfTail = fitted("erf", 12, 0, 1, erfOverRoot)
	// exp(x²)·(1 − erf x) of u = (x−3)/(x+3) for x from 1 to 6; times exp(−x²) what is left out is below 4e-17.
	erfcTail = fitted("erfc", 14, -0.5, 1./3, func(u *big.Float) *big.Float {
		x := exact(0).Quo(exact(0).Add(exact(1), u), exact(0).Sub(exact(1), u))
		x.Mul(x, exact(3))
		z := exact(0).Mul(x, x)
		e, term := exact(1), exact(1) // exp(z)
		for n := 1; n < 300; n++ {
			term.Mul(term, z)
			term.Quo(term, exact(float64(n)))
			e.Add(e, term)
		}
		part := exact(0).Mul(x, erfOverRoot(z))
		return e.Sub(e, part.Mul(part, e))
	})
)

// erf: |x|·P(x²) for |x| < 1, and 1 − exp(−x²)·Q((|x|−3)/(|x|+3)) from there on.
func (f form) erf(x VecVirtual) VecVirtual {
	sign, t, z := f.vector(), f.vector(), f.vector()
	f.and(float64s.sign, x, sign)
	f.xor(sign, x, t)
	t = f.bounded(t, zeros, erfMost)
	f.mul(t, t, z)
	u, sum, minus, out := f.vector(), f.vector(), f.vector(), f.vector()
	f.sub(three, t, u)
	f.add(three, t, sum)
	f.div(sum, u, u)
	f.or(float64s.sign, z, minus)
	f.set(float64s.one, out)
	f.fnma(f.polynomial(erfcTail, u), f.exp(minus), out)
	near := f.polynomial(erfTail, z)
	f.mul(t, near, near)
	f.choose(f.compare(less, float64s.one, t), near, out, out)
	f.or(sign, out, out)
	return out
}

// polynomial returns the polynomial of x with the given coefficients, the highest first.
func (f form) polynomial(coefficients []Mem, x VecVirtual) VecVirtual {
	p := f.vector()
	f.set(coefficients[0], p)
	for _, c := range coefficients[1:] {
		f.horner(c, x, p)
	}
	return p
}

// exact returns a number with as many digits as the coefficients are computed with.
func exact(v float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(v) }

// erfOverRoot returns erf(√z)/√z = 2/√π · Σ (−z)ⁿ/(n!·(2n+1)).
func erfOverRoot(z *big.Float) *big.Float {
	sum, power := exact(1), exact(1)
	for n := 1; n < 300; n++ {
		power.Mul(power, z)
		power.Quo(power, exact(float64(-n)))
		sum.Add(sum, exact(0).Quo(power, exact(float64(2*n+1))))
	}
	pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899", 10, 400,
		big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	sum.Mul(sum, exact(2))
	return sum.Quo(sum, pi.Sqrt(pi))
}

// fitted declares the coefficients, the highest first, of the polynomial that is f at Chebyshev's nodes between a and b,
// near which no other is much closer to f.
func fitted(name string, degree int, a, b float64, f func(*big.Float) *big.Float) (coefficients []Mem) {
	nodes, c := make([]*big.Float, degree+1), make([]*big.Float, degree+1)
	for k := range nodes {
		cosine := math.Cos(math.Pi * (float64(k) + 0.5) / float64(degree+1))
		nodes[k] = exact(a + (b-a)*math.Round(1024*(1+cosine))/2048) // the same on any machine
		c[k] = f(nodes[k])
	}
	for j := 1; j <= degree; j++ { // divided differences
		for i := degree; i >= j; i-- {
			c[i] = exact(0).Quo(exact(0).Sub(c[i], c[i-1]), exact(0).Sub(nodes[i], nodes[i-j]))
		}
	}
	p := []*big.Float{c[degree]} // by powers, from 0
	for k := degree - 1; k >= 0; k-- {
		next := []*big.Float{c[k]}
		for i, v := range p { // times x − nodes[k]
			next[i] = exact(0).Sub(next[i], exact(0).Mul(v, nodes[k]))
			next = append(next, exact(0).Set(v))
		}
		p = next
	}
	for k := degree; k >= 0; k-- {
		v, _ := p[k].Float64()
		coefficients = append(coefficients, number(fmt.Sprintf("%sTail%d", name, k), v))
	}
	return coefficients
}
