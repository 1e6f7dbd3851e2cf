package interval

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// By hand: 4·0.005, 3·0.01, 2·0.03, and 0.06 again where 1·0.04 is less. R:
// p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
func TestHolmByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct{ p, want []float64 }{
		{[]float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{[]float64{0.4}, []float64{0.4}},
		{[]float64{0.02, 0.02, 0.02}, []float64{0.06, 0.06, 0.06}},
		{[]float64{0.9, 0, 0.5}, []float64{1, 0, 1}},
		{[]float64{nan, 0.01, 0.5}, []float64{nan, 0.03, 1}}, // of three comparisons, not of two
		{nil, []float64{}},
	} {
		kept := slices.Clone(c.p)
		got := Holm(c.p)
		if len(got) != len(c.want) || got == nil {
			t.Fatalf("Holm(%v) = %v, want %v", c.p, got, c.want)
		}
		for i := range got {
			if !(math.Abs(got[i]-c.want[i]) <= 1e-16) && !(math.IsNaN(got[i]) && math.IsNaN(c.want[i])) {
				t.Errorf("Holm(%v) = %v, want %v", c.p, got, c.want)
			}
			got[i] = -1
			if c.p[i] != kept[i] && !math.IsNaN(kept[i]) {
				t.Errorf("Holm changed its input to %v", c.p)
			}
		}
	}
}

// closed adjusts p by what Holm's procedure is a short cut for: a comparison is a difference if every set of
// comparisons that it belongs to is one by Bonferroni (Marcus, Peritz, Gabriel. On closed testing procedures with
// special reference to ordered analysis of variance. Biometrika 63, 1976).
func closed(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	for set := range 1 << len(p) {
		size, least := 0, 1.0
		for i, v := range p {
			if set>>i&1 == 1 {
				size, least = size+1, min(least, v)
			}
		}
		for i := range p {
			if set>>i&1 == 1 {
				adjusted[i] = max(adjusted[i], min(1, float64(size)*least))
			}
		}
	}
	return adjusted
}

func TestHolmProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	for range 500 {
		p := make([]float64, 1+r.IntN(7))
		for i := range p {
			p[i] = math.Pow(r.Float64(), 4)
			if i > 0 && r.IntN(4) == 0 {
				p[i] = p[i-1]
			}
		}
		got := Holm(p)
		if want := closed(p); !slices.Equal(got, want) {
			t.Fatalf("Holm(%v) = %v, by all sets %v", p, got, want)
		}
		m := float64(len(p))
		least := slices.Index(p, slices.Min(p))
		if got[least] != min(1, m*p[least]) {
			t.Fatalf("the least of %v becomes %v, by Bonferroni %v", p, got[least], m*p[least])
		}
		order := r.Perm(len(p))
		mixed := make([]float64, len(p))
		for i, from := range order {
			mixed[i] = p[from]
		}
		for i, v := range Holm(mixed) {
			if v != got[order[i]] {
				t.Fatalf("%v in the order %v is adjusted to %v, want %v there", p, order, v, got[order[i]])
			}
		}
		for i := range p {
			if got[i] < p[i] || got[i] > 1 || got[i] > min(1, m*p[i]) {
				t.Fatalf("%v becomes %v in %v", p[i], got[i], p)
			}
			for j := range p {
				if p[i] < p[j] && got[i] > got[j] {
					t.Fatalf("Holm(%v) = %v is not monotone", p, got)
				}
			}
		}
	}
}

// Ten methods that are all as good as the baseline they share: each alone is called different in 5 % of the runs, one
// at least in far more; with Holm's values one at least in 5 % at most, up to four binomial standard errors of
// √(0.05·0.95/2000) = 0.0049.
func TestHolmKeepsFalseAlarmsRare(t *testing.T) {
	const runs, methods, seeds = 2000, 10, 8
	r := rand.New(rand.NewPCG(4, 0))
	draw := func() []float64 {
		x := make([]float64, seeds)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	alone, any := 0, 0
	for range runs {
		baseline := draw()
		p := make([]float64, methods)
		for k := range p {
			p[k] = PairedTest(draw(), baseline)
		}
		if slices.Min(p) < 0.05 {
			alone++
		}
		if slices.Min(Holm(p)) < 0.05 {
			any++
		}
	}
	if share := float64(any) / runs; share > 0.05+4*0.0049 {
		t.Errorf("a false alarm in %v of the runs with Holm's values", share)
	}
	if share := float64(alone) / runs; share < 0.2 {
		t.Errorf("a false alarm in %v of the runs without: nothing to correct here", share)
	}
}

func ExampleHolm() {
	baseline := []float64{0.52, 0.48, 0.55, 0.50, 0.47, 0.53}
	methods := [][]float64{
		{0.41, 0.39, 0.43, 0.40, 0.37, 0.43}, // better on every seed
		{0.51, 0.44, 0.52, 0.49, 0.46, 0.49}, // better by a little
		{0.53, 0.47, 0.55, 0.51, 0.46, 0.52},
	}
	p := make([]float64, len(methods))
	for i, losses := range methods {
		p[i] = PairedTest(losses, baseline)
	}
	fmt.Printf("one by one %.4f\nall at once %.4f\n", p, Holm(p))
	// Output:
	// one by one [0.0000 0.0127 0.6952]
	// all at once [0.0000 0.0254 0.6952]
}
