package balance

import "gonum.org/v1/gonum/mat"

// MoDo follows the weights of [MGDA] by small steps whose errors average out. With the Jacobians J₁, J₂, J₃ on three
// independent batches,
//
//	w = proj(w − Rate(J₁J₂ᵀw + Rho·w))
//	d = J₃ᵀw
//
// proj goes to the nearest point of the simplex. J₁J₂ᵀ estimates the inner products of the true gradients without bias,
// which JJᵀ on one batch does not: the noise of a gradient with itself does not cancel.
//
// A step shares out the weight of the tasks that are present among them: the w of an absent task waits, and the weights
// in d add up to 1.
//
// Reference: Chen et al. Three-way trade-off in multi-objective learning: optimization, generalization and
// conflict-avoidance. NeurIPS 2023, arXiv:2305.20057.
type MoDo struct {
	Rate float64 // step size for w, positive
	Rho  float64 // pulls the weights together, not negative; LibMTL uses 0.1, 0 does not
}

// NewMoDo returns MoDo with the rate 0.001 and without a pull.
func NewMoDo() MoDo { return MoDo{Rate: 0.001} }

var _ BatchAggregator = MoDo{}

// NewState returns m weights of 1/m each.
func (a MoDo) NewState(s Setting) []float64 { a.check(s); return equalWeights(s.Tasks) }

func (a MoDo) check(s Setting) {
	s.check("MoDo")
	checkPositive("MoDo", "Rate", a.Rate)
	checkNotNegative("MoDo", "Rho", a.Rho)
}

// Batches returns 3: two for the weights and one for the direction.
func (MoDo) Batches() int { return 3 }

// CombineBatches steps the weights and stores d in dst.
func (a MoDo) CombineBatches(dst []float64, jacs []*mat.Dense, s State) {
	a.check(s.Setting)
	checkBatches("MoDo", dst, jacs, 3, s, s.Tasks)
	tmp := borrow()
	defer tmp.release()
	w, share := takeShare(tmp, s.Memory, s)
	slope := tmp.floats.take(len(w))
	combine(dst, jacs[1], w)
	times(slope, jacs[0], dst)
	for k := range w {
		w[k] -= a.Rate * (slope[k] + a.Rho*w[k])
	}
	projectSimplex(tmp.floats.take(len(w)), w)
	giveShare(s.Memory, w, share, s)
	combine(dst, jacs[2], w)
}
