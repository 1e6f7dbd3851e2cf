package balance

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// PBI is the penalty-based boundary intersection: it goes down along a ray of losses that one prefers, and penalises the
// distance from it. With the losses above a reference point, f = L − z, and the unit vector ŵ = w/|w|,
//
//	V = d₁ + Theta d₂,   d₁ = f·ŵ,   d₂ = |f − d₁ŵ|,   ∂V/∂Lᵢ = ŵᵢ + Theta (fᵢ − d₁ŵᵢ)/d₂
//
// d₁ and d₂ are in the unit of the losses. At the best point losses are to each other as w says: twice the w, twice the
// loss above z. That is why a loss which is below the ray, by more than ŵᵢd₂/Theta, has a negative weight: to come nearer
// to the ray, it may rise. On the ray d₂ has no derivative; it then adds nothing to the weights, and neither does a d₂
// that rounding explains.
//
// ŵ is over the tasks that are present, and 0 where all of these have w = 0. The paper has |d₁|; both agree for losses
// whose reference is below them. TorchJD adds 1e-12 under the root of d₂, which is not done here.
//
// Reference: Zhang, Li. MOEA/D: a multiobjective evolutionary algorithm based on decomposition. IEEE Transactions on
// Evolutionary Computation 11(6), 2007.
type PBI struct {
	Theta     float64   // not negative; 0 is the projection on the ray, a weighted sum
	Weights   []float64 // w, the ray, not negative and not all 0, one for each task; nil is equal ones
	Reference []float64 // z, ideal losses, one for each task; nil is zeros
}

// NewPBI returns PBI with the paper's Theta of 5, along the ray of equal losses.
func NewPBI() PBI { return PBI{Theta: 5} }

var _ Scalarizer = PBI{}

// NewState returns nil: nothing is remembered.
func (p PBI) NewState(s Setting) []float64 { p.check(s); return nil }

func (p PBI) check(s Setting) {
	s.check("PBI")
	checkNotNegative("PBI", "Theta", p.Theta)
	checkPreference("PBI", "Weights", p.Weights, s)
	checkOptional("PBI", "Reference", p.Reference, s, checkFinite)
}

// Scalarize stores the ∂V/∂Lᵢ in weights and returns V.
func (p PBI) Scalarize(weights, losses []float64, s State) float64 {
	p.check(s.Setting)
	checkScalarize("PBI", weights, losses, s, 0)
	ray, along := preference(p.Weights, s), 0.0
	for k, l := range losses {
		along += ray.at(k) * p.above(s.Task(k), l)
	}
	for k, l := range losses {
		weights[k] = p.above(s.Task(k), l) - along*ray.at(k)
	}
	beside := floats.Norm(weights, 2)
	if beside <= 4*float64(len(losses))*epsilon*math.Abs(along) {
		beside = 0
	}
	for k := range weights {
		slope := 0.0
		if beside > 0 {
			slope = p.Theta * (weights[k] / beside)
		}
		weights[k] = ray.at(k) + slope
	}
	return along + p.Theta*beside
}

// above returns the loss of task i above its reference.
func (p PBI) above(i int, loss float64) float64 {
	if p.Reference != nil {
		loss -= p.Reference[i]
	}
	return loss
}
