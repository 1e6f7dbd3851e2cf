package rewards

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"kindred/metakit/acting"
	"kindred/plots"
)

// nothing returns n places that are left out of a figure.
func nothing(n int) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = math.NaN()
	}
	return v
}

// Worth draws what players win in the mean over all bandits of a family, exactly, and players of one's own with them.
func Worth(b acting.Bandit, own ...Entry) plots.Figure {
	best := b.Value(new(acting.Optimum))
	known := float64(b.Pulls) * float64(b.Arms) / float64(b.Arms+1) // the best of so many uniform numbers
	chart := plots.Dots{
		Subtitle: fmt.Sprintf("mean over all machines of %d arms, computed exactly", b.Arms),
		X:        fmt.Sprintf("wins in %d pulls", b.Pulls), Decimals: 4,
		Reference: &plots.Marker{Name: "the ceiling", X: best},
		Items: []plots.Item{{Name: "knows the best arm", Role: plots.Grey, Value: known},
			{Name: "random", Role: plots.Grey, Value: float64(b.Pulls) / 2}},
	}
	at := map[string]float64{}
	for _, e := range players() {
		at[e.Name] = b.Value(e.Player)
		chart.Items = append(chart.Items, plots.Item{Name: e.Name, Role: plots.Blue, Value: at[e.Name]})
	}
	for _, e := range own {
		chart.Items = append(chart.Items, plots.Item{Name: e.Name, Role: plots.Vermillion, Value: b.Value(e.Player)})
	}
	for k, item := range chart.Items {
		chart.Items[k].Note = fmt.Sprintf("%.1f %%", 100*item.Value/best)
	}
	slices.SortStableFunc(chart.Items, func(x, y plots.Item) int { // equal but for rounding are equal
		return cmp.Compare(math.Round(1e9*y.Value), math.Round(1e9*x.Value))
	})
	share := func(name string) string { return fmt.Sprintf("%.0f %%", 100*at[name]/best) }
	chart.Title = fmt.Sprintf("Of what can be won UCB1 wins %s, Thompson sampling %s", share("UCB1"),
		share("Thompson sampling"))
	return chart.Figure(fmt.Sprintf("Dot plot of what players win in %d pulls at %d arms: UCB1 %.3f, Thompson "+
		"sampling %.3f, Gittins index %.3f, the Bayes optimum %.3f.", b.Pulls, b.Arms, at["UCB1"], at["Thompson sampling"],
		at["Gittins index"], best))
}

// Share returns the % of what the optimum wins that a player does, with so many arms and pulls.
func Share(p acting.Player, arms, pulls int) float64 {
	b := acting.Bandit{Arms: arms, Pulls: pulls}
	return 100 * b.Value(p) / b.Value(new(acting.Optimum))
}

// greedy pulls an arm that promises most, each of equal ones as often.
type greedy struct{}

// Choose implements [acting.Player].
func (greedy) Choose(p []float64, arms []acting.Tally, _ int) {
	most := slices.MaxFunc(arms, func(a, b acting.Tally) int { return cmp.Compare(a.Mean(), b.Mean()) }).Mean()
	n := 0.0
	for k, a := range arms {
		p[k] = 0
		if a.Mean() == most {
			p[k] = 1
			n++
		}
	}
	for k := range p {
		p[k] /= n
	}
}

// Greedy returns what the player is worth that always pulls an arm that promises most.
func Greedy(b acting.Bandit) float64 { return b.Value(greedy{}) }

// Value returns what a player is worth, nil of none.
func Value(b acting.Bandit, player acting.Player) any {
	if player == nil {
		return nil
	}
	return b.Value(player)
}
