package balance

import (
	"cmp"
	"fmt"
)

// STCH is a smooth maximum of the losses above a reference point: the smooth Tchebycheff scalarization. Unlike a
// weighted sum it can reach every point of a Pareto front, with a μ that is small enough.
//
//	V = μ log Σᵢ exp(yᵢ/μ),   yᵢ = λᵢ(Lᵢ − zᵢ),   ∂V/∂Lᵢ = λᵢ softmax(y/μ)ᵢ
//
// V is between the largest yᵢ and that plus μ log m.
//
// With Nadir it compares logarithms instead, as LibMTL does:
//
//	V = m μ log Σᵢ exp(yᵢ/μ),   yᵢ = λᵢ log(Lᵢ/Nadirᵢ)
//
// Losses are then positive; V is NaN where one is not. LibMTL takes for Nadir the mean losses of the last epoch of a
// warm-up, and leaves the largest y out of the value, which changes no weight.
//
// Reference: Lin, Zhang, Yang, Liu, Wang, Zhang. Smooth Tchebycheff scalarization for multi-objective optimization.
// ICML 2024, arXiv:2402.19078.
type STCH struct {
	Stateless

	Mu        float64   // μ: the smaller, the closer to the maximum; 0 means 1
	Weights   []float64 // λᵢ; nil means 1/m each, with Nadir 1 each
	Reference []float64 // zᵢ, the ideal losses; nil means 0; not used with Nadir
	Nadir     []float64 // losses to take logarithms against; nil means to compare the losses themselves
}

var _ Scalarizer = STCH{}

// Scalarize stores the ∂V/∂Lᵢ in weights and returns V.
func (s STCH) Scalarize(weights, losses, state []float64) float64 {
	checkScalarize("STCH", weights, losses, state, 0)
	s.check("Weights", s.Weights, len(losses))
	s.check("Reference", s.Reference, len(losses))
	s.check("Nadir", s.Nadir, len(losses))
	mu, m := cmp.Or(s.Mu, 1), float64(len(losses))
	for i, l := range losses {
		weights[i] = s.lambda(i, m) * s.excess(i, l) / mu
	}
	value := mu * softmax(weights, weights)
	if s.Nadir == nil {
		for i := range weights {
			weights[i] *= s.lambda(i, m)
		}
		return value
	}
	for i, l := range losses {
		weights[i] *= m * s.lambda(i, m) / l
	}
	return m * value
}

func (s STCH) lambda(i int, m float64) float64 {
	switch {
	case s.Weights != nil:
		return s.Weights[i]
	case s.Nadir != nil:
		return 1
	}
	return 1 / m
}

// excess returns yᵢ/λᵢ.
func (s STCH) excess(i int, loss float64) float64 {
	switch {
	case s.Nadir != nil:
		return positiveLog(loss / s.Nadir[i])
	case s.Reference != nil:
		return loss - s.Reference[i]
	}
	return loss
}

func (s STCH) check(name string, values []float64, m int) {
	if values != nil && len(values) != m {
		panic(fmt.Sprintf("balance: STCH: %s of %d tasks, want %d", name, len(values), m))
	}
}
