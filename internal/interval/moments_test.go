package interval

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactMoments computes with 4,000 bits, enough for the squares of all float64 side by side.
func exactMoments(x []float64) (mean, deviation float64) {
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(4400).SetFloat64(v) }
	sum, squares, n := number(0), number(0), number(float64(len(x)))
	for _, v := range x {
		sum.Add(sum, number(v))
	}
	m := number(0).Quo(sum, n)
	for _, v := range x {
		r := number(0).Sub(number(v), m)
		squares.Add(squares, r.Mul(r, r))
	}
	mean, _ = m.Float64()
	deviation, _ = number(0).Sqrt(squares.Quo(squares, n)).Float64()
	return mean, deviation
}

// The mean is right to two roundings of the largest magnitude: one of what the second pass adds up, one of the sum. The
// deviation is right to 2⁻⁴⁵ of itself and four roundings of the largest magnitude.
func TestMomentsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0))
	for range 300 {
		x := make([]float64, 1+r.IntN(200))
		offset, scale := math.Ldexp(r.NormFloat64(), r.IntN(60)), math.Ldexp(1, r.IntN(1980)-1030)
		largest := 0.0
		for i := range x {
			x[i] = (offset + r.NormFloat64()) * scale
			if r.IntN(100) == 0 {
				x[i] = math.Ldexp(x[i], -60)
			}
			if math.IsInf(x[i], 0) {
				x[i] = math.Copysign(math.MaxFloat64, x[i])
			}
			largest = max(largest, math.Abs(x[i]))
		}
		mean, deviation := Moments(x)
		wantMean, wantDeviation := exactMoments(x)
		rounding := max(largest*0x1p-53, math.SmallestNonzeroFloat64)
		if !(math.Abs(mean-wantMean) <= 2*rounding) {
			t.Fatalf("mean of %v: %v, want %v", x, mean, wantMean)
		}
		if !(math.Abs(deviation-wantDeviation) <= 0x1p-45*wantDeviation+4*rounding) {
			t.Fatalf("deviation of %v: %v, want %v", x, deviation, wantDeviation)
		}
	}
}

// Deviations of 1 beside offsets of up to 2⁵²: numbers that a sum of squares, and a mean of one pass, lose.
func TestMomentsKeepWhatStandsBesideAnOffset(t *testing.T) {
	const n = 100_000
	x := make([]float64, n)
	for _, offset := range []float64{0, 1e6, 0x1p40, 0x1p52} {
		for i := range x {
			x[i] = offset + float64(2*(i%2)) // offset and offset + 2: mean offset + 1, deviation 1
		}
		if mean, deviation := Moments(x); mean != offset+1 || deviation != 1 {
			t.Errorf("offset %v: mean is off by %v, deviation %v, want 1", offset, mean-offset-1, deviation)
		}
	}
}

func TestMomentsEdges(t *testing.T) {
	inf, nan, tiny := math.Inf(1), math.NaN(), math.SmallestNonzeroFloat64
	const most, ulp = math.MaxFloat64, 0x1p-52
	for _, c := range []struct {
		x               []float64
		mean, deviation float64
	}{
		{[]float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 0.1, 0},
		{[]float64{most, most, most}, most, 0},
		{[]float64{most, -most}, 0, most},
		{[]float64{tiny, tiny, tiny}, tiny, 0},
		{[]float64{0, 8 * tiny}, 4 * tiny, 4 * tiny},
		{[]float64{1e-200, 3e-200}, 2e-200, 1e-200},
		{[]float64{1e200, 3e200}, 2e200, 1e200},
		{[]float64{0, 0}, 0, 0},
		{[]float64{1, 1 + 35*ulp}, 1 + 17.5*ulp, 17.5 * ulp}, // the mean is no float64
		{[]float64{1, inf}, inf, nan},
		{[]float64{-most, -most, inf}, inf, nan},
		{[]float64{-inf, 1, -inf}, -inf, nan},
		{[]float64{inf, -inf}, nan, nan},
		{[]float64{1, nan, inf}, nan, nan},
	} {
		mean, deviation := Moments(c.x)
		if !same(mean, c.mean) || !same(deviation, c.deviation) {
			t.Errorf("Moments(%v) = %v, %v, want %v, %v", c.x, mean, deviation, c.mean, c.deviation)
		}
	}
}

// same reports whether a and b agree to 1e-15 of b, NaN with NaN.
func same(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-15*math.Abs(b)
}
