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
// t counts all steps; the bᵢ of a task that is absent waits, and the maximum is over those that are present.
//
// Reference: Lin et al. Dual-balancing for multi-task learning. 2023, arXiv:2308.12029.
type DBMTL struct {
	Beta  float64 // the share of the past in the average, in [0, 1); 0 is none
	Sigma float64 // how fast that share falls, not negative; 0 is not at all
	Eps   float64 // not negative; LibMTL has 1e-8, 0 is the definition
}

// NewDBMTL returns DBMTL with Beta = 0.9, one of the paper's, and LibMTL's Sigma = 0.5.
func NewDBMTL() DBMTL { return DBMTL{Beta: 0.9, Sigma: 0.5} }

var (
	_ JacobianLossAggregator = DBMTL{}
	_ PositiveLosses         = DBMTL{}
)

// NewState returns t and the bᵢ, all of them 0, or nil if Beta is 0.
func (a DBMTL) NewState(s Setting) []float64 { a.check(s); return make([]float64, a.memory(s)) }

func (a DBMTL) memory(s Setting) int {
	if a.Beta == 0 {
		return 0
	}
	return 1 + s.Tasks*s.Params
}

func (a DBMTL) check(s Setting) {
	s.check("DBMTL")
	if !(a.Beta >= 0 && a.Beta < 1) {
		panic(fmt.Sprintf("balance: DBMTL: Beta is %v; it must be in [0, 1)", a.Beta))
	}
	checkNotNegative("DBMTL", "Sigma", a.Sigma)
	checkNotNegative("DBMTL", "Eps", a.Eps)
}

// NeedsPositiveLosses returns true.
func (DBMTL) NeedsPositiveLosses() bool { return true }

// CombineLoss updates the averages and stores d in dst.
func (a DBMTL) CombineLoss(dst []float64, jac *mat.Dense, losses []float64, s State) {
	a.check(s.Setting)
	checkJacobian("DBMTL", dst, jac, s, a.memory(s.Setting))
	checkCount("DBMTL", "losses", losses, s)
	m, n := jac.Dims()
	tmp := borrow()
	defer tmp.release()
	norms := tmp.floats.take(m)
	past := 0.0
	if a.Beta > 0 {
		s.Memory[0]++
		past = a.Beta / math.Pow(s.Memory[0], a.Sigma)
	}
	row := func(k int) (b []float64, scale float64) {
		if a.Beta > 0 {
			i := s.Task(k)
			return s.Memory[1+i*n : 1+(i+1)*n], 1
		}
		return jac.RawRowView(k), 1 / (losses[k] + a.Eps)
	}
	longest := 0.0
	for k := range m {
		b, scale := row(k)
		if a.Beta > 0 {
			for j, g := range jac.RawRowView(k) {
				g /= losses[k] + a.Eps
				b[j] = g + past*(b[j]-g)
			}
		}
		norms[k] = scale * floats.Norm(b, 2)
		longest = max(longest, norms[k])
	}
	clear(dst)
	for k, norm := range norms {
		if b, scale := row(k); norm > 0 {
			addStretched(dst, scale*longest, norm+a.Eps, b)
		}
	}
}

// addStretched adds (length/norm)·x to dst, also where that ratio is more than a number can hold.
func addStretched(dst []float64, length, norm float64, x []float64) {
	if ratio := length / norm; !math.IsInf(ratio, 0) {
		floats.AddScaled(dst, ratio, x)
		return
	}
	for j, v := range x {
		dst[j] += length * (v / norm)
	}
}
