package balance

// Sum adds the task gradients up:
//
//	d = Σᵢ gᵢ
//
// It is plain training on the sum of the losses; the longest gradient decides.
type Sum struct{ Stateless }

var _ WeightAggregator = Sum{}

// Weigh stores 1 in every weight.
func (Sum) Weigh(weights []float64, s State) {
	s.check("Sum", 0)
	checkCount("Sum", "weights", weights, s)
	fill(weights, 1)
}
