package balance

// Equal adds the task losses up, each with weight 1:
//
//	V = Σᵢ Lᵢ
//
// or, with Mean, averages them. It is the sum that most papers start from; the losses' scales decide who is heard.
type Equal struct {
	Stateless

	Mean bool // divide by the number of tasks that are present
}

var _ FixedWeights = Equal{}

// Scalarize stores the one weight of all tasks in weights and returns V.
func (e Equal) Scalarize(weights, losses []float64, s State) float64 {
	checkScalarize("Equal", weights, losses, s, 0)
	fill(weights, e.weight(s))
	return inner(weights, losses)
}

// FixedWeights returns the one weight of all tasks.
func (e Equal) FixedWeights(s State) []float64 {
	s.check("Equal", 0)
	weights := make([]float64, s.Count())
	fill(weights, e.weight(s))
	return weights
}

func (e Equal) weight(s State) float64 {
	if e.Mean {
		return 1 / float64(s.Count())
	}
	return 1
}
