package convex

import "gonum.org/v1/gonum/mat"

// Mean draws the weights of all tasks to their mean:
//
//	½μ Σₜ‖wₜ − w̄‖² + ½ρ Σₜ‖wₜ‖²,    w̄ = 1/T · Σₜ wₜ
//
// Without μ it is [Alone]. With ρ = 0 nothing holds the mean, of which there may then be several that are as good; and
// no gap can be given, so that the residual tells when it is solved.
//
// Reference: Evgeniou, Pontil. Regularized multi-task learning. KDD 2004.
type Mean struct {
	Mu    float64 // μ
	Ridge float64 // ρ
}

// Times returns Mean with μ and ρ multiplied.
func (m Mean) Times(factor float64) Penalty {
	factor = times("Mean", factor)
	return Mean{m.Mu * factor, m.Ridge * factor}
}

func (m Mean) form(s size) form {
	strength("Mean", "Mu", m.Mu)
	strength("Mean", "Ridge", m.Ridge)
	if m.Mu == 0 {
		return Alone{m.Ridge}.form(s)
	}
	k := mat.NewSymDense(s.tasks, nil)
	for t := range s.tasks {
		for u := range t {
			k.SetSym(t, u, -m.Mu/float64(s.tasks))
		}
		k.SetSym(t, t, m.Mu*(1-1/float64(s.tasks))+m.Ridge)
	}
	return form{parts: []part{newCoupling(s, k)}}
}
