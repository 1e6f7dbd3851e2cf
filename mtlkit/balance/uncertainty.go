package balance

import (
	"cmp"
	"fmt"
	"math"
)

// Uncertainty learns the noise of each task beside the network, and trusts a noisy task less:
//
//	V = Σᵢ (½ exp(−sᵢ)Lᵢ + ½sᵢ),   sᵢ = log σᵢ²
//
// The factor of exp(−sᵢ)Lᵢ is 1 instead of ½ for a classification. For losses that stay as they are, V is least at
// sᵢ = log Lᵢ (a classification: log 2Lᵢ), where every task has the same share in it. V may be negative.
//
// Scalarize takes one step on s for each call, against ∂V/∂sᵢ = ½ − ½ exp(−sᵢ)Lᵢ. A loss in the thousands throws
// plain descent far past the optimum; Adam moves no s by much more than Rate.
//
// The first m numbers of the state are s. Authors' codes start them at 0 (TorchJD) and at −½ (LibMTL), and let the
// network's own optimiser step them.
//
// Reference: Kendall, Gal, Cipolla. Multi-task learning using uncertainty to weigh losses for scene geometry and
// semantics. CVPR 2018, arXiv:1705.07115.
type Uncertainty struct {
	Start          float64 // every sᵢ before the first step
	Rate           float64 // step size for s; 0 means 0.025
	Adam           bool    // step s by Adam, not by plain descent
	Classification []bool  // which tasks are classifications; nil means none
}

var _ Scalarizer = Uncertainty{}

// NewState returns s, each Start, followed by what Adam remembers.
func (u Uncertainty) NewState(m, n int) []float64 {
	state := make([]float64, learnedLen(m, u.Adam))
	for i := range m {
		state[i] = u.Start
	}
	return state
}

// Scalarize stores the ½ exp(−sᵢ) in weights, returns V, and then steps s.
func (u Uncertainty) Scalarize(weights, losses, state []float64) float64 {
	m := len(losses)
	checkScalarize("Uncertainty", weights, losses, state, learnedLen(m, u.Adam))
	if u.Classification != nil && len(u.Classification) != m {
		panic(fmt.Sprintf("balance: Uncertainty: Classification tells of %d tasks, want %d", len(u.Classification), m))
	}
	value := 0.0
	for i, s := range state[:m] {
		weights[i] = 0.5 * math.Exp(-s)
		if u.Classification != nil && u.Classification[i] {
			weights[i] *= 2
		}
		value += weights[i]*losses[i] + 0.5*s
	}
	learn(state, m, u.Adam, cmp.Or(u.Rate, 0.025), func(i int) float64 { return 0.5 - weights[i]*losses[i] })
	return value
}
