package datasets

import (
	"math"
	"math/rand/v2"
	"testing"
)

// By hand: a drawing that is moved is the same; of two places and one alone it is half of their distance.
func TestModifiedHausdorff(t *testing.T) {
	at := func(places ...int) []float64 {
		m := make([]float64, 25)
		for _, p := range places {
			m[p] = 1
		}
		return m
	}
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{at(0, 1, 7), at(12, 13, 19), 0}, {at(0, 2), at(24), 1}, {at(24), at(0, 2), 1}, {at(0, 4), at(2), 2},
		{at(), at(), 0}, {at(3), at(), math.Inf(1)}, {at(), at(3), math.Inf(1)},
	} {
		if got := ModifiedHausdorff(c.a, c.b); got != c.want && !(math.Abs(got-c.want) < 1e-12) {
			t.Errorf("the distance is %v, want %v", got, c.want)
		}
	}
}

// The search that ends early finds what looking at all places finds.
func TestModifiedHausdorffIsTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	mean := func(a, b [][2]float64) (sum float64) {
		for _, p := range a {
			least := math.Inf(1)
			for _, q := range b {
				least = min(least, math.Hypot(p[0]-q[0], p[1]-q[1]))
			}
			sum += least / float64(len(a))
		}
		return sum
	}
	for range 100 {
		a, b := make([]float64, 81), make([]float64, 81)
		for k := range a {
			a[k], b[k] = rng.Float64()-0.4, rng.Float64()-0.2
		}
		p, q := ink(a, 9), ink(b, 9)
		if len(p) == 0 || len(q) == 0 {
			continue
		}
		if got, want := ModifiedHausdorff(a, b), max(mean(p, q), mean(q, p)); math.Abs(got-want) > 1e-12 {
			t.Fatalf("%d and %d places: %v, want %v", len(p), len(q), got, want)
		}
	}
}
