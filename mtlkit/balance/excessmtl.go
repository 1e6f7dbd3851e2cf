package balance

import (
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
// In the first step e is undivided, as in TorchJD; LibMTL leaves the weights equal in that step (SkipFirst), and lets
// them add up to m (SumToM). Both have 1e-7 for Eps beside S; LibMTL has none beside e (RatioWithoutEps).
//
// A step shares out the weight of the tasks that are present among them: w, e and S of an absent task wait, and the
// weights in d add up to 1, or to the number of those present. The first step of a task is the first that it is in.
//
// Reference: He et al. Robust multi-task learning with excess risks. ICML 2024, arXiv:2402.02009.
type ExcessMTL struct {
	Rate            float64 // positive
	Eps             float64 // not negative; 0 is the definition
	RatioWithoutEps bool    // divide e by its first value alone
	SkipFirst       bool    // the first step only sets the values that later ones are divided by
	SumToM          bool    // the weights add up to m
}

// NewExcessMTL returns ExcessMTL with the rate 1e-2 and without Eps.
func NewExcessMTL() ExcessMTL { return ExcessMTL{Rate: 1e-2} }

var _ JacobianAggregator = ExcessMTL{}

// unseen stands in the memory for the first e, which is never negative, of a task that has not had a step.
const unseen = -1

// NewState returns m weights of 1/m each, the m first e, and the roots of S, m·n zeros: S itself, of squares, would be 0
// for gradients that are not.
func (a ExcessMTL) NewState(s Setting) []float64 {
	a.check(s)
	m := s.Tasks
	memory := make([]float64, 2*m+m*s.Params)
	fill(memory[:m], 1/float64(m))
	fill(memory[m:2*m], unseen)
	return memory
}

func (a ExcessMTL) check(s Setting) {
	s.check("ExcessMTL")
	checkPositive("ExcessMTL", "Rate", a.Rate)
	checkNotNegative("ExcessMTL", "Eps", a.Eps)
}

// Combine updates S and w, and stores d in dst.
func (a ExcessMTL) Combine(dst []float64, jac *mat.Dense, s State) {
	a.check(s.Setting)
	m, n := s.Tasks, s.Params
	checkJacobian("ExcessMTL", dst, jac, s, 2*m+m*n)
	first, roots := s.Memory[m:2*m], s.Memory[2*m:]
	tmp := borrow()
	defer tmp.release()
	w, share := takeShare(tmp, s.Memory[:m], s)
	largest := math.Inf(-1)
	for k := range w {
		i := s.Task(k)
		e := excess(roots[i*n:(i+1)*n], jac.RawRowView(k), a.Eps)
		switch {
		case first[i] == unseen:
			first[i] = e
			if a.SkipFirst {
				e = 0
			}
		case first[i] == 0:
			e = 0
		case a.RatioWithoutEps:
			e /= first[i]
		default:
			e /= first[i] + a.Eps
		}
		w[k] = math.Log(w[k]) + a.Rate*e
		largest = max(largest, w[k])
	}
	total := 0.0
	for k, v := range w {
		w[k] = math.Exp(v - largest)
		total += w[k]
	}
	for k := range w {
		w[k] /= total
	}
	giveShare(s.Memory[:m], w, share, s)
	if a.SumToM {
		for k := range w {
			w[k] *= float64(len(w))
		}
	}
	combine(dst, jac, w)
}

// excess adds the squares of the gradient g to those of its task's past, of which roots holds the √S, and returns e
// before it is divided.
func excess(roots, g []float64, eps float64) (e float64) {
	for j, v := range g {
		if v == 0 {
			continue
		}
		root := roots[j]
		if square := root*root + v*v; square >= smallest && square <= math.MaxFloat64 {
			root = math.Sqrt(square)
		} else {
			root = math.Hypot(root, v)
		}
		roots[j] = root
		if eps > 0 {
			root = math.Sqrt(root*root + eps)
		}
		e += v * (v / root)
	}
	return e
}
