package balance

import "gonum.org/v1/gonum/floats"

// COSMOS is a weighted sum that rewards losses which are to each other as the preferred weights r are:
//
//	V = r·L − Lambda cos(r, L),   ∂V/∂Lᵢ = rᵢ − (Lambda/|L|)(rᵢ/|r| − cos(r, L) Lᵢ/|L|)
//
// r·L is in the unit of the losses and the cosine has none, so Lambda is in that unit too: for losses a tenth as large,
// it is a tenth. A loss that is larger than r says, beside the others, weighs more than rᵢ; one that is smaller weighs
// less and, with a Lambda beyond |L| rᵢ, may have a negative weight. The cosine counts as 0 where r or L is 0 for all
// tasks that are present.
//
// This is the objective alone. The paper draws an r for every batch and shows it to the network as an input.
//
// Reference: Ruchte, Grabocka. Scalable Pareto front approximation for deep multi-objective learning. ICDM 2021,
// arXiv:2103.13392.
type COSMOS struct {
	Lambda  float64   // not negative; 0 is the weighted sum
	Weights []float64 // r, not negative and not all 0, one for each task; nil is equal ones, 1/m each
}

// NewCOSMOS returns COSMOS with Lambda = 1, which is within the paper's 0.01 to 8, and equal weights.
func NewCOSMOS() COSMOS { return COSMOS{Lambda: 1} }

var _ Scalarizer = COSMOS{}

// NewState returns nil: nothing is remembered.
func (c COSMOS) NewState(s Setting) []float64 { c.check(s); return nil }

func (c COSMOS) check(s Setting) {
	s.check("COSMOS")
	checkNotNegative("COSMOS", "Lambda", c.Lambda)
	checkPreference("COSMOS", "Weights", c.Weights, s)
}

// Scalarize stores the ∂V/∂Lᵢ in weights and returns V.
func (c COSMOS) Scalarize(weights, losses []float64, s State) float64 {
	c.check(s.Setting)
	checkScalarize("COSMOS", weights, losses, s, 0)
	size := floats.Norm(losses, 2)
	ray := preference(c.Weights, s)
	value, cos := 0.0, 0.0
	for k, l := range losses {
		weights[k] = 1 / float64(len(losses))
		if c.Weights != nil {
			weights[k] = c.Weights[s.Task(k)]
		}
		value += weights[k] * l
		if size > 0 {
			cos += ray.at(k) * (l / size)
		}
	}
	if size > 0 {
		for k, l := range losses {
			weights[k] -= c.Lambda * ((ray.at(k) - cos*(l/size)) / size)
		}
	}
	return value - c.Lambda*cos
}
