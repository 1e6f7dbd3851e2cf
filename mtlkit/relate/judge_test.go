package relate

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/mtlkit"
)

// Critical values and powers of the noncentral t distribution that R prints: power.t.test(n = 20, delta = 1, sd = 1)
// has two samples, that is 38 degrees of freedom and noncentrality √10; the others are type = "one.sample", as in
// G*Power's example of n = 34 for dz = 0.5.
func TestPowerAgainstTables(t *testing.T) {
	if got := (Judge{}).Power(0.5, 34, 0.05); math.Abs(got-0.8077775) > 1e-6 {
		t.Errorf("34 seeds, effect 0.5: %v, by G*Power 0.8077775", got)
	}
	if got := (Judge{}).Seeds(0.5, 0.05); got != 34 {
		t.Errorf("it takes %d seeds for an effect of 0.5, by G*Power 34", got)
	}
	if got := (Judge{}).Seeds(1, 0.05); got != 10 {
		t.Errorf("it takes %d seeds for an effect of 1, by R 9.94", got)
	}
	if got := (Judge{}).Power(0, 7, 0.03); math.Abs(got-0.03) > 1e-9 {
		t.Errorf("without an effect the power is %v, want the level 0.03", got)
	}
}

// The share of simulated seeds that are called different is the power: of 4,000, within four binomial standard errors.
func TestPowerAgainstSimulation(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	const runs = 4000
	for _, c := range []struct {
		effect float64
		n      int
		alpha  float64
	}{{0.5, 10, 0.05}, {-1, 6, 0.05}, {0.8, 20, 0.01}, {3, 2, 0.05}} {
		called := 0
		for range runs {
			x := make([]float64, c.n)
			for k := range x {
				x[k] = c.effect + rng.NormFloat64()
			}
			if (Judge{}).Test(x) < c.alpha {
				called++
			}
		}
		want := (Judge{}).Power(c.effect, c.n, c.alpha)
		if got := float64(called) / runs; math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/runs) {
			t.Errorf("effect %v, %d seeds, level %v: called in %v, power %v", c.effect, c.n, c.alpha, got, want)
		}
	}
}

// Without resplits a judge is mtlkit's paired interval and test; with them the interval is wider by what the formula
// says, and the test goes with the interval.
func TestJudge(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	for range 50 {
		x := make([]float64, 2+rng.IntN(10))
		zero := make([]float64, len(x))
		for k := range x {
			x[k] = 0.7 + rng.NormFloat64()
		}
		plain, want := Judge{}.Interval(x), mtlkit.MeanInterval(x)
		if math.Abs(plain.Low-want.Low) > 1e-12 || math.Abs(plain.High-want.High) > 1e-12 {
			t.Fatalf("%v, want %v", plain, want)
		}
		if p, want := (Judge{}).Test(x), mtlkit.PairedTest(x, zero); math.Abs(p-want) > 1e-12 {
			t.Fatalf("p is %v, want %v", p, want)
		}
		wide := Judge{Resplit: 1. / 3}
		i := wide.Interval(x)
		n := float64(len(x))
		if ratio := (i.High - i.Low) / (plain.High - plain.Low); math.Abs(ratio-math.Sqrt(1+n/3)) > 1e-12 {
			t.Fatalf("the interval is %v times as wide", ratio)
		}
		if p := wide.Test(x); (p < 0.05) == i.Contains(0) {
			t.Fatalf("p is %v, and the interval %v", p, i)
		}
	}
	if p := (Judge{}).Test([]float64{2, 2, 2}); p != 0 {
		t.Errorf("equal values: p is %v", p)
	}
	if p := (Judge{}).Test([]float64{2}); p != 1 {
		t.Errorf("a single value: p is %v", p)
	}
}

// Seeds that split the same rows cannot tell a small effect, however many they are; more rows can.
func TestWhatWouldTell(t *testing.T) {
	j := Judge{Resplit: 0.25}
	if got := j.Seeds(0.5, 0.05); got != 0 {
		t.Errorf("%d seeds tell an effect of half a deviation", got)
	}
	rows := j.Rows(0.5, 10, 0.05)
	low, high := j.Power(0.5*math.Sqrt(rows/1.01), 10, 0.05), j.Power(0.5*math.Sqrt(rows), 10, 0.05)
	if !(low < 0.8 && high >= 0.8) {
		t.Errorf("%v times the rows: power %v, and %v a hundredth below", rows, high, low)
	}
	if got := j.Rows(10, 10, 0.05); got != 1 {
		t.Errorf("%v times the rows for an effect that is told", got)
	}
	if got := j.Rows(0, 10, 0.05); !math.IsInf(got, 1) {
		t.Errorf("%v times the rows for no effect", got)
	}
	n := Judge{}.Seeds(0.3, 0.01)
	if (Judge{}).Power(0.3, n, 0.01) < 0.8 || (Judge{}).Power(0.3, n-1, 0.01) >= 0.8 {
		t.Errorf("%d seeds are not the least", n)
	}
}
