package balance

// Sum adds the task gradients up:
//
//	d = Σᵢ gᵢ
//
// It is plain training on the sum of the losses; the longest gradient decides.
type Sum struct{ Stateless }

var _ WeightAggregator = Sum{}

// Weigh stores 1 in every weight.
func (Sum) Weigh(weights, state []float64) {
	checkState("Sum", state, 0)
	fill(weights, 1)
}
