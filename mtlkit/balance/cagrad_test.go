package balance_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// With one parameter the ball is the segment from g₀ − r to g₀ + r: where all gradients have one sign d is its far end,
// else the point of it that is nearest to 0. Gradients are of very different length.
func TestCAGradOfOneParameter(t *testing.T) {
	direction := func(c float64, g ...float64) (d, mean float64) {
		j := mat.NewDense(len(g), 1, g)
		return aggregate(t, balance.CAGrad{C: c}, j)[0], floats.Sum(g) / float64(len(g))
	}
	if d, _ := direction(0.4, 1, -1e-9); math.Abs(d-0.3*(1-1e-9)) > 1e-15 { // 0.6 of the mean
		t.Errorf("gradients 1 and −1e−9: %v, want 0.3", d)
	}
	rng := rand.New(rand.NewPCG(8, 0))
	for trial := range 2000 {
		g := make([]float64, 2+rng.IntN(4))
		for i := range g {
			g[i] = rng.NormFloat64() * math.Pow(10, float64(rng.IntN(31)-15))
		}
		c := 0.05 + 1.2*rng.Float64()
		d, mean := direction(c, g...)
		radius, size := c*math.Abs(mean), floats.Norm(g, math.Inf(1))
		var want float64
		switch least, most := floats.Min(g), floats.Max(g); {
		case least > 0:
			want = mean + radius
		case most < 0:
			want = mean - radius
		case c < 1:
			want = math.Copysign(math.Abs(mean)-radius, mean)
		}
		// The mean of gradients that cancel is 0 up to the square root of rounding; d is then a point of a tiny ball.
		tol := 1e-14 * size
		if math.Abs(mean) < 1e-6*size {
			tol = 2 * (1 + c) * 1e-6 * size
		}
		if math.Abs(d-want) > tol {
			t.Errorf("trial %d, C = %v: gradients %v give %v, want %v", trial, c, g, d, want)
		}
	}
}
