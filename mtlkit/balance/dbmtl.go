package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// DBMTL balances twice: the losses by their logarithm, and the gradients by making all as long as the longest:
//
//	ĝᵢ = gᵢ/(Lᵢ + Eps), the gradient of log(Lᵢ + Eps)
//	bᵢ = ĝᵢ + (Beta/t^Sigma)(bᵢ − ĝᵢ) in step t = 1, 2, …, from bᵢ = 0
//	d  = Σᵢ (maxⱼ|bⱼ| / (|bᵢ| + Eps)) bᵢ
//
// In step 1 the factor is Beta, so that with Beta = 0.9 b is a tenth of the gradient. A task with bᵢ = 0 adds nothing.
// Losses are positive.
//
// The state is t and the bᵢ, of m·n numbers; nothing if Beta is 0.
//
// Reference: Lin et al. Dual-balancing for multi-task learning. 2023, arXiv:2308.12029.
type DBMTL struct {
	Beta  float64 // the share of the past in the average, in [0, 1); 0 means none
	Sigma float64 // how fast that share falls; LibMTL uses 0.5
	Eps   float64 // LibMTL has 1e-8; 0 is the definition
}

var _ JacobianLossAggregator = DBMTL{}

// NewState returns zeros, or nothing if Beta is 0.
func (a DBMTL) NewState(m, n int) []float64 { return make([]float64, a.stateLen(m, n)) }

func (a DBMTL) stateLen(m, n int) int {
	if a.Beta == 0 {
		return 0
	}
	return 1 + m*n
}

func (DBMTL) needsPositiveLosses() bool { return true }

// CombineLoss updates the averages and stores d in dst.
func (a DBMTL) CombineLoss(dst []float64, jac *mat.Dense, losses, state []float64) {
	m, n := jac.Dims()
	checkJacobian("DBMTL", dst, jac, state, a.stateLen(m, n))
	checkLength("DBMTL", "losses", losses, m)
	if !(a.Beta >= 0 && a.Beta < 1) {
		panic(fmt.Sprintf("balance: DBMTL: Beta = %v, want it in [0, 1)", a.Beta))
	}
	tmp := borrow()
	defer tmp.release()
	norms := tmp.floats.take(m)
	past := 0.0
	if a.Beta > 0 {
		state[0]++
		past = a.Beta / math.Pow(state[0], a.Sigma)
	}
	row := func(i int) (b []float64, scale float64) {
		if a.Beta > 0 {
			return state[1+i*n : 1+(i+1)*n], 1
		}
		return jac.RawRowView(i), 1 / (losses[i] + a.Eps)
	}
	longest := 0.0
	for i := range m {
		b, scale := row(i)
		if a.Beta > 0 {
			for k, g := range jac.RawRowView(i) {
				g /= losses[i] + a.Eps
				b[k] = g + past*(b[k]-g)
			}
		}
		norms[i] = scale * floats.Norm(b, 2)
		longest = max(longest, norms[i])
	}
	clear(dst)
	for i, norm := range norms {
		if b, scale := row(i); norm > 0 {
			floats.AddScaled(dst, scale*longest/(norm+a.Eps), b)
		}
	}
}
