package metakit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactSine returns sin x to some 200 bits, by the Taylor series of x − 2πn.
func exactSine(x float64) *big.Float {
	const bits = 300
	pi, _ := new(big.Float).SetPrec(bits).SetString(
		"3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798")
	turns := math.Round(x / (2 * math.Pi))
	r := new(big.Float).SetPrec(bits).SetFloat64(-2 * turns)
	r.Mul(r, pi).Add(r, big.NewFloat(x))
	square := new(big.Float).Mul(r, r)
	sum, term := new(big.Float).Copy(r), r
	for k := 1; k < 40; k++ {
		term = new(big.Float).Mul(term, square)
		term.Quo(term, big.NewFloat(-float64(2*k*(2*k+1))))
		sum.Add(sum, term)
	}
	return sum
}

// unitsOff returns how far y is from sin x, in units of the last place of sin x.
func unitsOff(y, x float64) float64 {
	want := exactSine(x)
	nearest, _ := want.Float64()
	off, _ := new(big.Float).Sub(want, big.NewFloat(y)).Float64()
	unit := math.Nextafter(math.Abs(nearest), math.Inf(1)) - math.Abs(nearest)
	return math.Abs(off) / unit
}

func TestSine(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	worst := 0.0
	for _, most := range []float64{1e-3, 1, 10, 100} {
		for range 2000 {
			x := 0.98 * most * (2*rng.Float64() - 1)
			near := math.Round(x/math.Pi) * math.Pi // where the sine is all but 0
			worst = max(worst, unitsOff(sine(x), x), unitsOff(sine(near), near), unitsOff(sine(near+math.Pi/2), near+math.Pi/2))
		}
	}
	t.Logf("at most %.2f units in the last place off", worst)
	if !(worst < 2) {
		t.Errorf("%v units in the last place off", worst)
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 2e6, math.Inf(1), math.NaN()} {
		if got, want := sine(x), math.Sin(x); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("sine(%v) = %v, want %v", x, got, want)
		}
	}
	if off := unitsOff(sine(1)+4*0x1p-53, 1); off < 2 { // the place of sin 1 is 2⁻⁵³
		t.Errorf("a number four places away is said to be %v off", off)
	}
}
