package balance

import (
	"cmp"

	"gonum.org/v1/gonum/mat"
)

// MoDo follows the weights of [MGDA] by small steps whose errors average out. With the Jacobians J₁, J₂, J₃ on three
// independent batches,
//
//	w = proj(w − Rate(J₁J₂ᵀw + Rho·w))
//	d = J₃ᵀw
//
// proj goes to the nearest point of the simplex. J₁J₂ᵀ estimates the inner products of the true gradients without bias,
// which JJᵀ on one batch does not: the noise of a gradient with itself does not cancel. The state is w, from 1/m each.
//
// Reference: Chen et al. Three-way trade-off in multi-objective learning: optimization, generalization and
// conflict-avoidance. NeurIPS 2023, arXiv:2305.20057.
type MoDo struct {
	Rate float64 // step size for w; 0 means 0.001
	Rho  float64 // pulls the weights together; LibMTL uses 0.1
}

var _ BatchAggregator = MoDo{}

// NewState returns equal weights.
func (MoDo) NewState(m, n int) []float64 {
	state := make([]float64, m)
	fill(state, 1/float64(m))
	return state
}

// Batches returns 3: two for the weights and one for the direction.
func (MoDo) Batches() int { return 3 }

// CombineBatches steps the weights and stores d in dst.
func (a MoDo) CombineBatches(dst []float64, jacs []*mat.Dense, state []float64) {
	m, _ := jacs[0].Dims()
	checkBatches("MoDo", dst, jacs, 3, state, m)
	tmp := borrow()
	defer tmp.release()
	slope := tmp.floats.take(m)
	combine(dst, jacs[1], state)
	times(slope, jacs[0], dst)
	for i := range state {
		state[i] -= cmp.Or(a.Rate, 0.001) * (slope[i] + a.Rho*state[i])
	}
	projectSimplex(tmp.floats.take(m), state)
	combine(dst, jacs[2], state)
}
