package balance

import (
	"cmp"
	"math"
)

// IMTLL is the loss half of impartial multi-task learning (IMTL-L), which learns a scale for each loss that brings all
// of them to 1:
//
//	V = Σᵢ (exp(sᵢ)Lᵢ − sᵢ)
//
// For losses that stay as they are, V is least at sᵢ = −log Lᵢ. It is twice [Uncertainty] at −s, derived without a
// model of noise. [IMTLG] is the gradient half.
//
// Scalarize takes one step on s for each call, against ∂V/∂sᵢ = exp(sᵢ)Lᵢ − 1; s starts at 0 and is the first m numbers
// of the state. A loss in the thousands throws plain descent far past the optimum; Adam moves no s by much more than
// Rate.
//
// Reference: Liu, Li, Kuang, Xue, Chen, Yang, Liao, Zhang. Towards impartial multi-task learning. ICLR 2021.
type IMTLL struct {
	Rate float64 // step size for s; 0 means 0.025
	Adam bool    // step s by Adam, not by plain descent
}

var _ Scalarizer = IMTLL{}

// NewState returns s = 0, followed by what Adam remembers.
func (t IMTLL) NewState(m, n int) []float64 { return make([]float64, learnedLen(m, t.Adam)) }

// Scalarize stores the exp(sᵢ) in weights, returns V, and then steps s.
func (t IMTLL) Scalarize(weights, losses, state []float64) float64 {
	m := len(losses)
	checkScalarize("IMTLL", weights, losses, state, learnedLen(m, t.Adam))
	value := 0.0
	for i, s := range state[:m] {
		weights[i] = math.Exp(s)
		value += weights[i]*losses[i] - s
	}
	learn(state, m, t.Adam, cmp.Or(t.Rate, 0.025), func(i int) float64 { return weights[i]*losses[i] - 1 })
	return value
}
