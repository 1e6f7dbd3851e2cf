package metakit

import (
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
	Network nn.Network
	Loss    nn.Loss // nil is [nn.SquaredError]
	Steps   int     // inner steps in meta-training
	Rate    float64 // every α at the start; 0 stands for 0.01
}

var _ Learner = MetaSGD{}

// Shapes implements [Learner]: those of the network, then those of the step sizes, called "alpha W1" and so on.
func (m MetaSGD) Shapes() []autodiff.Shape {
	theta := shapesOf("MetaSGD", m.Network)
	shapes := append(make([]autodiff.Shape, 0, 2*len(theta)), theta...)
	for _, s := range theta {
		s.Name = "alpha " + s.Name
		shapes = append(shapes, s)
	}
	return shapes
}

// Init implements [Learner].
func (m MetaSGD) Init(rng *rand.Rand) []float64 {
	meta := m.Network.Init(rng)
	rate := m.Rate
	if rate == 0 {
		rate = 0.01
	}
	for range len(meta) {
		meta = append(meta, rate)
	}
	return meta
}

// Predict implements [Learner].
func (m MetaSGD) Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value {
	half := meta.Len() / 2
	theta, alpha := meta.Slice(0, half), meta.Slice(half, meta.Len())
	step := func(_ int, theta, gradient autodiff.Params) autodiff.Params { return theta.Sub(alpha.Mul(gradient)) }
	path := descend(m.Network, m.Loss, theta, support, steps, step)
	return applyAll(m.Network, path, queryX)
}

func (m MetaSGD) loss() nn.Loss { return m.Loss }

// QueryLoss implements [Learner].
func (m MetaSGD) QueryLoss(prediction, y autodiff.Value) autodiff.Value {
	return meanLoss(m.Loss, prediction, y)
}

// MetaGradient implements [Learner].
func (m MetaSGD) MetaGradient(meta autodiff.Params, support, query TracedSet) (autodiff.Value, autodiff.Params) {
	return queryGradient(m, meta, support, query, m.Steps)
}
