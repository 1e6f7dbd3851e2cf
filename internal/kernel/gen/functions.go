package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A function is an elementary function of a vector of float64.
type function struct {
	name, doc string
	apply     func(f form, x VecVirtual) VecVirtual
}

var functions = []function{
	{"exp", "eᵃ", form.exp},
	{"log", "log a", form.log},
	{"log1p", "log(1 + a)", form.log1p},
	{"tanh", "tanh a", form.tanh},
	{"sigmoid", "1/(1 + e⁻ᵃ)", form.sigmoid},
	{"softplus", "log(1 + eᵃ)", form.softplus},
	{"erf", "erf a", form.erf},
}

// kernel returns the name of a kernel of the function.
func (fn function) kernel(f form, t kind) string { return fn.name + f.suffix + t.suffix }

// loop emits the kernel of a function. Numbers of 32 bits are computed in 64.
func (fn function) loop(f form, t kind) {
	name := fn.kernel(f, t)
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a *%s, n int)", t.goType))
	Doc(fmt.Sprintf("%s stores %s.", name, fn.doc))
	Pragma("noescape")
	m := f.numbers
	if t.size == 4 {
		m = f.widened
	}
	elementwise(m, 1, []string{"a"}, func(in []VecVirtual) VecVirtual { return fn.apply(f, in[0]) })
}

// number declares a constant vector.
func number(name string, v float64) Mem { return quads(name, math.Float64bits(v)) }

var (
	log2e    = number("log2e", math.Log2E)
	ln2      = number("ln2", math.Ln2)
	ln2Rest  = number("ln2Rest", 2.319046813846299558e-17) // ln 2 − float64(ln 2)
	two      = number("two", 2)
	half     = number("half", 0.5)
	expMost  = number("expMost", 710)   // e⁷¹⁰ is above the largest number
	expLeast = number("expLeast", -746) // e⁻⁷⁴⁶ is below half the smallest
	bias     = quads("bias", 1023)
	// The Taylor coefficients 1/13!, …, 1/2!: with |r| ≤ ln 2 / 2 what is left out is below 5e-18.
	expTail = func() (c []Mem) {
		factorial := 6227020800.
		for k := 13; k >= 2; k-- {
			c = append(c, number(fmt.Sprintf("factorial%d", k), 1/factorial))
			factorial /= float64(k)
		}
		return c
	}()
)

// bounded returns x held between lo and hi; NaN stays NaN.
func (f form) bounded(x VecVirtual, lo, hi Mem) VecVirtual {
	v, bound := f.vector(), f.vector()
	f.set(hi, bound)
	f.min(x, bound, v)
	f.set(lo, bound)
	f.max(v, bound, v)
	return v
}

// reduced returns n and eʳ − 1 for x = n·ln 2 + r, n whole, |r| ≤ ln 2 / 2.
func (f form) reduced(x VecVirtual) (n, q VecVirtual) {
	n, q = f.vector(), f.vector()
	f.mul(log2e, x, n)
	f.nearest(n, n)
	r := x
	f.fnma(ln2, n, r)
	f.fnma(ln2Rest, n, r)
	p := f.vector()
	f.set(expTail[0], p)
	for _, c := range expTail[1:] {
		f.horner(c, r, p)
	}
	f.mul(r, r, q)
	f.horner(r, p, q)
	return n, q
}

// exp: eˣ = 2ⁿ·eʳ.
func (f form) exp(x VecVirtual) VecVirtual {
	n, e := f.reduced(f.bounded(x, expLeast, expMost))
	f.add(float64s.one, e, e)
	f.timesPowerOf2(n, e)
	return e
}

var (
	logShift  = quads("logShift", 0x3ff0000000000000-0x3fe6a09e667f3bcd) // moves √½ to 1
	logRoot   = quads("logRoot", 0x3fe6a09e667f3bcd)                     // √½
	fraction  = quads("fraction", 1<<52-1)
	magic     = quads("magic", 0x4330000000000000) // 2⁵²
	magicBias = number("magicBias", 1<<52+1023)
	tiniest   = number("tiniest", 0x1p-1022)
	lift      = number("lift", 0x1p54)
	lifted    = number("lifted", 54)
	infinity  = number("infinity", math.Inf(1))
	minusInf  = number("minusInf", math.Inf(-1))
	zeros     = number("zeros", 0)
	ones      = quads("ones", 1<<64-1)
	ln2High   = number("ln2High", 6.93147180369123816490e-01) // ln 2 with its last 21 bits zero
	ln2Low    = number("ln2Low", 1.90821492927058770002e-10)  // the rest
	// The coefficients of the logarithm in FreeBSD's /usr/src/lib/msun/src/e_log.c, which Go's math.Log uses too.
	logTail = []Mem{
		number("log1", 6.666666666666735130e-01), number("log2", 3.999999999940941908e-01),
		number("log3", 2.857142874366239149e-01), number("log4", 2.222219843214978396e-01),
		number("log5", 1.818357216161805012e-01), number("log6", 1.531383769920937332e-01),
		number("log7", 1.479819860511658591e-01),
	}
)

