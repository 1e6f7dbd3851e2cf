package balance

import "math"

// Uncertainty learns the noise of each task beside the network, and trusts a noisy task less:
//
//	V = Σᵢ (½ exp(−sᵢ)Lᵢ + ½sᵢ),   sᵢ = log σᵢ²
//
// The factor of exp(−sᵢ)Lᵢ is 1 instead of ½ for a classification, as the Setting's Classes tells. For losses that stay
// as they are, V is least at sᵢ = log Lᵢ (a classification: log 2Lᵢ), where every task has the same share in it. V may
// be negative.
//
// Scalarize takes one step on s for each call, against ∂V/∂sᵢ = ½ − ½ exp(−sᵢ)Lᵢ. A loss in the thousands throws
// plain descent far past the optimum; Adam moves no s by much more than Rate.
//
// V sums over the tasks that are present; the s of an absent one waits. Authors' codes start s at 0 (TorchJD) and at
// −½ (LibMTL), let the network's own optimiser step it, and take every task for a regression (Alike).
//
// Reference: Kendall, Gal, Cipolla. Multi-task learning using uncertainty to weigh losses for scene geometry and
// semantics. CVPR 2018, arXiv:1705.07115.
type Uncertainty struct {
	Start float64 // every sᵢ before the first step
	Rate  float64 // step size for s, positive; where nothing is to be learned, use [Fixed]
	Adam  bool    // step s by Adam, not by plain descent
	Alike bool    // the factor is ½ for classifications too
}

// NewUncertainty returns Uncertainty that starts at s = 0 and descends at the rate 0.025.
func NewUncertainty() Uncertainty { return Uncertainty{Rate: 0.025} }

var _ Scalarizer = Uncertainty{}

// NewState returns s, m numbers that are each Start, followed by what Adam remembers.
func (u Uncertainty) NewState(s Setting) []float64 {
	u.check(s)
	memory := make([]float64, learnedLen(s.Tasks, u.Adam))
	fill(memory[:s.Tasks], u.Start)
	return memory
}

func (u Uncertainty) check(s Setting) {
	s.check("Uncertainty")
	checkFinite("Uncertainty", "Start", u.Start)
	checkPositive("Uncertainty", "Rate", u.Rate)
}

// Scalarize stores the ½ exp(−sᵢ) in weights, returns V, and then steps s.
func (u Uncertainty) Scalarize(weights, losses []float64, s State) float64 {
	u.check(s.Setting)
	checkScalarize("Uncertainty", weights, losses, s, learnedLen(s.Tasks, u.Adam))
	value := 0.0
	for k := range weights {
		i := s.Task(k)
		weights[k] = 0.5 * math.Exp(-s.Memory[i])
		if s.isClass(i) && !u.Alike {
			weights[k] *= 2
		}
		value += weights[k]*losses[k] + 0.5*s.Memory[i]
	}
	learn(s.Memory, s.Tasks, s, u.Adam, u.Rate, func(k int) float64 { return 0.5 - weights[k]*losses[k] })
	return value
}
