package balance

import (
	"fmt"
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
// is), and steps with Momentum; with Unscaled, H is as the paper has it.
//
// A step shares out the weight of the tasks that are present among them, and m is their number: the w of an absent task
// waits, and the weights in d add up to 1.
//
// Reference: Xiao, Ban, Ji. Direction-oriented multi-objective learning: simple and provable stochastic algorithms.
// NeurIPS 2023, arXiv:2305.18409.
type SDMGrad struct {
	Lambda   float64 // the pull to equal weights, not negative; 0 is none
	Steps    int     // on w for each direction, at least 1
	Rate     float64 // step size for w, positive
	Momentum float64 // of these steps, in [0, 1), from rest in every call; 0 is none
	Unscaled bool    // leave H as it is
}

// NewSDMGrad returns SDMGrad as the authors' code has it: 20 steps of rate 5 and momentum 0.5, and Lambda = 0.3.
func NewSDMGrad() SDMGrad { return SDMGrad{Lambda: 0.3, Steps: 20, Rate: 5, Momentum: 0.5} }

var _ BatchAggregator = SDMGrad{}

// NewState returns m weights of 1/m each.
func (a SDMGrad) NewState(s Setting) []float64 { a.check(s); return equalWeights(s.Tasks) }

func (a SDMGrad) check(s Setting) {
	s.check("SDMGrad")
	checkNotNegative("SDMGrad", "Lambda", a.Lambda)
	if a.Steps < 1 {
		panic(fmt.Sprintf("balance: SDMGrad: Steps is %d; it must be at least 1; NewSDMGrad sets 20", a.Steps))
	}
	checkPositive("SDMGrad", "Rate", a.Rate)
	if !(a.Momentum >= 0 && a.Momentum < 1) {
		panic(fmt.Sprintf("balance: SDMGrad: Momentum is %v; it must be in [0, 1)", a.Momentum))
	}
}

// Batches returns 3: two for the weights and one for the direction.
func (SDMGrad) Batches() int { return 3 }

// CombineBatches steps the weights and stores d in dst.
func (a SDMGrad) CombineBatches(dst []float64, jacs []*mat.Dense, s State) {
	a.check(s.Setting)
	checkBatches("SDMGrad", dst, jacs, 3, s, s.Tasks)
	tmp := borrow()
	defer tmp.release()
	w, share := takeShare(tmp, s.Memory, s)
	m := len(w)
	h := tmp.square(m)
	crossProduct(h, jacs[0], jacs[1])
	rate := a.Rate
	if !a.Unscaled {
		mean := 0.0
		for i := range m {
			mean += math.Sqrt(max(h.at(i, i), 0)) / float64(m)
		}
		if mean == 0 {
			rate = 0
		} else {
			for i := range h.data {
				h.data[i] = h.data[i] / mean / mean
			}
		}
	}
	pulled, slope, speed := tmp.floats.take(m), tmp.floats.take(m), tmp.floats.take(m)
	sorted := tmp.floats.take(m)
	for range a.Steps {
		for k, v := range w {
			pulled[k] = v + a.Lambda/float64(m)
		}
		h.mulVec(slope, pulled)
		for k := range w {
			speed[k] = a.Momentum*speed[k] + slope[k]
			w[k] -= rate * speed[k]
		}
		projectSimplex(sorted, w)
	}
	giveShare(s.Memory, w, share, s)
	for k, v := range w {
		pulled[k] = (v + a.Lambda/float64(m)) / (1 + a.Lambda)
	}
	combine(dst, jacs[2], pulled)
}
