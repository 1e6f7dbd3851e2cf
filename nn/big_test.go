package nn

import (
	"math"
	"math/big"
	"testing"
)

// Functions to 200 bits, from their series.
const bits = 200

func real(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }
func plus(a, b *big.Float) *big.Float {
	return new(big.Float).SetPrec(bits).Add(a, b)
}
func times(a, b *big.Float) *big.Float {
	return new(big.Float).SetPrec(bits).Mul(a, b)
}
func over(a, b *big.Float) *big.Float {
	return new(big.Float).SetPrec(bits).Quo(a, b)
}
func minus(a, b *big.Float) *big.Float {
	return new(big.Float).SetPrec(bits).Sub(a, b)
}

// exp returns eˣ: the Taylor series at x/2³², squared 32 times.
func exp(x *big.Float) *big.Float {
	small := new(big.Float).SetMantExp(x, -32)
	sum, term := real(1), real(1)
	for k := 1; k < 14; k++ { // |x| ≤ 2¹¹, so that a term is below 2⁻²¹ of the one before
		term = over(times(term, small), real(float64(k)))
		sum = plus(sum, term)
	}
	for range 32 {
		sum = times(sum, sum)
	}
	return sum
}

// log1p returns log(1 + x) for x ≥ 0: e·log 2 + log(1 + r), where 1 + x = 2ᵉ(1 + r), r ≤ 1.
func log1p(x *big.Float) *big.Float {
	if x.Cmp(real(1)) <= 0 {
		return artanh2(x)
	}
	mantissa := real(0)
	e := plus(x, real(1)).MantExp(mantissa) // at least ½ and below 1
	r := minus(times(mantissa, real(2)), real(1))
	return plus(times(real(float64(e-1)), artanh2(real(1))), artanh2(r))
}

// artanh2 returns log(1 + r) for 0 ≤ r ≤ 1.
func artanh2(r *big.Float) *big.Float {
	q := over(r, plus(real(2), r)) // at most ⅓
	square, power, sum := times(q, q), q, real(0)
	for k := 1; k < 131; k += 2 { // 3⁻¹³¹ < 2⁻²⁰⁰
		sum = plus(sum, over(power, real(float64(k))))
		power = times(power, square)
	}
	return times(real(2), sum)
}

// logistic returns 1/(1 + e⁻ˣ).
func logistic(x *big.Float) *big.Float {
	return over(real(1), plus(real(1), exp(minus(real(0), x))))
}

func number(x *big.Float) float64 { v, _ := x.Float64(); return v }

// The reference is held to what is known: e to 50 digits, log(1 + 1), and each to the other's inverse.
func TestReference(t *testing.T) {
	if got := exp(real(1)).Text('f', 40); got != "2.7182818284590452353602874713526624977572" {
		t.Errorf("e is %s", got)
	}
	if got := log1p(real(1)).Text('f', 40); got != "0.6931471805599453094172321214581765680755" {
		t.Errorf("log 2 is %s", got)
	}
	for _, x := range []float64{1e-3, 0.7, 1, 30, 700, 1400} {
		back := number(minus(log1p(minus(exp(real(x)), real(1))), real(x)))
		if math.Abs(back) > 1e-45 {
			t.Errorf("log(exp %v) is off by %v", x, back)
		}
	}
}
