package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
)

// A plainRule is a rule without its kernel.
type plainRule struct{ Rule }

// The kernel of a rule gives the bits of its traced step: in blocks and parts of vectors, from the first step on, with
// matrices that took fewer steps, with zeros of both signs and with numbers at the ends of their range.
func TestDeterminismKernelOfRule(t *testing.T) {
	keras, rooted, forgetful := NewKerasAdam(0.01), NewAdam(0.01), NewAdam(0.01)
	rooted.EpsilonRoot, forgetful.Beta1 = 1e-16, 0
	for _, rule := range []Rule{NewAdam(0.01), keras, rooted, forgetful, NewAdamW(0.01, 0.1), NewAdamW(0.01, 0)} {
		for _, n := range []int{1, 2, 3, 4, 7, 61, 2*blockSize + 5} {
			shapes := append(vector(n), autodiff.Shape{Name: "b", Rows: 5, Cols: 1})
			rng := rand.New(rand.NewPCG(1, uint64(n)))
			fast, plain := NewOptimizer(rule, shapes), NewOptimizer(plainRule{rule}, shapes)
			if fast.rules[0].programs[0].kernel == nil || plain.rules[0].programs[0].kernel != nil {
				t.Fatalf("%#v: the kernel is not where it is expected", rule)
			}
			a, grad := make([]float64, n+5), make([]float64, n+5)
			for k := range a {
				a[k] = unusual(rng)
			}
			b := slices.Clone(a)
			for k := range 12 {
				for i := range grad {
					grad[i] = unusual(rng)
				}
				held := []bool{k == 3, k%4 == 1}
				fast.ClipNorm, plain.ClipNorm = float64(k%3), float64(k%3)
				errFast, errPlain := fast.Step(a, grad, 0.5, held), plain.Step(b, grad, 0.5, held)
				if fmt.Sprint(errFast) != fmt.Sprint(errPlain) {
					t.Fatalf("%#v, step %d of %d entries: the kernel says %v, the traced rule %v", rule, k+1, n, errFast, errPlain)
				}
				if i := differs(a, b); i >= 0 {
					t.Fatalf("%#v, step %d of %d entries: entry %d is %v, of the traced rule %v", rule, k+1, n, i, a[i], b[i])
				}
				if i := differs(fast.State(), plain.State()); i >= 0 {
					t.Fatalf("%#v, step %d of %d entries: number %d of the state differs", rule, k+1, n, i)
				}
			}
		}
	}
}

// unusual returns a number of any size, now and then a zero, or one whose square is infinite.
func unusual(rng *rand.Rand) float64 {
	switch rng.IntN(40) {
	case 0:
		return 0
	case 1:
		return math.Copysign(0, -1)
	case 2:
		return math.SmallestNonzeroFloat64
	case 3:
		return 1e-200
	case 4:
		if rng.IntN(200) == 0 {
			return 1e160
		}
	}
	return rng.NormFloat64() * math.Pow(10, float64(rng.IntN(9)-4))
}

// differs returns the first entry that has other bits, −1 if none has.
func differs(a, b []float64) int {
	for k := range a {
		if math.Float64bits(a[k]) != math.Float64bits(b[k]) {
			return k
		}
	}
	return -1
}
