package golden

import (
	"fmt"
	"math"
	"testing"
)

func TestDiffer(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want, tol float64
		differ         bool
	}{
		{1, 1, 0, false}, {nan, nan, 1e-9, false}, {inf, inf, 1e-9, false}, {1 + 1e-10, 1, 1e-9, false},
		{1 + 1e-8, 1, 1e-9, true}, {nan, 1, 1, true}, {1, nan, 1, true}, {inf, 1, 1, true}, {1, inf, 1e-9, true},
		{1e-13, 0, 1e-9, false}, {1e-11, 0, 1e-9, true}, {-1, 1, 1, true},
	} {
		if Differ(c.got, c.want, c.tol) != c.differ {
			t.Errorf("Differ(%v, %v, %v) = %v", c.got, c.want, c.tol, !c.differ)
		}
	}
}

// failures is a test that counts what it is told.
type failures struct {
	testing.TB
	lines []string
}

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		got, want []float64
		lines     int
	}{
		{[]float64{1, 2}, []float64{1, 2}, 0}, {[]float64{1, 3}, []float64{2, 4}, 2}, {[]float64{1}, []float64{1, 2}, 1},
		{nil, nil, 1}, {[]float64{1}, nil, 1}, {[]float64{math.NaN(), 1}, []float64{1, 1}, 1},
	} {
		var f failures
		Within(&f, "x", c.got, c.want, 1e-9)
		if len(f.lines) != c.lines {
			t.Errorf("Within(%v, %v) says %q, want %d lines", c.got, c.want, f.lines, c.lines)
		}
	}
}

func TestMetric(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want float64
		lines     int
	}{
		{1, 1, 0}, {1 + 9e-13, 1, 0}, {1 + 3e-12, 1, 1}, {9e-13, 0, 0}, {2e-12, 0, 1}, {1e6 + 5e-7, 1e6, 0}, {1e6 + 5e-6, 1e6, 1},
		{inf, inf, 0}, {1, inf, 1}, {inf, 1, 1}, {-inf, inf, 1}, {nan, nan, 1}, {nan, 1, 1}, {1, nan, 1},
	} {
		var f failures
		if Metric(&f, "x", c.got, c.want); len(f.lines) != c.lines {
			t.Errorf("Metric(%v, %v) says %q, want %d lines", c.got, c.want, f.lines, c.lines)
		}
	}
}

func TestTolerance(t *testing.T) {
	for _, tol := range []float64{-1, math.NaN(), math.Inf(1)} {
		func() {
			defer func() {
				want := fmt.Sprintf("golden: Differ: a tolerance of %v; it must be finite and not negative", tol)
				if got := recover(); got != want {
					t.Errorf("panic %v, want %q", got, want)
				}
			}()
			Differ(1, 1, tol)
		}()
	}
}
