package metakit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// IMAML learns the start θ from which a proximal problem does best on the query set:
//
//	φ = argmin L(φ; support) + λ/2·|φ − θ|²,  minimise the mean over tasks of L(φ; query) by θ.
//
// Steps steps of the rule Inner from θ on go towards φ, and nothing is differentiated through them: at a minimum,
// whatever way led there,
//
//	dL(φ; query)/dθ = (I + H/λ)⁻¹ ∇L(φ; query),  H the Hessian of L(·; support) at φ,
//
// which conjugate gradients solve, with products H·v by differentiation. So memory does not grow with Steps. The
// meta-gradient is as exact as both loops: [IMAML.Solve] tells for an episode how far each came. It knows nothing of
// the inner steps, and so does not keep the curvature within what their rate can follow, as that of [MAML] does.
// Without steps φ is θ, and the meta-gradient ∇L(θ; query).
//
// Conjugate gradients stop at a residual |∇L − (I + H/λ)x| ≤ Tolerance·|∇L|, after Iterations, or where they meet a
// direction along which the curvature of I + H/λ is not positive: φ is then no strict minimum, and has no such
// derivative. In each case the meta-gradient is x as it stands, 0 if the first direction is such a one. Inner steps
// that diverge to infinity end meta-training with [ErrDiverged], as with other learners.
//
// The authors' code (github.com/aravindr93/imaml_dev) solves another system. Its setting cg_damping, 1, is passed where
// the factor of the identity is asked for, and a default of 10 stays where the damping is: it solves
// (2·I + H/(λ + 10))x = ∇L. Its inner loop minimises the support loss alone, and takes one step of the proximal term at
// the end. The system went into other codes with these numbers, such as iMAML of jax_meta, whose inner loop has the
// proximal term. Shift = 1 and Damping = 10 give it.
//
// Reference: Rajeswaran, Finn, Kakade, Levine. Meta-learning with implicit gradients. NeurIPS 2019, arXiv:1909.04630.
type IMAML struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training
	Inner        nn.Rule // of the inner steps, on loss and proximal term; may be nil where there are none
	Lambda       float64 // λ, of the proximal term; above 0
	Iterations   int     // of conjugate gradients, at most; at least 1
	Tolerance    float64 // of their residual, relative to the right side, below 1; 0 takes all iterations
	Shift        float64 // solve (1 + Shift)·I + H/(λ + Damping) instead; 0 is the derivative
	Damping      float64 // see Shift
	InnerPenalty bool    // the network's penalties are part of the inner loss
}

var (
	_ OwnGradient = IMAML{}
	_ Stepper     = IMAML{}
)

// NewIMAML returns the setting of the paper for characters of 5 classes: λ = 2, 16 steps of gradient descent, of the
// rate 0.1 of the authors' example, and 5 iterations of conjugate gradients.
func NewIMAML(net nn.Network, loss nn.Loss) IMAML {
	return IMAML{Network: net, Loss: loss, Steps: 16, Inner: nn.SGD{Rate: 0.1}, Lambda: 2, Iterations: 5}
}

// TrainingSteps implements [Stepper].
func (m IMAML) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m IMAML) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	return Along(t, m.Network, m.path(t, meta, support, steps), queryX)
}

// MetaGradient implements [OwnGradient]. The loss is the query loss after the steps.
func (m IMAML) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query TracedSet) (
	autodiff.Value, autodiff.Params) {
	s := m.system(t, meta, support, query)
	if m.Steps == 0 {
		return s.loss, s.b
	}
	return s.loss, conjugateGradients(s.apply, s.b, m.Iterations, m.Tolerance).x
}

// A system is what conjugate gradients solve for an episode: (1 + Shift)·I + H/(λ + Damping) and ∇L(φ; query).
type system struct {
	phi, inner, b autodiff.Params // inner is the gradient of the inner loss at φ, without the proximal term
	loss          autodiff.Value  // of the query set
	apply         func(v autodiff.Params) autodiff.Params
}

func (m IMAML) system(t *nn.Trace, meta autodiff.Params, support, query TracedSet) system {
	path := m.path(t, meta, support, m.Steps)
	phi := path[len(path)-1]
	apart := t.Apart()
	inner := SupportLoss(m.Network, m.Loss, support)(apart, phi)
	if m.InnerPenalty {
		inner = withPenalties(inner, apart)
	}
	// At the start first: its penalties are those of meta-training.
	predictions := Along(t, m.Network, []autodiff.Params{meta, phi}, query.X)
	loss := MeanLoss(m.Loss, predictions[1], query.Y)
	gradient := autodiff.GradParams(inner, phi)
	return system{phi, gradient, autodiff.GradParams(loss, phi), loss, func(v autodiff.Params) autodiff.Params {
		product := autodiff.GradParams(gradient.Dot(v.StopGradient()), phi)
		return v.Scale(1 + m.Shift).Add(product.Scale(1 / (m.Lambda + m.Damping)))
	}}
}

// path traces the start and the parameters after each step.
func (m IMAML) path(t *nn.Trace, meta autodiff.Params, support TracedSet, steps int) []autodiff.Params {
	m.check()
	loss := SupportLoss(m.Network, m.Loss, support)
	proximal := func(t *nn.Trace, phi autodiff.Params) autodiff.Value {
		away := phi.Sub(meta)
		return loss(t, phi).Add(away.Dot(away).Scale(m.Lambda / 2))
	}
	return constantSteps(m.Inner, m.InnerPenalty).Path(t, meta, steps, proximal)
}

func (m IMAML) check() {
	const most = 1 << 16 // every one of them is traced
	switch {
	case !(m.Lambda > 0) || notFinite(m.Lambda):
		panic(fmt.Sprintf("metakit: IMAML: Lambda is %v; it must be above 0 and finite, and the paper has 2", m.Lambda))
	case m.Iterations < 1 || m.Iterations > most:
		panic(fmt.Sprintf("metakit: IMAML: Iterations is %d; it must be between 1 and %d, and the paper has 5",
			m.Iterations, most))
	case !(m.Tolerance >= 0 && m.Tolerance < 1):
		panic(fmt.Sprintf("metakit: IMAML: Tolerance is %v; it must be at least 0 and below 1", m.Tolerance))
	case !(m.Shift >= 0) || notFinite(m.Shift):
		panic(fmt.Sprintf("metakit: IMAML: Shift is %v; it must not be negative, and 0 is the derivative", m.Shift))
	case !(m.Damping >= 0) || notFinite(m.Damping):
		panic(fmt.Sprintf("metakit: IMAML: Damping is %v; it must not be negative, and 0 is the derivative", m.Damping))
	}
}
