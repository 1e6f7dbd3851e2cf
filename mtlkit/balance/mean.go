package balance

// Mean averages the task gradients, those that are present:
//
//	d = (1/m) Σᵢ gᵢ
//
// It is [Sum] with a step size that does not grow with the number of tasks.
type Mean struct{ Stateless }

var _ WeightAggregator = Mean{}

// Weigh stores 1/m in every weight.
func (Mean) Weigh(weights []float64, s State) {
	s.check("Mean", 0)
	checkCount("Mean", "weights", weights, s)
	fill(weights, 1/float64(len(weights)))
}
