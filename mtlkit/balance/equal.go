package balance

// Equal adds the task losses up, each with weight 1:
//
//	V = Σᵢ Lᵢ
//
// or, with Mean, averages them. It is the sum that most papers start from; the losses' scales decide who is heard.
type Equal struct {
	Stateless

	Mean bool // divide by the number of tasks
}

var _ Scalarizer = Equal{}

// Scalarize stores the one weight of all tasks in weights and returns V.
func (e Equal) Scalarize(weights, losses, state []float64) float64 {
	checkScalarize("Equal", weights, losses, state, 0)
	w := 1.0
	if e.Mean {
		w = 1 / float64(len(losses))
	}
	for i := range weights {
		weights[i] = w
	}
	return inner(weights, losses)
}
