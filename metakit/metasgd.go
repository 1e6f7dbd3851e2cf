package metakit

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// MetaSGD learns the start θ and a step size for every single parameter, α of θ's size, the same at each step:
//
//	θₖ₊₁ = θₖ − α ∘ ∇L(θₖ; support),  minimise the mean over tasks of L(θ_Steps; query) by θ and α.
//
// α gives the direction of the steps as well as their lengths; entries may become negative. The meta-parameters are θ,
// then α, and the meta-gradient is exact.
//
// Reference: Li, Zhou, Chen, Li. Meta-SGD: learning to learn quickly for few-shot learning. 2017, arXiv:1707.09835.
type MetaSGD struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training
	Rate         float64 // every α at the start, finite; 0.01 is usual, and at 0 a task's points first change nothing
	InnerPenalty bool    // the network's penalties are part of the inner loss (see [Training])
}

var _ Stepper = MetaSGD{}

// Shapes implements [Learner]: those of the network, then those of the step sizes, called "alpha W1" and so on.
func (m MetaSGD) Shapes() []autodiff.Shape {
	theta := m.Network.Shapes()
	shapes := append(make([]autodiff.Shape, 0, 2*len(theta)), theta...)
	for _, s := range theta {
		s.Name = "alpha " + s.Name
		shapes = append(shapes, s)
	}
	return shapes
}

// Init implements [Learner].
func (m MetaSGD) Init(rng *rand.Rand) []float64 {
	if math.IsNaN(m.Rate) || math.IsInf(m.Rate, 0) {
		panic(fmt.Sprintf("metakit: MetaSGD: Rate is %v; it must be finite", m.Rate))
	}
	meta := m.Network.Init(rng)
	for range len(meta) {
		meta = append(meta, m.Rate)
	}
	return meta
}

// TrainingSteps implements [Stepper].
func (m MetaSGD) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m MetaSGD) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	half := meta.Len() / 2
	theta, alpha := meta.Slice(0, half), meta.Slice(half, meta.Len())
	step := func(_ int, theta, gradient autodiff.Params) autodiff.Params { return theta.Sub(alpha.Mul(gradient)) }
	path := Descent{Step: step, Penalty: m.InnerPenalty}.Path(t, theta, steps, SupportLoss(m.Network, m.Loss, support))
	return Along(t, m.Network, path, queryX)
}
