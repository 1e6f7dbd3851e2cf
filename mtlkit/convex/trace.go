package convex

import (
	"gonum.org/v1/gonum/floats"
)

// Trace makes W of few directions: it penalises the trace norm (nuclear norm), the sum of the singular values σᵢ of W,
//
//	λ Σᵢ σᵢ(W)
//
// Without λ it is [Alone] without a ridge.
//
// Reference: Argyriou, Evgeniou, Pontil. Convex multi-task feature learning. Machine Learning 73, 2008; its penalty,
// the square of the trace norm, has the same solutions at other strengths, see [Relations].
type Trace struct {
	Lambda float64 // λ
}

// Times returns Trace with λ multiplied.
func (t Trace) Times(factor float64) Penalty { return Trace{t.Lambda * times("Trace", factor)} }

func (t Trace) form(s size) form {
	strength("Trace", "Lambda", t.Lambda)
	if t.Lambda == 0 {
		return Alone{}.form(s)
	}
	return form{parts: []part{newNuclear(s, t.Lambda)}}
}

// nuclear is λ times the sum of the singular values; its dual norm is the largest one.
type nuclear struct {
	norm
	size
}

func newNuclear(s size, lambda float64) nuclear { return nuclear{norm{lambda, s.largestSingular}, s} }

func (n nuclear) value(w []float64) float64 { return n.lambda * floats.Sum(n.singular(w)) }

func (n nuclear) prox(w []float64, step float64) {
	n.change(w, func(sigma []float64) {
		for i, v := range sigma {
			sigma[i] = max(0, v-step*n.lambda)
		}
	})
}

func (s size) largestSingular(g []float64) float64 { return floats.Max(s.singular(g)) }
