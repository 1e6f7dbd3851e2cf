package metakit

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// MetaSGD learns the start θ and the step sizes α of the inner steps:
//
//	θₖ₊₁ = θₖ − αₖ ∘ ∇L(θₖ; support),  minimise the mean over tasks of L(θ_Steps; query) by θ and α.
//
// What has a step size of its own is Of, and whether each step has its own is PerStep. The zero values are the paper's:
// one for every single parameter, the same at each step. Of: EveryLayer with PerStep is LSLR, the rates of MAML++ (its
// released code has one for every matrix, so that weights and biases of a layer differ). Of: TheNetwork without PerStep
// is one learned rate.
//
// α gives the direction of the steps as well as their lengths; entries may become negative. With PerStep a step beyond
// those trained, as an evaluation with more steps takes it, has the rates of the last one; MAML++'s released code keeps
// a row of rates for one step more than it trains, which never learns. The meta-parameters are θ, then α, and the
// meta-gradient is exact.
//
// References: Li, Zhou, Chen, Li. Meta-SGD: learning to learn quickly for few-shot learning. 2017, arXiv:1707.09835.
// Antoniou, Edwards, Storkey. How to train your MAML. ICLR 2019, arXiv:1810.09502, section 4.
type MetaSGD struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training
	Rate         float64 // every α at the start, finite; 0.01 is usual, and at 0 a task's points first change nothing
	Of           RatesOf // what has a rate of its own; EveryLayer needs an [nn.Layered] network
	PerStep      bool    // each of the Steps has its own rates
	InnerPenalty bool    // the network's penalties are part of the inner loss (see [Training])
}

var _ Stepper = MetaSGD{}

// Shapes implements [Learner]: those of the network, then those of the step sizes. For every parameter they are called
// "alpha W1" and so on, those of later steps "alpha W1, step 2"; else there is one matrix, "alpha", with a row for each
// step and a column for each layer, or one column.
func (m MetaSGD) Shapes() []autodiff.Shape {
	return append(m.Network.Shapes(), m.Of.shapes("MetaSGD", m.Network, m.rows())...)
}

// rows returns the number of steps that have rates of their own.
func (m MetaSGD) rows() int {
	if m.PerStep {
		return checkSteps("MetaSGD", m.Steps)
	}
	return 1
}

// Init implements [Learner].
func (m MetaSGD) Init(rng *rand.Rand) []float64 {
	checkRate("MetaSGD", m.Rate)
	meta := m.Network.Init(rng)
	for range nn.Size(m.Of.shapes("MetaSGD", m.Network, m.rows())) {
		meta = append(meta, m.Rate)
	}
	return meta
}

// TrainingSteps implements [Stepper].
func (m MetaSGD) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m MetaSGD) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	return Along(t, m.Network, m.path(t, meta, support, steps, keep), queryX)
}

// path returns the parameters after 0 to steps steps. of is what the gradient of a step is taken for.
func (m MetaSGD) path(t *nn.Trace, meta autodiff.Params, support TracedSet, steps int,
	of func(gradient autodiff.Params) autodiff.Params) []autodiff.Params {
	n := len(m.Network.Shapes())
	follow := m.Of.follow("MetaSGD", m.Network, meta.Slice(n, meta.Len()), m.rows())
	step := func(k int, theta, gradient autodiff.Params) autodiff.Params { return follow(k, theta, of(gradient)) }
	d := Descent{Step: step, Penalty: m.InnerPenalty}
	return d.Path(t, meta.Slice(0, n), steps, SupportLoss(m.Network, m.Loss, support))
}

func keep(gradient autodiff.Params) autodiff.Params { return gradient }
