package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// noise returns n random numbers.
func noise[T Float](n int, rng *rand.Rand) []T {
	v := make([]T, n)
	for k := range v {
		v[k] = T(rng.NormFloat64())
	}
	return v
}

func TestProducts(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testProducts[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testProducts[float32](t, 0x1p-24) })
}

func testProducts[T Float](t *testing.T, eps float64) {
	size := 8
	if eps > 1e-10 {
		size = 4
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for try := range 600 {
		p := Product{TransA: try&1 > 0, TransB: try&2 > 0, M: 1 + rng.IntN(20), N: 1 + rng.IntN(50), K: 1 + rng.IntN(50)}
		switch try % 20 {
		case 17:
			p.M, p.N, p.K = 30+rng.IntN(80), 100+rng.IntN(400), 200+rng.IntN(400)
		case 18:
			p.N = 1
		case 19:
			p.M = 1
		}
		p.Scale, p.Alpha = rng.IntN(2) == 0, -0.3
		p.Add, p.ReLU, p.Gate = Addend(rng.IntN(3)), rng.IntN(3) == 0, rng.IntN(3) == 0
		t.Run(fmt.Sprintf("%+v", p), func(t *testing.T) {
			a, b := noise[T](p.M*p.K, rng), noise[T](p.K*p.N, rng)
			d, by := noise[T](p.M*p.N, rng), noise[T](p.M*p.N, rng)
			if p.Add == AddRow {
				d = d[:p.N]
			}
			got, want := make([]T, p.M*p.N), make([]T, p.M*p.N)
			plan := p.Plan(size)
			scratch := make([]T, plan.Scratch())
			Multiply(plan, got, a, b, d, by, scratch, plan.All(), nil)
			multiply(&p, want, a, b, d, by, plan.All())
			// Each of K sums of products of about 1 is off by at most a rounding of the sum so far.
			bound := eps * float64(p.K) * 10 * math.Sqrt(float64(p.K))
			for k := range got {
				if !(math.Abs(float64(got[k]-want[k])) <= bound) {
					t.Fatalf("entry %d: %v, want %v", k, got[k], want[k])
				}
			}
			split := make([]T, p.M*p.N)
			parts := 1 + rng.IntN(5)
			for k := range parts {
				Multiply(plan, split, a, b, d, by, scratch, plan.Part(k, parts), nil)
			}
			for k := range got {
				if split[k] != got[k] {
					t.Fatalf("entry %d: %v in one of %d parts, %v else", k, split[k], parts, got[k])
				}
			}
		})
	}
}
