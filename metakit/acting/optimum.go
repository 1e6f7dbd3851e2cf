package acting

import (
	"math"
	"slices"
	"sync"
)

// Optimum is the best player there can be of bandits of a family: it maximises the expected reward of all pulls that
// are left, given what is known of the arms, by dynamic programming over states as [Bandit.Value] has them. 2 arms and
// 10 pulls give 6.0218, 5 and 10 give 6.6600, 10 and 10 give 6.7140, 2 and 50 give 31.9967. Time and memory grow with
// the number of states: 10 arms and 10 pulls have 2,296, 2 and 50 have 146,575.
//
// The zero Optimum is ready; it remembers states, so hand on a pointer to it.
type Optimum struct {
	mu     sync.Mutex
	values valuer
}

var _ Player = new(Optimum)

// Value returns the expected reward of the pulls that are left.
func (o *Optimum) Value(arms []Tally, left int) float64 {
	checkState("Optimum.Value", arms, left)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begin()
	return o.values.at(arms, left)
}

// Choose implements [Player]: it pulls the arm of the largest value, equal ones with equal probabilities.
func (o *Optimum) Choose(p []float64, arms []Tally, left int) {
	checkState("Optimum.Choose", arms, left)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begin()
	arms, index := slices.Clone(arms), make([]float64, len(arms))
	for k := range index {
		index[k] = o.values.pull(arms, k, left)
	}
	best(p, index)
}

func (o *Optimum) begin() {
	if o.values.known == nil {
		o.values = valuer{known: map[string]float64{}, of: func(arms []Tally, _ int, q func(arm int) float64) float64 {
			value := math.Inf(-1)
			for k := range arms {
				if k == 0 || arms[k] != arms[k-1] { // arms of equal tallies lie side by side
					value = max(value, q(k))
				}
			}
			return value
		}}
	}
}
