package balance

// Constant weighs the task gradients with the same numbers in every step:
//
//	d = Σᵢ wᵢgᵢ
type Constant struct {
	Stateless

	Weights []float64 // wᵢ, one for each task
}

var _ WeightAggregator = Constant{}

// Weigh copies the fixed weights.
func (c Constant) Weigh(weights, state []float64) {
	checkState("Constant", state, 0)
	checkLength("Constant", "Weights", c.Weights, len(weights))
	copy(weights, c.Weights)
}
