package balance

import "gonum.org/v1/gonum/mat"

// FairGrad shares out the gain of a step between the tasks by α-fairness, maximising Σᵢ (gᵢ·d)^(1−α)/(1−α) over a ball:
//
//	d = Σᵢ wᵢgᵢ,   w > 0 with (Gw)ᵢ = wᵢ^(−1/α) for all i
//
// α near 0 looks at the sum of the gains, α = 1 is [NashMTL] (without a limit on the length), and the larger α, the
// more the task that gains least decides.
//
// A zero gradient has weight 0, and the others share among themselves. If 0 is in their convex hull there is no
// solution, and d is 0.
//
// Reference: Ban, Ji. Fair resource allocation in multi-task learning. ICML 2024, arXiv:2402.15638.
type FairGrad struct {
	Alpha float64 // α > 0
}

// NewFairGrad returns FairGrad with α = 2.
func NewFairGrad() FairGrad { return FairGrad{Alpha: 2} }

var _ GramAggregator = FairGrad{}

// NewState returns nil: nothing is remembered.
func (a FairGrad) NewState(s Setting) []float64 { a.check(s); return nil }

func (a FairGrad) check(s Setting) {
	s.check("FairGrad")
	checkPositive("FairGrad", "Alpha", a.Alpha)
}

// WeighGram stores w, or zeros.
func (a FairGrad) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("FairGrad", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	bargain(tmp, weights, g, e, a.Alpha)
}
