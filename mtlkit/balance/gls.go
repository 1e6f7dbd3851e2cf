package balance

import "math"

// GLS is the geometric mean of the losses, which does not care in what unit a loss is measured:
//
//	V = (L₁ · … · Lₘ)^(1/m),   ∂V/∂Lᵢ = V/(m Lᵢ)
//
// m is the number of tasks that are present. Losses are positive; V and the weights are NaN where one is not. LibMTL
// reports Lᵢ/(m L₁ · … · Lₘ) as the weights, which is not the derivative.
//
// Reference: Chennupati, Sistu, Yogamani, Rawashdeh. MultiNet++: multi-stream feature aggregation and geometric loss
// strategy for multi-task learning. CVPR Workshops 2019, arXiv:1904.08492.
type GLS struct{ Stateless }

var (
	_ Scalarizer     = GLS{}
	_ PositiveLosses = GLS{}
)

// NeedsPositiveLosses returns true.
func (GLS) NeedsPositiveLosses() bool { return true }

// Scalarize stores the V/(m Lᵢ) in weights and returns V.
func (g GLS) Scalarize(weights, losses []float64, s State) float64 {
	checkScalarize("GLS", weights, losses, s, 0)
	m := float64(len(losses))
	logs := 0.0
	for _, l := range losses {
		logs += positiveLog(l)
	}
	value := math.Exp(logs / m)
	for i, l := range losses {
		weights[i] = value / (m * l)
	}
	return value
}
