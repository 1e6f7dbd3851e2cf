package balance

import (
	"cmp"
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
// The state is t, w, from 1/m each, and Y, of m·n numbers.
//
// Reference: Fernando et al. Mitigating gradient bias in multi-objective learning: a provably convergent approach.
// ICLR 2023, arXiv:2210.12624.
type MoCo struct {
	Beta, BetaDecay float64 // 0 means 0.5, and no decay; LibMTL uses 0.5 and 0.5
	Rate, RateDecay float64 // 0 means 0.1, and no decay; LibMTL uses 0.1 and 0.5
	Rho             float64 // pulls the weights together
	Softmax         bool    // softmax in place of the projection
	LossLengths     bool    // gᵢ is replaced by gᵢLᵢ/|gᵢ|
}

var _ JacobianLossAggregator = MoCo{}

// NewState returns equal weights between zeros.
func (MoCo) NewState(m, n int) []float64 {
	state := make([]float64, 1+m+m*n)
	fill(state[1:1+m], 1/float64(m))
	return state
}

// CombineLoss updates the averages and the weights, and stores d in dst. Losses may be any unless LossLengths is set.
func (a MoCo) CombineLoss(dst []float64, jac *mat.Dense, losses, state []float64) {
	m, n := jac.Dims()
	checkJacobian("MoCo", dst, jac, state, 1+m+m*n)
	tmp := borrow()
	defer tmp.release()
	state[0]++
	w, y := state[1:1+m], state[1+m:]
	row := func(i int) []float64 { return y[i*n : (i+1)*n] }
	beta := cmp.Or(a.Beta, 0.5) / math.Pow(state[0], a.BetaDecay)
	clear(dst)
	for i := range m {
		g := jac.RawRowView(i)
		scale := 1.0
		if norm := floats.Norm(g, 2); a.LossLengths && norm > 0 {
			scale = losses[i] / norm
		}
		for k, v := range row(i) {
			row(i)[k] = v - beta*(v-scale*g[k])
		}
		floats.AddScaled(dst, w[i], row(i))
	}
	rate := cmp.Or(a.Rate, 0.1) / math.Pow(state[0], a.RateDecay)
	for i := range w {
		w[i] -= rate * (floats.Dot(row(i), dst) + a.Rho*w[i])
	}
	if a.Softmax {
		softmax(w, w)
	} else {
		projectSimplex(tmp.floats.take(m), w)
	}
	clear(dst)
	for i, v := range w {
		floats.AddScaled(dst, v, row(i))
	}
}
