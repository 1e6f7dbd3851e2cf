package balance

import "fmt"

// Fixed weighs the task losses with the same numbers in every step:
//
//	V = Σᵢ wᵢLᵢ
type Fixed struct {
	Stateless

	Weights []float64 // wᵢ, one for each task
}

var _ Scalarizer = Fixed{}

// Scalarize stores the fixed weights in weights and returns V.
func (f Fixed) Scalarize(weights, losses, state []float64) float64 {
	checkScalarize("Fixed", weights, losses, state, 0)
	if len(f.Weights) != len(losses) {
		panic(fmt.Sprintf("balance: Fixed: %d weights for %d tasks", len(f.Weights), len(losses)))
	}
	copy(weights, f.Weights)
	return inner(weights, losses)
}
