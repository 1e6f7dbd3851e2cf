package balance

// STCH is a smooth maximum of the losses above a reference point: the smooth Tchebycheff scalarization. Unlike a
// weighted sum it can reach every point of a Pareto front, with a μ that is small enough.
//
//	V = μ log Σᵢ exp(yᵢ/μ),   yᵢ = λᵢ(Lᵢ − zᵢ),   ∂V/∂Lᵢ = λᵢ softmax(y/μ)ᵢ
//
// V is between the largest yᵢ and that plus μ log m, m being the number of tasks that are present.
//
// With Nadir it compares logarithms instead, as LibMTL does:
//
//	V = m μ log Σᵢ exp(yᵢ/μ),   yᵢ = λᵢ log(Lᵢ/Nadirᵢ)
//
// Losses are then positive; V is NaN where one is not. LibMTL takes for Nadir the mean losses of the last epoch of a
// warm-up, and leaves the largest y out of the value, which changes no weight.
//
// Reference: Lin, Zhang, Yang, Liu, Wang, Zhang. Smooth Tchebycheff scalarization for multi-objective optimization.
// ICML 2024, arXiv:2402.19078.
type STCH struct {
	Mu        float64   // μ > 0: the smaller, the closer to the maximum
	Weights   []float64 // λᵢ, not negative, one for each task; nil is equal ones: 1/m, with Nadir 1
	Reference []float64 // zᵢ, the ideal losses; nil is zeros; not used with Nadir
	Nadir     []float64 // positive losses to take logarithms against; nil compares the losses themselves
}

// NewSTCH returns STCH with μ = 1.
func NewSTCH() STCH { return STCH{Mu: 1} }

var (
	_ Scalarizer     = STCH{}
	_ PositiveLosses = STCH{}
)

// NewState returns nil: nothing is remembered.
func (c STCH) NewState(s Setting) []float64 { c.check(s); return nil }

func (c STCH) check(s Setting) {
	s.check("STCH")
	checkPositive("STCH", "Mu", c.Mu)
	checkOptional("STCH", "Weights", c.Weights, s, checkNotNegative)
	checkOptional("STCH", "Reference", c.Reference, s, checkFinite)
	checkOptional("STCH", "Nadir", c.Nadir, s, checkPositiveEach)
}

// NeedsPositiveLosses reports whether logarithms are compared.
func (c STCH) NeedsPositiveLosses() bool { return c.Nadir != nil }

// Scalarize stores the ∂V/∂Lᵢ in weights and returns V.
func (c STCH) Scalarize(weights, losses []float64, s State) float64 {
	c.check(s.Setting)
	checkScalarize("STCH", weights, losses, s, 0)
	m := float64(len(losses))
	for k, l := range losses {
		i := s.Task(k)
		weights[k] = c.lambda(i, m) * c.excess(i, l) / c.Mu
	}
	value := c.Mu * softmax(weights, weights)
	if c.Nadir == nil {
		for k := range weights {
			weights[k] *= c.lambda(s.Task(k), m)
		}
		return value
	}
	for k, l := range losses {
		weights[k] *= m * c.lambda(s.Task(k), m) / l
	}
	return m * value
}

func (c STCH) lambda(i int, m float64) float64 {
	switch {
	case c.Weights != nil:
		return c.Weights[i]
	case c.Nadir != nil:
		return 1
	}
	return 1 / m
}

// excess returns yᵢ/λᵢ.
func (c STCH) excess(i int, loss float64) float64 {
	switch {
	case c.Nadir != nil:
		return positiveLog(loss / c.Nadir[i])
	case c.Reference != nil:
		return loss - c.Reference[i]
	}
	return loss
}
