package balance

import "math"

// IMTLL is the loss half of impartial multi-task learning (IMTL-L), which learns a scale for each loss that brings all
// of them to 1:
//
//	V = Σᵢ (exp(sᵢ)Lᵢ − sᵢ)
//
// For losses that stay as they are, V is least at sᵢ = −log Lᵢ. It is twice [Uncertainty] at −s, derived without a
// model of noise. [IMTLG] is the gradient half.
//
// Scalarize takes one step on s for each call, against ∂V/∂sᵢ = exp(sᵢ)Lᵢ − 1; s starts at 0. A loss in the thousands
// throws plain descent far past the optimum; Adam moves no s by much more than Rate. V sums over the tasks that are
// present; the s of an absent one waits.
//
// Reference: Liu, Li, Kuang, Xue, Chen, Yang, Liao, Zhang. Towards impartial multi-task learning. ICLR 2021.
type IMTLL struct {
	Rate float64 // step size for s, positive; where nothing is to be learned, use [Fixed]
	Adam bool    // step s by Adam, not by plain descent
}

// NewIMTLL returns IMTLL that descends at the rate 0.025.
func NewIMTLL() IMTLL { return IMTLL{Rate: 0.025} }

var _ Scalarizer = IMTLL{}

// NewState returns s, m zeros, followed by what Adam remembers.
func (t IMTLL) NewState(s Setting) []float64 {
	t.check(s)
	return make([]float64, learnedLen(s.Tasks, t.Adam))
}

func (t IMTLL) check(s Setting) {
	s.check("IMTLL")
	checkPositive("IMTLL", "Rate", t.Rate)
}

// Scalarize stores the exp(sᵢ) in weights, returns V, and then steps s.
func (t IMTLL) Scalarize(weights, losses []float64, s State) float64 {
	t.check(s.Setting)
	checkScalarize("IMTLL", weights, losses, s, learnedLen(s.Tasks, t.Adam))
	value := 0.0
	for k := range weights {
		si := s.Memory[s.Task(k)]
		weights[k] = math.Exp(si)
		value += weights[k]*losses[k] - si
	}
	learn(s.Memory, s.Tasks, s, t.Adam, t.Rate, func(k int) float64 { return weights[k]*losses[k] - 1 })
	return value
}
