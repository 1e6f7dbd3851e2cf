package balance_test

import (
	"math"
	"math/big"
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

// exactPair returns CAGrad's direction for two gradients in numbers of 400 bits: the least of the convex dual
// gw·g₀ + C|g₀||gw| on the segment of weights, by sections.
func exactPair(j *mat.Dense, c float64) []float64 {
	_, n := j.Dims()
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(v) }
	op := func() *big.Float { return number(0) }
	dot := func(x, y []*big.Float) *big.Float {
		sum := op()
		for k := range x {
			sum.Add(sum, op().Mul(x[k], y[k]))
		}
		return sum
	}
	row := func(i int) []*big.Float {
		x := make([]*big.Float, n)
		for k := range x {
			x[k] = number(j.At(i, k))
		}
		return x
	}
	g1, g2 := row(0), row(1)
	mix := func(w *big.Float) []*big.Float {
		x, rest := make([]*big.Float, n), op().Sub(number(1), w)
		for k := range x {
			x[k] = op().Add(op().Mul(w, g1[k]), op().Mul(rest, g2[k]))
		}
		return x
	}
	mean := mix(number(0.5))
	radius := op().Mul(number(c), op().Sqrt(dot(mean, mean)))
	dual := func(w *big.Float) *big.Float {
		gw := mix(w)
		return op().Add(dot(gw, mean), op().Mul(radius, op().Sqrt(dot(gw, gw))))
	}
	lo, hi := number(0), number(1)
	for range 300 {
		third := op().Quo(op().Sub(hi, lo), number(3))
		a, b := op().Add(lo, third), op().Sub(hi, third)
		if dual(a).Cmp(dual(b)) < 0 {
			hi = b
		} else {
			lo = a
		}
	}
	gw := mix(op().Quo(op().Add(lo, hi), number(2)))
	length, d := op().Sqrt(dot(gw, gw)), make([]float64, n)
	for k := range d {
		v := op().Add(mean[k], op().Quo(op().Mul(radius, gw[k]), length))
		d[k], _ = v.Float64()
	}
	return d
}

// Two gradients, one up to 1e12 times as long as the other and up to 1e-4 from opposed, against numbers of 400 bits.
func TestCAGradOfTwoAgainstLongNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	for trial := range 60 {
		n := 2 + rng.IntN(3)
		j := normal(2, n, uint64(trial))
		near := 1.0
		if trial%3 == 0 {
			near = math.Pow(10, -4*rng.Float64())
			for k, v := range j.RawRowView(0) {
				j.Set(1, k, -v+near*j.At(1, k))
			}
		}
		ratio := math.Pow(10, -12*rng.Float64())
		if trial%3 == 0 {
			ratio = math.Pow(10, -2*rng.Float64())
		}
		floats.Scale(ratio, j.RawRowView(trial%2))
		c := 0.1 + 0.8*rng.Float64()
		got, want := aggregate(t, balance.CAGrad{C: c}, j), exactPair(j, c)
		// The inner products of nearly opposed gradients are rounded: 2⁻⁵² over the square of the angle between them.
		if tol := 1e-14 / near / near * floats.Norm(j.RawMatrix().Data, 2); floats.Distance(got, want, 2) > tol {
			t.Errorf("trial %d, C = %v: %v, want %v, for %v", trial, c, got, want, j.RawMatrix().Data)
		}
	}
}
