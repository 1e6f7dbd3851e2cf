package balance

import (
	"cmp"
	"math"

	"gonum.org/v1/gonum/mat"
)

// SDMGrad goes from the weights of [MGDA] towards equal ones, and finds them from independent batches. With the
// Jacobians J₁, J₂, J₃ on three of them, H = J₁J₂ᵀ and e = (1/m, …, 1/m), it repeats Steps times
//
//	w = proj(w − Rate·H(w + Lambda·e))
//
// and takes
//
//	d = J₃ᵀ(w + Lambda·e)/(1 + Lambda)
//
// proj goes to the nearest point of the simplex. Lambda = 0 is a stochastic MGDA, and a large Lambda the mean. The
// authors' code divides H by the square of meanᵢ √max(Hᵢᵢ, 0), so that Rate has no unit (if that is 0, w stays where it
// is), and steps with Momentum; with Unscaled, H is as the paper has it. The state is w, from 1/m each.
//
// Reference: Xiao, Ban, Ji. Direction-oriented multi-objective learning: simple and provable stochastic algorithms.
// NeurIPS 2023, arXiv:2305.18409.
type SDMGrad struct {
	Lambda   float64 // the pull to equal weights; the authors' code uses 0.3
	Steps    int     // on w for each direction; 0 means 20
	Rate     float64 // step size for w; 0 means 5
	Momentum float64 // of these steps, from rest in every call; the authors' code uses 0.5
	Unscaled bool    // leave H as it is
}

var _ BatchAggregator = SDMGrad{}

// NewState returns equal weights.
func (SDMGrad) NewState(m, n int) []float64 { return MoDo{}.NewState(m, n) }

// Batches returns 3: two for the weights and one for the direction.
func (SDMGrad) Batches() int { return 3 }

// CombineBatches steps the weights and stores d in dst.
func (a SDMGrad) CombineBatches(dst []float64, jacs []*mat.Dense, state []float64) {
	m, _ := jacs[0].Dims()
	checkBatches("SDMGrad", dst, jacs, 3, state, m)
	tmp := borrow()
	defer tmp.release()
	h := tmp.square(m)
	crossProduct(h, jacs[0], jacs[1])
	rate := cmp.Or(a.Rate, 5)
	if !a.Unscaled {
		mean := 0.0
		for i := range m {
			mean += math.Sqrt(max(h.at(i, i), 0)) / float64(m)
		}
		if mean == 0 {
			rate = 0
		} else {
			rate /= mean * mean
		}
	}
	steps := a.Steps
	if steps == 0 {
		steps = 20
	}
	pulled, slope, speed := tmp.floats.take(m), tmp.floats.take(m), tmp.floats.take(m)
	sorted := tmp.floats.take(m)
	for range steps {
		for i, w := range state {
			pulled[i] = w + a.Lambda/float64(m)
		}
		h.mulVec(slope, pulled)
		for i := range state {
			speed[i] = a.Momentum*speed[i] + slope[i]
			state[i] -= rate * speed[i]
		}
		projectSimplex(sorted, state)
	}
	for i, w := range state {
		pulled[i] = (w + a.Lambda/float64(m)) / (1 + a.Lambda)
	}
	combine(dst, jacs[2], pulled)
}
