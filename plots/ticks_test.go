package plots

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func names(ticks []tick) string {
	var s []string
	for _, t := range ticks {
		s = append(s, t.name)
	}
	return strings.Join(s, " ")
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		log    bool
		n      int
		want   string
	}{
		{0, 1, false, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{0, 0.3, false, 3, "0.0 0.1 0.2 0.3"},
		{-1, 1, false, 4, "−1.0 −0.5 0.0 0.5 1.0"},
		{0, 20000, false, 4, "0 5,000 10,000 15,000 20,000"},
		{0, 4e6, false, 2, "0 2,000,000 4,000,000"},
		{0.00001, 0.00004, false, 3, "0.00001 0.00002 0.00003 0.00004"},
		{1e-7, 3e-7, false, 2, "1e−7 2e−7 3e−7"},
		{1.001e-6, 1.003e-6, false, 2, "1.001e−6 1.002e−6 1.003e−6"},
		{0.1234561, 0.1234563, false, 2, "0.1234561 0.1234562 0.1234563"},
		{0, 4e9, false, 2, "0 2e9 4e9"},
		{-10, 300, false, 3, "0 100 200 300"},
		{1e-4, 100, true, 6, "0.0001 0.001 0.01 0.1 1 10 100"},
		{1e-4, 100, true, 3, "0.0001 0.01 1 100"},
		{0.9, 12, true, 5, "1 2 5 10"},
		{0.3, 0.9, true, 3, "0.4 0.6 0.8"}, // as on a linear axis where powers and halves are too few
		{1e-12, 1e6, true, 4, "1e−10 1e−5 1 1e5"},
		{0, 1e-100, false, 2, "0 5e−101 1e−100"},
		{1e30, 3e30, false, 2, "1e30 2e30 3e30"},
	} {
		ticks := linearTicks
		if c.log {
			ticks = logTicks
		}
		got := names(ticks(c.lo, c.hi, c.n))
		if got != c.want {
			t.Errorf("ticks of [%v, %v], log %v, n %d: %s, want %s", c.lo, c.hi, c.log, c.n, got, c.want)
		}
	}
}

// TestTicksAnywhere: at any place and scale there are at least two ticks, within the limits, and no two of them say the
// same.
func TestTicksAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := math.Pow(10, rapid.Float64Range(-20, 20).Draw(t, "span"))
		lo := rapid.Float64Range(-3, 3).Draw(t, "lo") * span
		n := rapid.IntRange(2, 10).Draw(t, "n")
		ticks := linearTicks(lo, lo+span, n)
		if len(ticks) < 2 || len(ticks) > 4*(n+1)/3+1 {
			t.Fatalf("%d ticks of [%v, %v] for n = %d: %s", len(ticks), lo, lo+span, n, names(ticks))
		}
		for i, k := range ticks {
			if k.at < lo-1e-6*span || k.at > lo+span*(1+1e-6) {
				t.Fatalf("tick %v outside [%v, %v]", k.at, lo, lo+span)
			}
			if i > 0 && k.name == ticks[i-1].name {
				t.Fatalf("two ticks named alike: %s", names(ticks))
			}
		}
	})
}

// TestTicksWithoutRoom: where steps underflow or overflow, the ends are the ticks.
func TestTicksWithoutRoom(t *testing.T) {
	for _, r := range []Range{
		{0, 5e-324}, {0, 1e-320}, {0, 1e-310}, {1e-310, 1.1e-310}, {-1e308, 1e308},
		{math.MaxFloat64 / 2, math.MaxFloat64},
	} {
		for n := range 12 {
			ticks := linearTicks(r[0], r[1], n)
			if len(ticks) < 2 || len(ticks) > 20 {
				t.Errorf("%d ticks of %v for n = %d", len(ticks), r, n)
			}
			for _, k := range ticks {
				if !(k.at >= r[0] && k.at <= r[1]) {
					t.Errorf("tick %v outside %v", k.at, r)
				}
			}
		}
	}
}

func TestLimits(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name   string
		axis   axis
		data   []float64
		lo, hi float64
	}{
		{"losses start at zero", axis{zero: true, round: true}, []float64{0.4, 4.3, nan, inf}, 0, 5},
		{"signed data do not", axis{zero: true, round: true}, []float64{-3.2, 3.2}, -4, 4},
		{"given limits stay", axis{given: Range{1, 2}, round: true}, []float64{0, 9}, 1, 2},
		{"one number", axis{}, []float64{3}, 2.7, 3.3},
		{"zero only", axis{}, []float64{0}, -0.5, 0.5},
		{"one number and its neighbour", axis{}, []float64{1, math.Nextafter(1, 2)}, 0.9, 1.1},
		{"numbers without end", axis{}, []float64{-1e308, 1e308, 2, 3}, 2, 3},
		{"numbers next to nothing, logarithmic", axis{log: true, pad: 0.05}, []float64{5e-324, 2, 2}, 1, 4},
		{"no number", axis{}, []float64{nan, inf}, 1, 2},
		{"logarithmic, zeros left out", axis{log: true}, []float64{0, -1, 0.1, 10}, 0.1, 10},
		{"one number, logarithmic", axis{log: true}, []float64{4}, 2, 8},
		{"zero and a denormal", axis{}, []float64{0, 1e-320}, -0.5, 0.5},
		{"all scales, logarithmic", axis{log: true, pad: 0.5}, []float64{1e-299, 1e299}, 1e-304, 1e304},
	} {
		a := c.axis
		a.lo, a.hi = inf, -inf
		a.cover(c.data...)
		lo, hi := a.limits(5)
		if math.Abs(lo-c.lo) > 1e-9*max(1, c.lo) || math.Abs(hi-c.hi) > 1e-9*max(1, c.hi) {
			t.Errorf("%s: [%v, %v], want [%v, %v]", c.name, lo, hi, c.lo, c.hi)
		}
	}
}
