package balance

import (
	"cmp"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

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
	Stateless

	Alpha float64 // α > 0; 0 means 1
}

var _ GramAggregator = FairGrad{}

// WeighGram stores w, or zeros.
func (a FairGrad) WeighGram(weights []float64, gram mat.Symmetric, state []float64) {
	checkGram("FairGrad", weights, gram, state, 0)
	alpha := cmp.Or(a.Alpha, 1)
	if !(alpha > 0) {
		panic(fmt.Sprintf("balance: FairGrad: Alpha = %v, want more than 0", alpha))
	}
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	bargain(tmp, weights, g, e, alpha)
}
