package balance

import (
	"cmp"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ExcessMTL gives weight to the tasks that are furthest from their own optimum, and not to those that are noisy. It
// estimates the excess risk of a task from its gradient and the sum S of the squares of its past gradients:
//
//	Sᵢ += gᵢ²,   eᵢ = Σₖ gᵢ[k]² / √(Sᵢ[k] + Eps),   eᵢ is then divided by its value in the first step, plus Eps
//	wᵢ ∝ wᵢ exp(Rate·eᵢ),  Σᵢ wᵢ = 1
//	d  = Σᵢ wᵢgᵢ
//
// An entry that has been 0 in all gradients of a task adds nothing, and a task with e = 0 in the first step keeps
// e = 0.
//
// In the first step TorchJD, and the zero value here, use e undivided; LibMTL leaves the weights equal in that step
// (SkipFirst), and lets them add up to m (SumToM). Both have 1e-7 for Eps beside S; LibMTL has none beside e
// (RatioWithoutEps).
//
// The state is the number of steps, w, the first e, and S, of m·n numbers.
//
// Reference: He et al. Robust multi-task learning with excess risks. ICML 2024, arXiv:2402.02009.
type ExcessMTL struct {
	Rate            float64 // 0 means 1e-2
	Eps             float64 // 0 is the definition
	RatioWithoutEps bool    // divide e by its first value alone
	SkipFirst       bool    // the first step only sets the values that later ones are divided by
	SumToM          bool    // the weights add up to m
}

var _ JacobianAggregator = ExcessMTL{}

// NewState returns equal weights and zeros.
func (a ExcessMTL) NewState(m, n int) []float64 {
	state := make([]float64, 1+2*m+m*n)
	fill(state[1:1+m], 1/float64(m))
	return state
}

// Combine updates S and w, and stores d in dst.
func (a ExcessMTL) Combine(dst []float64, jac *mat.Dense, state []float64) {
	m, n := jac.Dims()
	checkJacobian("ExcessMTL", dst, jac, state, 1+2*m+m*n)
	w, first, squares := state[1:1+m], state[1+m:1+2*m], state[1+2*m:]
	tmp := borrow()
	defer tmp.release()
	excess := tmp.floats.take(m)
	for i := range m {
		sum := squares[i*n : (i+1)*n]
		for k, g := range jac.RawRowView(i) {
			if g != 0 {
				sum[k] += g * g
				excess[i] += g * g / math.Sqrt(sum[k]+a.Eps)
			}
		}
	}
	if state[0] == 0 {
		copy(first, excess)
		if a.SkipFirst {
			clear(excess)
		}
	} else {
		for i, e := range first {
			switch {
			case e == 0:
				excess[i] = 0
			case a.RatioWithoutEps:
				excess[i] /= e
			default:
				excess[i] /= e + a.Eps
			}
		}
	}
	state[0]++
	largest, total := math.Inf(-1), 0.0
	for i, e := range excess {
		excess[i] = math.Log(w[i]) + cmp.Or(a.Rate, 1e-2)*e
		largest = max(largest, excess[i])
	}
	for i, e := range excess {
		w[i] = math.Exp(e - largest)
		total += w[i]
	}
	for i := range w {
		w[i] /= total
	}
	weights := excess
	copy(weights, w)
	if a.SumToM {
		for i := range weights {
			weights[i] *= float64(m)
		}
	}
	combine(dst, jac, weights)
}
