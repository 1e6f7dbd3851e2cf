package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// NashMTL goes in the direction of Nash's solution to the tasks' bargaining game, the one that maximises the product of
// their gains Σᵢ log gᵢ·d over a ball:
//
//	d = Σᵢ wᵢgᵢ,   w > 0 with (Gw)ᵢ = 1/wᵢ for all i
//
// All gradients count alike whatever their lengths: d depends on the unit gradients alone, gains of all tasks are
// positive, and its length is √m for every m tasks with gradients that are not zero. For two tasks d is √2 times the
// unit vector along g₁/|g₁| + g₂/|g₂|.
//
// A zero gradient has weight 0, and the others bargain among themselves. If 0 is in their convex hull there is no
// solution, and d is 0. The authors' code keeps the weights of the step before where its solver fails, and limits d to
// the length MaxNorm, 1; from two tasks on that limit always acts.
//
// Reference: Navon et al. Multi-task learning as a bargaining game. ICML 2022, arXiv:2202.01017.
type NashMTL struct {
	MaxNorm float64 // d is shortened to this length if it is longer; 0 means no limit
	Every   int     // the weights, before that limit, are kept for so many steps; 0 means 1
}

var _ GramAggregator = NashMTL{}

// NewState returns the number of steps taken and the weights of the last one, or nil if no weights are kept.
func (a NashMTL) NewState(m, n int) []float64 {
	if a.Every <= 1 {
		return nil
	}
	return make([]float64, 1+m)
}

// WeighGram stores the weights of d, or zeros.
func (a NashMTL) WeighGram(weights []float64, gram mat.Symmetric, state []float64) {
	m := len(weights)
	keep := 0
	if a.Every > 1 {
		keep = 1 + m
	}
	checkGram("NashMTL", weights, gram, state, keep)
	if !(a.MaxNorm >= 0) || a.Every < 0 {
		panic(fmt.Sprintf("balance: NashMTL: MaxNorm %v and Every %d, want 0 or more", a.MaxNorm, a.Every))
	}
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	if keep > 0 && math.Mod(state[0], float64(a.Every)) != 0 {
		copy(weights, state[1:])
	} else {
		bargain(tmp, weights, g, e, 1)
		if keep > 0 {
			copy(state[1:], weights)
		}
	}
	if keep > 0 {
		state[0]++
	}
	if norm := math.Ldexp(math.Sqrt(norm2(g, weights)), e); a.MaxNorm > 0 && norm > a.MaxNorm {
		for i := range weights {
			weights[i] *= a.MaxNorm / norm
		}
	}
}
