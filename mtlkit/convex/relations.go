package convex

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Relations is multi-task relationship learning: it learns Ω, the covariance of tasks, with W.
//
//	½λ₁‖W‖² + ½λ₂ tr(W Ω⁻¹ Wᵀ)   over W and Ω,   Ω positive semidefinite, tr Ω = 1
//
// It is jointly convex in W and Ω. Zhang and Yeung solve it blockwise, W for a given Ω and Ω for a given W in turns, Ω
// = (WᵀW)^½ / tr (WᵀW)^½. With fewer columns than tasks such turns end where they should not: the first Ω is singular,
// and no later W leaves its range. But at the best Ω for W, which is that one, the second term is
//
//	½λ₂ (Σᵢ σᵢ(W))²
//
// the square of the trace norm. So W is solved for with Ω at its best throughout, which has the same solution and a gap
// that bounds the whole objective, and Ω is computed from it: [Fit].Relations. Ωₛₜ/√(Ωₛₛ·Ωₜₜ) is the correlation of two
// tasks.
//
// Without λ₂ it is [Alone] with ρ = λ₁.
//
// Reference: Zhang, Yeung. A convex formulation for learning task relationships in multi-task learning. UAI 2010,
// arXiv:1203.3536; there the loss is (y − z)², twice ours: its λ are twice ours too.
type Relations struct {
	Lambda1 float64 // λ₁
	Lambda2 float64 // λ₂
}

// Times returns Relations with λ₁ and λ₂ multiplied.
func (r Relations) Times(factor float64) Penalty {
	factor = times("Relations", factor)
	return Relations{r.Lambda1 * factor, r.Lambda2 * factor}
}

func (r Relations) form(s size) form {
	strength("Relations", "Lambda1", r.Lambda1)
	strength("Relations", "Lambda2", r.Lambda2)
	if r.Lambda2 == 0 {
		return Alone{r.Lambda1}.form(s)
	}
	return form{r.Lambda1, []part{squaredNuclear{s, r.Lambda2}}}
}

// squaredNuclear is ½λ(Σσ)². Its conjugate is the square of the largest singular value, divided by 2λ.
type squaredNuclear struct {
	size
	lambda float64
}

func (n squaredNuclear) value(w []float64) float64 {
	sum := floats.Sum(n.singular(w))
	return n.lambda / 2 * sum * sum
}

// prox shortens the singular values by θ = step·λ·Σ max(0, σ − θ).
func (n squaredNuclear) prox(w []float64, step float64) {
	n.change(w, func(sigma []float64) {
		sum, less := 0.0, 0.0
		for k, v := range sigma {
			if v <= less {
				break
			}
			sum += v
			less = step * n.lambda * sum / (1 + step*n.lambda*float64(k+1))
		}
		for i, v := range sigma {
			sigma[i] = max(0, v-less)
		}
	})
}

func (n squaredNuclear) conjugate(g []float64) (quadratic, limit float64) {
	most := n.largestSingular(g)
	return most * most / (2 * n.lambda), math.Inf(1)
}

func (n squaredNuclear) enough(_ []float64, curvature float64) float64 {
	return 100 * curvature / n.lambda
}

// relations returns Ω = (WᵀW)^½ / tr (WᵀW)^½, or I/T where W is 0.
func (s size) relations(w []float64) *mat.SymDense {
	omega := mat.NewSymDense(s.tasks, nil)
	sigma, svd := s.factors(w, mat.SVDThin)
	sum := floats.Sum(sigma)
	if sum == 0 {
		for t := range s.tasks {
			omega.SetSym(t, t, 1/float64(s.tasks))
		}
		return omega
	}
	var u mat.Dense
	svd.UTo(&u)
	for k, v := range sigma {
		omega.SymRankOne(omega, v/sum, u.ColView(k))
	}
	return omega
}
