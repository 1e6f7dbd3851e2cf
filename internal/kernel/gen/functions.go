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
	apply     func(x VecVirtual) VecVirtual
}

var functions = []function{
	{"exp", "eᵃ", exp},
	{"log", "log a", logarithm},
	{"log1p", "log(1 + a)", log1p},
	{"tanh", "tanh a", tanh},
	{"sigmoid", "1/(1 + e⁻ᵃ)", sigmoid},
	{"softplus", "log(1 + eᵃ)", softplus},
}

// loop emits the kernel of a function. Numbers of 32 bits are computed in 64.
func (f function) loop(t kind) {
	name := f.name + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a *%s, n int)", t.goType))
	Doc(fmt.Sprintf("%s stores %s.", name, f.doc))
	Pragma("noescape")
	m := t.mover()
	if t.size == 4 {
		m = widened
	}
	elementwise(m, 1, []string{"a"}, func(in []VecVirtual) VecVirtual { return f.apply(in[0]) })
}

// widened moves four float32 at a time as float64.
var widened = mover{
	lanes: 4, bytes: 16,
	load: func(from Mem, mask Op) VecVirtual {
		x, v := XMM(), YMM()
		float32s.loadAt(from, mask, x)
		VCVTPS2PD(x, v)
		return v
	},
	store: func(v VecVirtual, mask Op, to Mem) {
		x := XMM()
		VCVTPD2PSY(v, x)
		float32s.storeAt(x, mask, to)
	},
	mask: func(n Register) Op { return float32s.maskFor(n).AsX() },
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
func bounded(x VecVirtual, lo, hi Mem) VecVirtual {
	v, bound := YMM(), YMM()
	VMOVUPD(hi, bound)
	VMINPD(x, bound, v)
	VMOVUPD(lo, bound)
	VMAXPD(v, bound, v)
	return v
}

// reduced returns n and eʳ − 1 for x = n·ln 2 + r, n whole, |r| ≤ ln 2 / 2.
func reduced(x VecVirtual) (n, q VecVirtual) {
	n, q = YMM(), YMM()
	VMULPD(log2e, x, n)
	VROUNDPD(Imm(8), n, n)
	r := x
	VFNMADD231PD(ln2, n, r)
	VFNMADD231PD(ln2Rest, n, r)
	p := YMM()
	VMOVUPD(expTail[0], p)
	for _, c := range expTail[1:] {
		VFMADD213PD(c, r, p)
	}
	VMULPD(r, r, q)
	VFMADD213PD(r, p, q)
	return n, q
}

// exp: eˣ = 2ⁿ·eʳ, with 2ⁿ in two factors so that neither is out of range.
func exp(x VecVirtual) VecVirtual {
	n, e := reduced(bounded(x, expLeast, expMost))
	VADDPD(float64s.one, e, e)
	whole, first := XMM(), XMM()
	VCVTPD2DQY(n, whole)
	VPSRAD(Imm(1), whole, first)
	VPSUBD(first, whole, whole)
	VMULPD(powerOf2(first), e, e)
	VMULPD(powerOf2(whole), e, e)
	return e
}

// powerOf2 returns 2ⁿ for four whole numbers of 32 bits.
func powerOf2(n VecVirtual) VecVirtual {
	p := YMM()
	VPMOVSXDQ(n, p)
	VPADDQ(bias, p, p)
	VPSLLQ(Imm(52), p, p)
	return p
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

// logarithm: x = 2ᵏ·(1+f) with √½ ≤ 1+f < √2; log(1+f) = f − f²/2 + s·(f²/2 + R(s²)), s = f/(2+f).
func logarithm(x VecVirtual) VecVirtual {
	small, scaled, down := YMM(), YMM(), YMM()
	VCMPPD(Imm(less), tiniest, x, small)
	VMULPD(lift, x, scaled)
	VBLENDVPD(small, scaled, x, scaled)
	VANDPD(lifted, small, down)
	k, f := YMM(), YMM()
	VPADDQ(logShift, scaled, scaled)
	VPSRLQ(Imm(52), scaled, k)
	VPOR(magic, k, k)
	VSUBPD(magicBias, k, k)
	VSUBPD(down, k, k)
	VPAND(fraction, scaled, f)
	VPADDQ(logRoot, f, f)
	VSUBPD(float64s.one, f, f)
	s, z, w := YMM(), YMM(), YMM()
	VADDPD(two, f, s)
	VDIVPD(s, f, s)
	VMULPD(s, s, z)
	VMULPD(z, z, w)
	odd, even := YMM(), YMM()
	VMOVUPD(logTail[6], odd)
	for _, c := range []int{4, 2, 0} {
		VFMADD213PD(logTail[c], w, odd)
	}
	VMOVUPD(logTail[5], even)
	for _, c := range []int{3, 1} {
		VFMADD213PD(logTail[c], w, even)
	}
	VMULPD(w, even, even)
	VFMADD213PD(even, z, odd) // R
	square := YMM()
	VMULPD(f, f, square)
	VMULPD(half, square, square)
	VADDPD(square, odd, odd)
	VMULPD(s, odd, odd)
	VFMADD231PD(ln2Low, k, odd)
	VSUBPD(odd, square, square)
	VSUBPD(f, square, square)
	out := YMM()
	VMULPD(ln2High, k, out)
	VSUBPD(square, out, out)

	special, limit := YMM(), YMM()
	VXORPD(special, special, special)
	VCMPPD(Imm(equal), special, x, special)
	VMOVUPD(minusInf, limit)
	VBLENDVPD(special, limit, out, out)
	VCMPPD(Imm(equal), infinity, x, special)
	VBLENDVPD(special, x, out, out)
	VXORPD(special, special, special)
	VCMPPD(Imm(0x19), special, x, special) // not x ≥ 0
	VORPD(special, out, out)
	return out
}

// log1p: log(1+x) = log u + d/u, where u is 1+x rounded and d what the rounding took away.
func log1p(x VecVirtual) VecVirtual {
	u, back, d := YMM(), YMM(), YMM()
	VADDPD(float64s.one, x, u)
	VSUBPD(float64s.one, u, back) // x as it went into u
	VSUBPD(back, x, d)
	VSUBPD(back, u, back) // 1 as it went into u
	one := YMM()
	VMOVUPD(float64s.one, one)
	VSUBPD(back, one, back)
	VADDPD(back, d, d)
	some := YMM()
	VXORPD(some, some, some)
	VCMPPD(Imm(notEqual), some, d, some) // ordered: false for NaN, where u is infinite
	VDIVPD(u, d, d)
	VANDPD(some, d, d)
	out := logarithm(u)
	VADDPD(d, out, out)
	return out
}

var tanhMost = number("tanhMost", 44) // tanh 22 rounds to 1
var zeros = number("zeros", 0)

// tanh: with m = e^(2|x|) − 1, tanh|x| = m/(m+2).
func tanh(x VecVirtual) VecVirtual {
	sign, t := YMM(), YMM()
	VANDPD(float64s.sign, x, sign)
	VXORPD(sign, x, t)
	VADDPD(t, t, t)
	n, q := reduced(bounded(t, zeros, tanhMost))
	whole := XMM()
	VCVTPD2DQY(n, whole)
	power, m := powerOf2(whole), YMM()
	VSUBPD(float64s.one, power, m)
	VFMADD231PD(power, q, m)
	VADDPD(two, m, q)
	VDIVPD(q, m, m)
	VORPD(sign, m, m)
	return m
}

// expMinusAbs returns e^(−|x|).
func expMinusAbs(x VecVirtual) VecVirtual {
	v := YMM()
	VORPD(float64s.sign, x, v)
	return exp(v)
}

// sigmoid: with e = e^(−|x|), 1/(1+e) for x ≥ 0 and e/(1+e) below.
func sigmoid(x VecVirtual) VecVirtual {
	e, sum, top := expMinusAbs(x), YMM(), YMM()
	VADDPD(float64s.one, e, sum)
	VMOVUPD(float64s.one, top)
	VBLENDVPD(x, e, top, top) // by the sign of x
	VDIVPD(sum, top, top)
	return top
}

// softplus: max(x, 0) + log1p(e^(−|x|)).
func softplus(x VecVirtual) VecVirtual {
	out := log1p(expMinusAbs(x))
	zero := float64s.zero()
	VMAXPD(x, zero, zero)
	VADDPD(zero, out, out)
	return out
}
