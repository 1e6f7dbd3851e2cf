package convex

import (
	"gonum.org/v1/gonum/floats"
)

// Robust is robust multi-task learning, W = L + S: L is made of few directions, which the tasks share, and S has whole
// columns, of the tasks that stand apart.
//
//	λ_L Σᵢ σᵢ(L) + λ_S Σₜ‖sₜ‖
//
// It is jointly convex in L and S; L + S is what is found to the gap. S is 0 where λ_S ≥ λ_L, L is 0 where λ_L ≥
// √T·λ_S.
//
// Reference: Chen, Zhou, Ye. Integrating low-rank and group-sparse structures for robust multi-task learning. KDD 2011.
type Robust struct {
	LambdaL float64 // λ_L, positive
	LambdaS float64 // λ_S, positive
}

// Times returns Robust with λ_L and λ_S multiplied.
func (r Robust) Times(factor float64) Penalty {
	factor = times("Robust", factor)
	return Robust{r.LambdaL * factor, r.LambdaS * factor}
}

func (r Robust) form(s size) form {
	needed("Robust", "LambdaL", "L", r.LambdaL)
	needed("Robust", "LambdaS", "S", r.LambdaS)
	return form{parts: []part{newNuclear(s, r.LambdaL), apart{norm{r.LambdaS, s.longestTask}, s}}}
}

// apart is λ Σₜ‖wₜ‖; its dual norm is the length of the longest gₜ.
type apart struct {
	norm
	size
}

func (a apart) value(w []float64) float64 {
	sum := 0.0
	for t := range a.tasks {
		sum += floats.Norm(a.task(w, t), 2)
	}
	return a.lambda * sum
}

func (a apart) prox(w []float64, step float64) {
	for t := range a.tasks {
		own := a.task(w, t)
		floats.Scale(shrink(floats.Norm(own, 2), step*a.lambda), own)
	}
}

func (s size) longestTask(g []float64) float64 {
	most := 0.0
	for t := range s.tasks {
		most = max(most, floats.Norm(s.task(g, t), 2))
	}
	return most
}
