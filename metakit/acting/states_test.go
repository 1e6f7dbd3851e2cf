package acting

import "testing"

// The number of states that the doc comments give: multisets of tallies with at least one pull left.
func TestStates(t *testing.T) {
	for _, c := range []struct{ arms, pulls, want int }{{10, 10, 2296}, {2, 50, 146575}} {
		var o Optimum
		o.Value(make([]Tally, c.arms), c.pulls)
		if got := len(o.values.known); got != c.want {
			t.Errorf("%d arms, %d pulls: %d states, want %d", c.arms, c.pulls, got, c.want)
		}
	}
}
