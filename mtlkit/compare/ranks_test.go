package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/mtlkit"
)

// Demšar 2006, table 5 (a): 2.343 and 2.949 there are of tables in print; R's qtukey has 2.344 and 2.948.
func TestNemenyi(t *testing.T) {
	want := []float64{1.960, 2.344, 2.569, 2.728, 2.850, 2.948, 3.031, 3.102, 3.164}
	for i, w := range want {
		if got := nemenyi(i + 2); math.Abs(got-w) > 0.0006 {
			t.Errorf("q of %d groups is %v, want %v", i+2, got, w)
		}
	}
}

// ranked returns the ranks of entrants with these losses, a row each.
func ranked(losses [][]float64) Ranks {
	r := Report{Seeds: len(losses[0])}
	for i, row := range losses {
		name := string(rune('a' + i))
		r.Rows = append(r.Rows, Row{Entrant: name})
		for seed, l := range row {
			r.Results = append(r.Results, mtlkit.Result{Entrant: name, Seed: uint64(seed), Losses: []float64{l}})
		}
	}
	return r.Ranks()
}

// By hand. Three entrants on four seeds, ranks (1 2 3), (1 2 3), (1 3 2), (2 1 3): means 1.25, 2, 2.75, χ² =
// 12·4/(3·4)·(0.75² + 0 + 0.75²) = 4.5, F = 3·4.5/(8 − 4.5) = 27/7 with 2 and 6 degrees of freedom, whose upper tail
// is (1 + F/3)⁻³.
func TestRanksByHand(t *testing.T) {
	r := ranked([][]float64{{1, 1, 1, 2}, {2, 2, 3, 1}, {3, 3, 2, 3}})
	for i, want := range []float64{1.25, 2, 2.75} {
		if r.Mean[i] != want {
			t.Errorf("mean rank %d is %v, want %v", i, r.Mean[i], want)
		}
	}
	if want := math.Pow(1+9./7, -3); math.Abs(r.Friedman-want) > 1e-12 {
		t.Errorf("p is %v, want %v", r.Friedman, want)
	}
	if want := 2.344 * math.Sqrt(12./24); math.Abs(r.Critical-want) > 1e-3 {
		t.Errorf("the critical difference is %v, want %v", r.Critical, want)
	}
	if r := ranked([][]float64{{1, 1}, {2, 2}}); r.Friedman != 0 {
		t.Errorf("of the same order on every seed p is %v, want 0", r.Friedman)
	}
	if r := ranked([][]float64{{1, 1}, {1, 1}}); !math.IsNaN(r.Friedman) {
		t.Errorf("where all tie p is %v, want none", r.Friedman)
	}
}

// Where all entrants are alike, Friedman's test and the largest difference of ranks see one in about 5 % of the
// studies: the first is approximate for ten seeds. 200 studies have a standard error of 1.5 %; four are allowed.
func TestRanksUnderTheNull(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	const studies = 200
	friedman, nemenyi := 0, 0
	critical := 0.0
	for range studies {
		losses := make([][]float64, 5)
		for i := range losses {
			for range 10 {
				losses[i] = append(losses[i], rng.Float64())
			}
		}
		r := ranked(losses[:])
		critical = r.Critical
		if r.Friedman < 0.05 {
			friedman++
		}
		least, most := math.Inf(1), 0.0
		for _, m := range r.Mean {
			least, most = min(least, m), max(most, m)
		}
		if most-least > critical {
			nemenyi++
		}
	}
	t.Logf("of %d studies Friedman's test sees a difference in %d, Nemenyi's in %d", studies, friedman, nemenyi)
	for name, n := range map[string]int{"Friedman": friedman, "Nemenyi": nemenyi} {
		if share := float64(n) / studies; share > 0.11 || share < 0.005 {
			t.Errorf("%s's test sees a difference in %v of the studies, want about 0.05", name, share)
		}
	}
}
