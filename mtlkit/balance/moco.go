package balance

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// MoCo follows the weights of [MGDA] by small steps, on running averages of the gradients that stand for the true ones:
// it needs one batch where [MoDo] needs three. In step t = 1, 2, …, from yᵢ = 0,
//
//	yᵢ −= Beta/t^BetaDecay (yᵢ − gᵢ)
//	w   = proj(w − Rate/t^RateDecay (YYᵀ + Rho·I)w),   row i of Y is yᵢ
//	d   = Σᵢ wᵢyᵢ
//
// proj goes to the nearest point of the simplex. LibMTL takes the softmax of the entries instead (Softmax), and makes
// every gradient as long as its loss is large first (LossLengths; a zero gradient stays zero).
//
// t counts all steps. A step shares out the weight of the tasks that are present among them: w and y of an absent task
// wait, and the weights in d add up to 1.
//
// Reference: Fernando et al. Mitigating gradient bias in multi-objective learning: a provably convergent approach.
// ICLR 2023, arXiv:2210.12624.
type MoCo struct {
	Beta, BetaDecay float64 // in (0, 1]; not negative, 0 is no decay; LibMTL uses 0.5 and 0.5
	Rate, RateDecay float64 // positive; not negative, 0 is no decay; LibMTL uses 0.1 and 0.5
	Rho             float64 // pulls the weights together, not negative; 0 does not
	Softmax         bool    // softmax in place of the projection
	LossLengths     bool    // gᵢ is replaced by gᵢLᵢ/|gᵢ|
}

// NewMoCo returns MoCo with Beta = 0.5 and Rate = 0.1, neither of which decays.
func NewMoCo() MoCo { return MoCo{Beta: 0.5, Rate: 0.1} }

var _ JacobianLossAggregator = MoCo{}

// NewState returns t = 0, m weights of 1/m each, and Y, m·n zeros.
func (a MoCo) NewState(s Setting) []float64 {
	a.check(s)
	memory := make([]float64, 1+s.Tasks+s.Tasks*s.Params)
	fill(memory[1:1+s.Tasks], 1/float64(s.Tasks))
	return memory
}

func (a MoCo) check(s Setting) {
	s.check("MoCo")
	checkPositive("MoCo", "Beta", a.Beta)
	checkRange("MoCo", "Beta", a.Beta, 0, 1)
	checkNotNegative("MoCo", "BetaDecay", a.BetaDecay)
	checkPositive("MoCo", "Rate", a.Rate)
	checkNotNegative("MoCo", "RateDecay", a.RateDecay)
	checkNotNegative("MoCo", "Rho", a.Rho)
}

// CombineLoss updates the averages and the weights, and stores d in dst. Losses may be any unless LossLengths is set.
func (a MoCo) CombineLoss(dst []float64, jac *mat.Dense, losses []float64, s State) {
	a.check(s.Setting)
	checkJacobian("MoCo", dst, jac, s, 1+s.Tasks+s.Tasks*s.Params)
	if a.LossLengths {
		checkCount("MoCo", "losses", losses, s)
	}
	tmp := borrow()
	defer tmp.release()
	s.Memory[0]++
	t, all, y := s.Memory[0], s.Memory[1:1+s.Tasks], s.Memory[1+s.Tasks:]
	row := func(k int) []float64 { return y[s.Task(k)*s.Params : (s.Task(k)+1)*s.Params] }
	w, share := takeShare(tmp, all, s)
	beta := a.Beta / math.Pow(t, a.BetaDecay)
	clear(dst)
	for k := range w {
		g := jac.RawRowView(k)
		if a.LossLengths {
			average(row(k), g, beta, losses[k], floats.Norm(g, 2))
		} else {
			average(row(k), g, beta, 1, 1)
		}
		floats.AddScaled(dst, w[k], row(k))
	}
	rate := a.Rate / math.Pow(t, a.RateDecay)
	for k := range w {
		w[k] -= rate * (floats.Dot(row(k), dst) + a.Rho*w[k])
	}
	if a.Softmax {
		softmax(w, w)
	} else {
		projectSimplex(tmp.floats.take(len(w)), w)
	}
	giveShare(all, w, share, s)
	clear(dst)
	for k, v := range w {
		floats.AddScaled(dst, v, row(k))
	}
}

// average moves y by the share beta of the way to (length/norm)·g. A norm of 0 is that of a zero gradient.
func average(y, g []float64, beta, length, norm float64) {
	scale := length / norm
	if norm == 0 || math.IsInf(scale, 0) { // 0, or more than a number can hold
		for j, v := range y {
			y[j] = v - beta*(v-length*(g[j]/max(norm, math.SmallestNonzeroFloat64)))
		}
		return
	}
	for j, v := range y {
		y[j] = v - beta*(v-scale*g[j])
	}
}
