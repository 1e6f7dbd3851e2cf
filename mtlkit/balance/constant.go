package balance

// Constant weighs the task gradients with the same numbers in every step:
//
//	d = Σᵢ wᵢgᵢ
type Constant struct {
	Weights []float64 // wᵢ, one for each task, of either sign
}

var _ WeightAggregator = Constant{}

// NewState returns nil: nothing is remembered.
func (c Constant) NewState(s Setting) []float64 { c.check(s); return nil }

func (c Constant) check(s Setting) {
	s.check("Constant")
	checkTasks("Constant", "Weights", c.Weights, s, checkFinite)
}

// Weigh stores the fixed weights.
func (c Constant) Weigh(weights []float64, s State) {
	c.check(s.Setting)
	s.check("Constant", 0)
	checkCount("Constant", "weights", weights, s)
	for k := range weights {
		weights[k] = c.Weights[s.Task(k)]
	}
}