// log scales what is below the normal numbers, and looks for what has no logarithm.
func (f form) log(x VecVirtual) VecVirtual {
	small, scaled, down := f.compare(less, tiniest, x), f.vector(), f.vector()
	f.mul(lift, x, scaled)
	f.choose(small, scaled, x, scaled)
	f.keep(small, lifted, down)
	return f.atTheEdges(x, f.logarithm(scaled, down))
}

// logarithm returns log x − down·ln 2 for positive normal x; down may be nil.
// x = 2ᵏ·(1+f) with √½ ≤ 1+f < √2; log(1+f) = f − f²/2 + s·(f²/2 + R(s²)), s = f/(2+f).
func (f form) logarithm(x, down VecVirtual) VecVirtual {
	v, k, r := f.vector(), f.vector(), f.vector()
	f.addWhole(logShift, x, v)
	f.shiftR(Imm(52), v, k)
	f.or(magic, k, k)
	f.sub(magicBias, k, k)
	if down != nil {
		f.sub(down, k, k)
	}
	f.and(fraction, v, r)
	f.addWhole(logRoot, r, r)
	f.sub(float64s.one, r, r)
	s, z, w := f.vector(), f.vector(), f.vector()
	f.add(two, r, s)
	f.div(s, r, s)
	f.mul(s, s, z)
	f.mul(z, z, w)
	odd, even := f.vector(), f.vector()
	f.set(logTail[6], odd)
	for _, c := range []int{4, 2, 0} {
		f.horner(logTail[c], w, odd)
	}
	f.set(logTail[5], even)
	for _, c := range []int{3, 1} {
		f.horner(logTail[c], w, even)
	}
	f.mul(w, even, even)
	f.horner(even, z, odd) // R
	square := f.vector()
	f.mul(r, r, square)
	f.mul(half, square, square)
	f.add(square, odd, odd)
	f.mul(s, odd, odd)
	f.fma(ln2Low, k, odd)
	f.sub(odd, square, square)
	f.sub(r, square, square)
	out := f.vector()
	f.mul(ln2High, k, out)
	f.sub(square, out, out)
	return out
}

// atTheEdges puts right what [form.logarithm] made of 0, infinity, negative numbers and NaN.
func (f form) atTheEdges(x, out VecVirtual) VecVirtual {
	f.choose(f.compare(equal, zeros, x), minusInf, out, out)
	f.choose(f.compare(equal, infinity, x), x, out, out)
	nan := f.vector()
	f.keep(f.compare(notAtLeast, zeros, x), ones, nan)
	f.or(nan, out, out)
	return out
}

// log1p: log(1+x) = log u + d/u, where u is 1+x rounded.
func (f form) log1p(x VecVirtual) VecVirtual {
	u, d := f.onePlus(x)
	out := f.atTheEdges(u, f.logarithm(u, nil)) // 1+x is not below the normal numbers
	some := f.compare(notEqual, zeros, d)       // ordered: false for NaN, where u is infinite
	f.div(u, d, d)
	f.keep(some, d, d)
	f.add(d, out, out)
	return out
}

// onePlus returns u, which is 1+x rounded, and what the rounding took away.
func (f form) onePlus(x VecVirtual) (u, d VecVirtual) {
	u, d = f.vector(), f.vector()
	back, one := f.vector(), f.vector()
	f.add(float64s.one, x, u)
	f.sub(float64s.one, u, back) // x as it went into u
	f.sub(back, x, d)
	f.sub(back, u, back) // 1 as it went into u
	f.set(float64s.one, one)
	f.sub(back, one, back)
	f.add(back, d, d)
	return u, d
}

var tanhMost = number("tanhMost", 44) // tanh 22 rounds to 1

// tanh: with m = e^(2|x|) − 1, tanh|x| = m/(m+2).
func (f form) tanh(x VecVirtual) VecVirtual {
	sign, t := f.vector(), f.vector()
	f.and(float64s.sign, x, sign)
	f.xor(sign, x, t)
	f.add(t, t, t)
	n, q := f.reduced(f.bounded(t, zeros, tanhMost))
	power, m := f.powerOf2(n), f.vector()
	f.sub(float64s.one, power, m)
	f.fma(power, q, m)
	f.add(two, m, q)
	f.div(q, m, m)
	f.or(sign, m, m)
	return m
}

// expMinusAbs returns e^(−|x|).
func (f form) expMinusAbs(x VecVirtual) VecVirtual {
	v := f.vector()
	f.or(float64s.sign, x, v)
	return f.exp(v)
}

// sigmoid: with e = e^(−|x|), 1/(1+e) for x ≥ 0 and e/(1+e) below.
func (f form) sigmoid(x VecVirtual) VecVirtual {
	e, sum, top := f.expMinusAbs(x), f.vector(), f.vector()
	f.add(float64s.one, e, sum)
	f.set(float64s.one, top)
	f.choose(f.negative(x), e, top, top)
	f.div(sum, top, top)
	return top
}

// softplus: max(x, 0) + log(1 + e^(−|x|)), the logarithm as in [form.log1p], but of a number from 1 to 2.
func (f form) softplus(x VecVirtual) VecVirtual {
	u, d := f.onePlus(f.expMinusAbs(x))
	out := f.logarithm(u, nil)
	f.div(u, d, d)
	f.add(d, out, out)
	above := f.vector()
	f.xor(above, above, above)
	f.max(x, above, above)
	f.add(above, out, out)
	return out
}
