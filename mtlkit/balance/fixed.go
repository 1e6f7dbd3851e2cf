package balance

// Fixed weighs the task losses with the same numbers in every step:
//
//	V = Σᵢ wᵢLᵢ
type Fixed struct {
	Weights []float64 // wᵢ, one for each task, not negative
}

var _ FixedWeights = Fixed{}

// NewState returns nil: nothing is remembered.
func (f Fixed) NewState(s Setting) []float64 { f.check(s); return nil }

func (f Fixed) check(s Setting) {
	s.check("Fixed")
	checkTasks("Fixed", "Weights", f.Weights, s, checkNotNegative)
}

// Scalarize stores the fixed weights in weights and returns V.
func (f Fixed) Scalarize(weights, losses []float64, s State) float64 {
	f.check(s.Setting)
	checkScalarize("Fixed", weights, losses, s, 0)
	for k := range weights {
		weights[k] = f.Weights[s.Task(k)]
	}
	return inner(weights, losses)
}

// FixedWeights returns the weights of the tasks that are present.
func (f Fixed) FixedWeights(s State) []float64 {
	f.check(s.Setting)
	s.check("Fixed", 0)
	weights := make([]float64, s.Count())
	for k := range weights {
		weights[k] = f.Weights[s.Task(k)]
	}
	return weights
}
