package acting_test

import (
	"math"
	"testing"

	"kindred/internal/interval"
	"kindred/metakit/acting"
)

// The Bayes-optimal expected rewards that were computed elsewhere, to the digits that they were given with.
func TestGoldenOptimum(t *testing.T) {
	for _, c := range []struct {
		arms, pulls int
		want        float64
	}{{2, 10, 6.0218}, {5, 10, 6.6600}, {10, 10, 6.7140}, {2, 50, 31.9967}} {
		var o acting.Optimum
		got := o.Value(make([]acting.Tally, c.arms), c.pulls)
		if math.Abs(got-c.want) > 0.5e-4 {
			t.Errorf("%d arms, %d pulls: %.6f, want %.4f", c.arms, c.pulls, got, c.want)
		}
		b := acting.Bandit{Arms: c.arms, Pulls: c.pulls}
		if c.pulls > 10 {
			continue
		}
		if as := b.Value(&o); math.Abs(as-got) > 1e-12 {
			t.Errorf("%d arms, %d pulls: as a player it gets %v, its value is %v", c.arms, c.pulls, as, got)
		}
	}
}

// The optimum of all plans, written as a recursion over histories that merges nothing.
func TestOptimumAgainstBruteForce(t *testing.T) {
	var plan func(arms []acting.Tally, left int) float64
	plan = func(arms []acting.Tally, left int) (best float64) {
		if left == 0 {
			return 0
		}
		for k, was := range arms {
			n := float64(was.Wins + was.Losses + 2)
			won, lost := append([]acting.Tally(nil), arms...), append([]acting.Tally(nil), arms...)
			won[k].Wins++
			lost[k].Losses++
			best = max(best, (float64(was.Wins+1)*(1+plan(won, left-1))+float64(was.Losses+1)*plan(lost, left-1))/n)
		}
		return best
	}
	for _, b := range []acting.Bandit{{Arms: 1, Pulls: 5}, {Arms: 2, Pulls: 6}, {Arms: 3, Pulls: 5}} {
		want := plan(make([]acting.Tally, b.Arms), b.Pulls)
		if got := new(acting.Optimum).Value(make([]acting.Tally, b.Arms), b.Pulls); math.Abs(got-want) > 1e-13 {
			t.Errorf("%+v: %v, want %v", b, got, want)
		}
	}
}

// What players get at many bandits lies about their exact values, and none beats the optimum.
func TestValueAgainstPlay(t *testing.T) {
	const n = 10000
	for _, b := range []acting.Bandit{{Arms: 2, Pulls: 10}, {Arms: 4, Pulls: 9}} {
		optimum := new(acting.Optimum)
		most := b.Value(optimum)
		for _, p := range []acting.Player{acting.Random{}, acting.UCB1{}, new(acting.Thompson), optimum,
			&acting.Gittins{Discount: 1}, &acting.Gittins{Discount: 0.7}} {
			value := b.Value(p)
			got := interval.Mean(b.Play(p, n, 1))
			// four standard errors: one failure in 16,000 at a seed that is fixed
			if se := (got.High - got.Low) / (2 * 1.96); math.Abs(got.Mean-value) > 4*se {
				t.Errorf("%+v, %T: %v at %d bandits, its value is %v", b, p, got, n, value)
			}
			if value > most+1e-9 {
				t.Errorf("%+v: %T is worth %v, the optimum %v", b, p, value, most)
			}
			t.Logf("%+v %T: %.4f, %.1f %%", b, p, value, 100*value/most)
		}
	}
	if got := (acting.Bandit{Arms: 7, Pulls: 12}).Value(acting.Random{}); math.Abs(got-6) > 1e-12 {
		t.Errorf("random play of 12 pulls is worth %v, want 6", got)
	}
}

// Indices: one pull is worth the mean; with two, one goes on after a win alone: (1/2 + 1/2·2/3)/(1 + 1/2) = 5/9. The
// discounted ones are in the tables of Gittins, Multi-armed bandit allocation indices (1989), for γ = 0.9.
func TestGittinsIndex(t *testing.T) {
	for _, c := range []struct {
		discount float64
		tally    acting.Tally
		left     int
		want     float64
		to       float64
	}{
		{1, acting.Tally{Wins: 3, Losses: 1}, 1, 4. / 6, 1e-11},
		{1, acting.Tally{}, 2, 5. / 9, 1e-11},
		{0.9, acting.Tally{}, 1, 0.7029, 0.5e-4},
		{0.9, acting.Tally{Wins: 1}, 1, 0.8001, 0.5e-4},
	} {
		g := &acting.Gittins{Discount: c.discount}
		if got := g.Index(c.tally, c.left); math.Abs(got-c.want) > c.to {
			t.Errorf("discount %v, %+v, %d left: %v, want %v", c.discount, c.tally, c.left, got, c.want)
		}
	}
}

// Thompson sampling pulls the better of two arms with the probability of that: for Beta(2, 1) against Beta(1, 1) it is
// ∫ 2x·x dx = 2/3; for three alike, a third each.
func TestThompsonChoice(t *testing.T) {
	p := make([]float64, 2)
	new(acting.Thompson).Choose(p, []acting.Tally{{Wins: 1}, {}}, 3)
	if math.Abs(p[0]-2./3) > 1e-14 || math.Abs(p[1]-1./3) > 1e-14 {
		t.Errorf("%v, want 2/3 and 1/3", p)
	}
	p = make([]float64, 3)
	new(acting.Thompson).Choose(p, make([]acting.Tally, 3), 3)
	for _, v := range p {
		if math.Abs(v-1./3) > 1e-14 {
			t.Errorf("%v, want a third each", p)
		}
	}
}
