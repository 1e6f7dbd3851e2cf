package acting

import (
	"fmt"

	"kindred/autodiff"
)

// A Surrogate is a traced loss of actions that were taken, whose gradient estimates the policy gradient. What tells
// them apart is their second derivative, which meta-learning needs, as its inner step is itself differentiated. With
// the probability ratio ρ = π(a)/stop(π(a)), which is 1 and whose derivative is that of log π:
type Surrogate uint8

const (
	// LowVariance is −mean ρₜ·Aₜ. Its Hessian estimates that of the expected return but for the products of scores of
	// different steps: a bias, for much less variance; exact where an episode has one step. It is the surrogate of ProMP.
	//
	// Reference: Rothfuss, Lee, Clavera, Asfour, Abbeel. ProMP: proximal meta-policy search. ICLR 2019, arXiv:1810.06784.
	LowVariance Surrogate = iota

	// DiCE is −mean (Dₜ − Dₜ₋₁)·Aₜ with Dₜ the product of ρ up to step t: all derivatives are those of the expected
	// return, in expectation, for advantages with λ = 1 and any values.
	//
	// References: Foerster, Farquhar, Al-Shedivat, Rocktäschel, Xing, Whiteson. DiCE: the infinitely differentiable Monte
	// Carlo estimator. ICML 2018, arXiv:1802.05098; Farquhar, Whiteson, Foerster. Loaded DiCE. NeurIPS 2019,
	// arXiv:1909.10549.
	DiCE

	// LogProbability is −mean log π(aₜ)·Aₜ, as in the code of the MAML paper. Its gradient is right, and its Hessian is
	// not: it lacks that actions are drawn from the policy that changes, all products of scores.
	LogProbability
)

// String returns the name.
func (s Surrogate) String() string {
	switch s {
	case LowVariance:
		return "low variance"
	case DiCE:
		return "DiCE"
	case LogProbability:
		return "log probability"
	}
	return fmt.Sprintf("Surrogate(%d)", uint8(s))
}

// A happened is what happened in n episodes of a policy without memory, as traced inputs: a row for each step and
// episode, all episodes of step 0 first.
type happened struct {
	n                          int
	seen, actions              autodiff.Value
	advantages, live, fraction autodiff.Value // fraction is 1/steps that were taken, 1×1
}

func newHappened(g *autodiff.Graph, s Sizes, n int) happened {
	rows := s.Horizon * n
	return happened{n, g.Input("observations", rows, s.Seen), g.Input("actions", rows, s.numbers()),
		g.Input("advantages", rows, 1), g.Input("live", rows, 1), g.Input("fraction", 1, 1)}
}

// loss traces a surrogate, the mean over the steps that were taken.
func (h happened) loss(s Surrogate, d Distribution, outputs autodiff.Value) autodiff.Value {
	log := d.LogProbability(outputs, h.actions).Mul(h.live)
	var weight autodiff.Value
	switch s {
	case LogProbability:
		weight = log
	case LowVariance:
		weight = log.Sub(log.StopGradient()).Exp()
	case DiCE:
		steps := log.Rows() / h.n
		triangle := make([]float64, steps*steps)
		for t := range steps {
			for before := range t + 1 {
				triangle[t*steps+before] = 1
			}
		}
		each := log.Reshape(steps, h.n)
		upTo := log.Graph().Const(steps, steps, triangle).MatMul(each)
		before := upTo.Sub(each)
		one := func(v autodiff.Value) autodiff.Value { return v.Sub(v.StopGradient()).Exp() }
		weight = one(upTo).Sub(one(before)).Reshape(log.Rows(), 1)
	}
	return weight.Mul(h.advantages).Mul(h.live).Sum().Mul(h.fraction).Neg()
}
