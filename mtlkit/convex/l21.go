package convex

import "gonum.org/v1/gonum/floats"

// L21 keeps whole rows of W: a column of the data counts for all tasks, or for none. It is the multi-task lasso, and
// with a ridge the multi-task elastic net:
//
//	λ Σⱼ (Σₜ wⱼₜ²)^½ + ½ρ Σⱼₜ wⱼₜ²
//
// Without λ it is [Alone]. With rows that all tasks share it is scikit-learn's MultiTaskElasticNet with
// λ = alpha·l1_ratio and ρ = alpha·(1 − l1_ratio).
//
// Reference: Obozinski, Taskar, Jordan. Joint covariate selection and joint subspace selection for multiple
// classification problems. Statistics and Computing 20, 2010.
type L21 struct {
	Lambda float64 // λ
	Ridge  float64 // ρ
}

// Times returns L21 with λ and ρ multiplied.
func (l L21) Times(factor float64) Penalty {
	factor = times("L21", factor)
	return L21{l.Lambda * factor, l.Ridge * factor}
}

func (l L21) form(s size) form {
	strength("L21", "Lambda", l.Lambda)
	strength("L21", "Ridge", l.Ridge)
	if l.Lambda == 0 {
		return Alone{l.Ridge}.form(s)
	}
	return form{l.Ridge, []part{rows{norm{l.Lambda, s.longestRow}, s}}}
}

// rows is λ Σⱼ‖row j‖; its dual norm is the length of the longest row.
type rows struct {
	norm
	size
}

func (r rows) value(w []float64) float64 { return r.lambda * floats.Sum(r.rowLengths(w)) }

func (r rows) prox(w []float64, step float64) {
	for j, length := range r.rowLengths(w) {
		by := shrink(length, step*r.lambda)
		for t := range r.tasks {
			w[t*r.columns+j] *= by
		}
	}
}

func (s size) longestRow(g []float64) float64 { return floats.Max(s.rowLengths(g)) }
