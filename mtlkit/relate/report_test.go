package relate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// simulated returns losses of tasks over seeds: alone 1 with a deviation between seeds of 0.1, together the same lower
// by the gain, with a deviation of the gain of 0.05.
func simulated(rng *rand.Rand, gains []float64, seeds int) (together, alone [][]float64) {
	for _, gain := range gains {
		var one, both []float64
		for range seeds {
			a := 1 + 0.1*rng.NormFloat64()
			one, both = append(one, a), append(both, a*(1-gain-0.05*rng.NormFloat64()))
		}
		alone, together = append(alone, one), append(together, both)
	}
	return together, alone
}

// Where sharing does nothing, a report of eight tasks says something of any of them in 5 % of the cases at most, up to
// four binomial standard errors √(0.05·0.95/500) = 0.0097.
func TestReportUnderTheNull(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	const runs = 500
	tasks := strings.Split("abcdefgh", "")
	wrong, single := 0, 0
	for range runs {
		together, alone := simulated(rng, make([]float64, len(tasks)), 6)
		r, err := newReport(tasks, together, alone, make([]Judge, len(tasks)))
		if err != nil {
			t.Fatal(err)
		}
		any, least := false, 1.0
		for _, f := range r.Findings {
			any, least = any || f.Verdict != CannotTell, min(least, f.P)
		}
		if any {
			wrong++
		}
		if least < 0.05 {
			single++
		}
	}
	if share := float64(wrong) / runs; share > 0.05+4*0.0097 {
		t.Errorf("a wrong verdict in %v of the reports", share)
	}
	if share := float64(single) / runs; share < 0.2 {
		t.Errorf("a p below 0.05 in %v of the reports: nothing to adjust here", share)
	}
}

func TestReport(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	tasks := []string{"helped", "hurt", "neither"}
	together, alone := simulated(rng, []float64{0.2, -0.2, 0.01}, 10)
	r, err := NewReport(tasks, together, alone, Judge{})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []Verdict{Helps, Hurts, CannotTell} {
		if got := r.Findings[k].Verdict; got != want {
			t.Errorf("%s: %v\n%v", tasks[k], got, r)
		}
	}
	f := r.Findings[0]
	mean := 0.0
	for k := range f.Alone {
		mean += (f.Alone[k] - f.Together[k]) / f.Alone[k] / 10
	}
	if math.Abs(f.Gain.Mean-mean) > 1e-12 || math.Abs(mean-0.2) > 4*0.05/math.Sqrt(10) {
		t.Errorf("the gain is %v, by hand %v", f.Gain, mean)
	}
	// The difference of the means in standard errors of the mean alone.
	sum, square := 0.0, 0.0
	for _, a := range f.Alone {
		sum, square = sum+a, square+a*a
	}
	s := math.Sqrt((square - sum*sum/10) / 9)
	diff := 0.0
	for k := range f.Alone {
		diff += (f.Alone[k] - f.Together[k]) / 10
	}
	if want := diff / (s / math.Sqrt(10)); math.Abs(f.Units-want) > 1e-9 {
		t.Errorf("units %v, by hand %v", f.Units, want)
	}
	text := r.String()
	for _, want := range []string{"helped", "helps", "hurts", "cannot be told; ", "seeds would tell, or ", "Δₘ",
		"(alone − together)/alone"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q:\n%s", want, text)
		}
	}
	if twice := mustReport(t, tasks, together, alone); twice.String() != text {
		t.Error("the same losses give another text")
	}
}

func mustReport(t *testing.T, tasks []string, together, alone [][]float64) Report {
	t.Helper()
	r, err := NewReport(tasks, together, alone, Judge{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// How many seeds would tell is borne out: with so many, four gains in five like the one that was seen are told.
func TestSeedsToTellAreEnough(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	const gain, s = 0.02, 0.05
	n := Judge{}.Seeds(gain/s, 0.05)
	const runs = 1000
	told := 0
	for range runs {
		together, alone := simulated(rng, []float64{gain}, n)
		r, err := NewReport([]string{"a"}, together, alone, Judge{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Findings[0].Verdict == Helps {
			told++
		}
	}
	want := Judge{}.Power(gain/s, n, 0.05)
	if got := float64(told) / runs; math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/runs) || want < 0.8 {
		t.Errorf("%d seeds tell it in %v, by the power %v", n, got, want)
	}
}

func TestReportOfBadLosses(t *testing.T) {
	for what, c := range map[string][2]float64{"zero": {1, 0}, "negative": {1, -2}, "NaN": {1, math.NaN()},
		"together": {math.Inf(1), 1}} {
		if _, err := NewReport([]string{"a"}, [][]float64{{1, c[0]}}, [][]float64{{1, c[1]}}, Judge{}); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	r, err := NewReport([]string{"a"}, [][]float64{{1, 2}}, [][]float64{{1, 2}}, Judge{})
	if f := r.Findings[0]; err != nil || f.Verdict != CannotTell || f.P != 1 || f.Units != 0 ||
		f.Says() != "cannot be told; no difference was seen" {
		t.Errorf("no difference at all: %+v, %v", r, err)
	}
}
