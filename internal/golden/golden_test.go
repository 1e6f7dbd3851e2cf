package golden

import (
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
