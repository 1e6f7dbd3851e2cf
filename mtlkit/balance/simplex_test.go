package balance

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
)

func TestProjectSimplex(t *testing.T) {
	for _, c := range []struct{ x, want []float64 }{
		{[]float64{0.2, 0.3, 0.5}, []float64{0.2, 0.3, 0.5}},
		{[]float64{1, 1, 1}, []float64{1. / 3, 1. / 3, 1. / 3}},
		{[]float64{5, 1, -2}, []float64{1, 0, 0}},
		{[]float64{0.9, -3, 0.7}, []float64{0.6, 0, 0.4}},
		{[]float64{-7}, []float64{1}},
		{[]float64{1e300, 1e300, 0}, []float64{0.5, 0.5, 0}},
	} {
		x := append([]float64(nil), c.x...)
		projectSimplex(make([]float64, len(x)), x)
		if floats.Distance(x, c.want, math.Inf(1)) > 1e-15 {
			t.Errorf("%v goes to %v, want %v", c.x, x, c.want)
		}
	}
}
