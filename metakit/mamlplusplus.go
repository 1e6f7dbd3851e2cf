package metakit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// MAMLPlusPlus is MAML with what steadies its training: a learned rate for each layer and step, a loss that hears every
// step, and, if wanted, first-order gradients to begin with. It minimises by the start θ and the rates α
//
//	the mean over tasks of  Σₖ wₖ·L(θₖ; query),  k = 1 … Steps,  θₖ = θₖ₋₁ − α[k, layer]·∇L(θₖ₋₁; support).
//
// In iteration t = 0, 1, … of meta-training the weights of all steps but the last are wₖ = max(0, 1 − t/Anneal)/Steps,
// and the last has what is left of 1: they begin equal, and from iteration Anneal on there is the last step alone. The
// loss that is reported is the weighted one, and the meta-gradient its exact derivative. In iterations t below
// FirstOrderUntil inner gradients are taken for constants, which is another direction than the derivative and here no
// cheaper: one program does both. [CheckMetaGradient] looks at iteration 0, and so names the order of what training
// begins with.
//
// The published settings, for images: 5 steps, rates from 0.01 (Omniglot 0.1), Adam of rate 0.001 with
// nn.CosineDecay as the [Training.Schedule]; multi-step losses for the first 15 of 100 epochs of 500 iterations
// (Omniglot 10), so Anneal 7500. [NewMAMLPlusPlus] has steps, and rates of every layer and step.
//
// The released code (HowToTrainYourMAMLPytorch) differs from the paper and from this: it switches the annealing of the
// derivative's order off (first_order_to_second_order_epoch −1: second order from the first epoch); it lowers weights
// epoch by epoch and holds those of early steps at 0.03/Steps until the annealing ends, then drops them at once; it has
// rates for every matrix and not every layer; and on Mini-ImageNet its cosine schedule ends where it begins, at 0.001.
//
// The paper's statistics and biases of batch normalisation for each step are not here: a normalised network has the
// same at all steps.
//
// Reference: Antoniou, Edwards, Storkey. How to train your MAML. ICLR 2019, arXiv:1810.09502.
type MAMLPlusPlus struct {
	MetaSGD                   // network, loss, steps and rates
	Anneal          int       // iterations until the last step alone counts; at 0 it does from the start
	Weights         []float64 // of the steps, instead of those that are annealed: Steps numbers, finite; nil is none
	FirstOrderUntil int       // iterations with inner gradients as constants; 0 is none, as in the released settings
}

// NewMAMLPlusPlus returns the learner with a rate for each layer and step, all 0.01 at the start, and 5 steps.
func NewMAMLPlusPlus(net nn.Network, loss nn.Loss, anneal int) MAMLPlusPlus {
	m := MAMLPlusPlus{MetaSGD: MetaSGD{Network: net, Loss: loss, Steps: 5, Rate: 0.01, Of: EveryLayer, PerStep: true},
		Anneal: anneal}
	checkLearner("NewMAMLPlusPlus", m)
	m.check()
	return m
}

var (
	_ OwnGradient = MAMLPlusPlus{}
	_ Stepper     = MAMLPlusPlus{}
)

// MetaGradient implements [OwnGradient].
func (m MAMLPlusPlus) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query TracedSet) (
	autodiff.Value, autodiff.Params) {
	m.check()
	path := m.path(t, meta, support, m.Steps, m.ordered(t))
	predictions := Along(t, m.Network, path, query.X)
	losses := make([]autodiff.Value, len(predictions))
	for k, p := range predictions {
		losses[k] = MeanLoss(m.Loss, p, query.Y)
	}
	loss := m.weigh(t, losses)
	return loss, autodiff.GradParams(loss, meta)
}

// weigh returns the weighted sum of the losses after 1, 2, … steps; without a step it is the loss of the start.
func (m MAMLPlusPlus) weigh(t *nn.Trace, losses []autodiff.Value) autodiff.Value {
	last := losses[len(losses)-1]
	switch {
	case m.Weights != nil:
		sum := last.Graph().Scalar(0)
		for k, w := range m.Weights {
			sum = sum.Add(losses[k+1].Scale(w))
		}
		return sum
	case m.Steps < 2 || m.Anneal == 0:
		return last
	}
	n := float64(m.Steps)
	early := t.Scheduled(last.Graph(), func(i int) float64 { return max(0, 1-float64(i)/float64(m.Anneal)) / n }, 0)
	sum := last.Mul(early.Scale(1 - n).Shift(1))
	for _, l := range losses[1:m.Steps] {
		sum = sum.Add(l.Mul(early))
	}
	return sum
}

// ordered returns what the inner gradients are taken for: in the first iterations, a number of the same value and no
// derivative.
func (m MAMLPlusPlus) ordered(t *nn.Trace) func(gradient autodiff.Params) autodiff.Params {
	if m.FirstOrderUntil == 0 {
		return keep
	}
	var second autodiff.Value // 0 or 1
	return func(gradient autodiff.Params) autodiff.Params {
		if second.Graph() == nil {
			second = t.Scheduled(gradient.At(0).Graph(), func(i int) float64 {
				if i < m.FirstOrderUntil {
					return 0
				}
				return 1
			}, 1)
		}
		constant := gradient.StopGradient()
		return constant.Add(gradient.Sub(constant).ScaleBy(second))
	}
}

func (m MAMLPlusPlus) check() {
	switch {
	case m.Anneal < 0 || m.FirstOrderUntil < 0:
		panic(fmt.Sprintf("metakit: MAMLPlusPlus: Anneal is %d and FirstOrderUntil %d; they count iterations, and 0 is none",
			m.Anneal, m.FirstOrderUntil))
	case m.Weights != nil && (len(m.Weights) != m.Steps || !allFinite(m.Weights)):
		panic(fmt.Sprintf("metakit: MAMLPlusPlus: Weights is %v; there must be a finite number for each of %d steps, or nil",
			m.Weights, m.Steps))
	case m.Weights != nil && m.Anneal > 0:
		panic(fmt.Sprintf("metakit: MAMLPlusPlus: Weights is set, and so is Anneal, %d, which has no part then; leave one out",
			m.Anneal))
	}
}
