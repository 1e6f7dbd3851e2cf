package interval

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/internal/exported"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// Student's sleep data (Biometrika 1908; R's sleep): the textbook paired test.
var (
	drug1 = []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	drug2 = []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
)

func TestPairedSleep(t *testing.T) {
	// R: t.test(drug1, drug2, paired = TRUE) prints t = -4.0621, df = 9, p = 0.002833, [-2.4598858, -0.7001142].
	got := Paired(drug1, drug2)
	near(t, "mean", got.Mean, -1.58, 1e-12)
	near(t, "low", got.Low, -2.4598858, 1e-7)
	near(t, "high", got.High, -0.7001142, 1e-7)
	near(t, "p", PairedTest(drug1, drug2), 0.002833, 1e-6)
	near(t, "p the other way round", PairedTest(drug2, drug1), 0.002833, 1e-6)
	if got.Contains(0) || !got.Contains(-1.58) || got.N != 10 {
		t.Errorf("%v of %d", got, got.N)
	}
}

func TestEdges(t *testing.T) {
	one := Mean([]float64{3})
	if one.Mean != 3 || !math.IsInf(one.Low, -1) || !math.IsInf(one.High, 1) {
		t.Errorf("one value: %v", one)
	}
	if same := Mean([]float64{2, 2, 2}); same.Low != 2 || same.High != 2 {
		t.Errorf("equal values: %v", same)
	}
	if bad := Mean([]float64{1, math.NaN(), 2}); !math.IsNaN(bad.Mean) || !math.IsNaN(bad.Low) || !math.IsNaN(bad.High) {
		t.Errorf("a NaN: %v", bad)
	}
	x := []float64{1, 2, 4}
	near(t, "p of nothing", PairedTest(x, x), 1, 0)
	near(t, "p of one pair", PairedTest(x[:1], x[1:2]), 1, 0)
	near(t, "p of a constant difference", PairedTest(x, []float64{0, 1, 3}), 0, 0)
	if !math.IsNaN(PairedTest(x, []float64{0, math.NaN(), 3})) {
		t.Error("p with a NaN is a number")
	}
}

func TestMedianRange(t *testing.T) {
	x := []float64{5, 1, 9, 2}
	if got := MedianRange(x); got != (Range{3.5, 1, 9, 4}) || x[0] != 5 {
		t.Errorf("even: %v, and x = %v", got, x)
	}
	if got := MedianRange(x[:3]); got != (Range{5, 1, 9, 3}) {
		t.Errorf("odd: %v", got)
	}
}

func TestNotFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		x    []float64
		want Interval
	}{
		{[]float64{inf}, Interval{inf, -inf, inf, 1}},
		{[]float64{1, inf, 2}, Interval{inf, -inf, inf, 3}},
		{[]float64{-inf, 1}, Interval{-inf, -inf, inf, 2}},
		{[]float64{inf, -inf}, Interval{nan, nan, nan, 2}},
		{[]float64{nan}, Interval{nan, nan, nan, 1}},
		{[]float64{nan, inf}, Interval{nan, nan, nan, 2}},
		{[]float64{math.MaxFloat64, -math.MaxFloat64}, Interval{0, -inf, inf, 2}}, // t is 12.7
	} {
		got := Mean(c.x)
		if !same(got.Mean, c.want.Mean) || !same(got.Low, c.want.Low) || !same(got.High, c.want.High) || got.N != c.want.N {
			t.Errorf("Mean(%v) = %+v, want %+v", c.x, got, c.want)
		}
		zero := make([]float64, len(c.x))
		if p := PairedTest(c.x, zero); math.IsNaN(p) != math.IsNaN(c.want.Mean) || p < 0.05 {
			t.Errorf("PairedTest(%v, 0) = %v", c.x, p)
		}
	}
	if p := PairedTest([]float64{inf, 1}, []float64{inf, 2}); !math.IsNaN(p) {
		t.Errorf("p of a difference of infinities: %v", p)
	}
	for _, c := range []struct {
		x    []float64
		want Range
	}{
		{[]float64{3, nan, 1}, Range{nan, nan, nan, 3}},
		{[]float64{inf, 1, -inf}, Range{1, -inf, inf, 3}},
		{[]float64{inf, -inf}, Range{nan, -inf, inf, 2}},
		{[]float64{inf, inf, 1, inf}, Range{inf, 1, inf, 4}},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, Range{math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, 2}},
		{[]float64{7}, Range{7, 7, 7, 1}},
	} {
		got := MedianRange(c.x)
		if !same(got.Median, c.want.Median) || !same(got.Min, c.want.Min) || !same(got.Max, c.want.Max) || got.N != c.want.N {
			t.Errorf("MedianRange(%v) = %+v, want %+v", c.x, got, c.want)
		}
	}
}

// Units do not matter, also far from 1: squares of such numbers are 0 or infinite.
func TestUnits(t *testing.T) {
	want, p := Paired(drug1, drug2), PairedTest(drug1, drug2)
	for _, exponent := range []int{-1000, -600, 600, 1020} {
		x, y := make([]float64, len(drug1)), make([]float64, len(drug1))
		for i := range x {
			x[i], y[i] = math.Ldexp(drug1[i], exponent), math.Ldexp(drug2[i], exponent)
		}
		got := Paired(x, y)
		for what, pair := range map[string][2]float64{
			"mean": {got.Mean, want.Mean}, "low": {got.Low, want.Low}, "high": {got.High, want.High},
		} {
			near(t, what, math.Ldexp(pair[0], -exponent), pair[1], 1e-14)
		}
		near(t, "p", PairedTest(x, y), p, 1e-14)
	}
}

func TestMisuse(t *testing.T) {
	for want, f := range map[string]func(){
		"interval: Mean: no values":                                              func() { Mean(nil) },
		"interval: Moments: no values":                                           func() { Moments([]float64{}) },
		"interval: MedianRange: no values":                                       func() { MedianRange(nil) },
		"interval: Paired: 10 values paired with 3":                              func() { Paired(drug1, drug2[:3]) },
		"interval: Paired: no pairs":                                             func() { Paired(nil, []float64{}) },
		"interval: PairedTest: no pairs":                                         func() { PairedTest(nil, nil) },
		"interval: PairedTest: 0 values paired with 1":                           func() { PairedTest(nil, drug1[:1]) },
		"interval: Holm: p-value 1 is -0.01; it must lie in [0, 1]":              func() { Holm([]float64{0.5, -0.01}) },
		"interval: Holm: p-value 0 is 1.0000000000000002; it must lie in [0, 1]": func() { Holm([]float64{math.Nextafter(1, 2)}) },
		"interval: Holm: p-value 0 is +Inf; it must lie in [0, 1]":               func() { Holm([]float64{math.Inf(1)}) },
	} {
		exported.Says(t, want, f, want)
	}
}

// Of 4,000 intervals from ten normal values each, 95 % hold the true mean: within four binomial standard errors of
// √(0.95·0.05/4000) = 0.0034. The test and the interval agree on every one.
func TestCoverage(t *testing.T) {
	const runs = 4000
	r := rand.New(rand.NewPCG(1, 0))
	x, zero := make([]float64, 10), make([]float64, 10)
	held := 0
	for range runs {
		for i := range x {
			x[i] = r.NormFloat64()
		}
		holds := Mean(x).Contains(0)
		if holds {
			held++
		}
		if p := PairedTest(x, zero); holds != (p >= 0.05) {
			t.Fatalf("p = %v, and 0 in %v is %v", p, Mean(x), holds)
		}
	}
	near(t, "coverage", float64(held)/runs, 0.95, 0.0138)
}
