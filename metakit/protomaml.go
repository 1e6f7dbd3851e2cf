package metakit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// ProtoMAML adapts an embedding f and a linear head by gradients, the head from where a prototypical network stands:
// with pₖ the mean of f(x) over the support points of class k, logit k is wₖ·f(x) + bₖ, where
//
//	wₖ = 2pₖ,  bₖ = −|pₖ|²,
//
// which is −|f(x) − pₖ|² but for a number that all classes share. Steps inner steps on the support set then move head
// and embedding, as those of [MAML] do; after 0 steps it is a prototypical network. The head is no meta-parameter: it
// is made anew for each task. Inner gradients take head and embedding apart. The meta-gradient, by the parameters of
// the embedding, is exact, through the inner steps and through the prototypes. With FirstOrder, the authors' choice,
// the inner gradients are constants, and the prototypes are not; with StopPrototypes they are constants too.
//
// A class without a point in the support set is never predicted: its weights are 0 and its bias is −1e30, where the
// inner steps leave it. So Ways is the most classes that a task has.
//
// The authors' code (github.com/google-research/meta-dataset) lets the derivative pass through the prototypes as here,
// keeps gain and bias of batch normalisation out of the inner steps unless it is told not to, and takes more steps in
// evaluation than in training. Its best setting on all of its sets is of first order, with one step of rate 0.0199 in
// training and six in evaluation.
//
// Reference: Triantafillou and others. Meta-Dataset: a dataset of datasets for learning to learn from few examples.
// ICLR 2020, arXiv:1903.03096.
type ProtoMAML struct {
	nn.Network             // the embedding
	nn.Loss                // of classes: nn.SoftmaxLoss
	Ways           int     // of the tasks, the most; at least 2
	Steps          int     // inner steps in meta-training
	Inner          nn.Rule // of the inner steps, such as nn.SGD{Rate: 0.02}; may be nil where there are none
	FirstOrder     bool
	StopPrototypes bool // take the first head for a constant
	InnerPenalty   bool // the network's penalties are part of the inner loss (see [Training])
	Recompute      int  // see [Descent]; 0 keeps all inner steps in memory
}

var _ Stepper = ProtoMAML{}

// TrainingSteps implements [Stepper].
func (m ProtoMAML) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m ProtoMAML) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	if m.Ways < 2 {
		panic(fmt.Sprintf("metakit: ProtoMAML: Ways is %d; there must be at least 2 classes", m.Ways))
	}
	logits := func(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
		n := meta.Len()
		return m.Network.Apply(t, theta.Slice(0, n), x).MatMul(theta.At(n)).Add(theta.At(n + 1))
	}
	d := Descent{Step: Follow(m.Inner), FirstOrder: m.FirstOrder, Penalty: m.InnerPenalty, Recompute: m.Recompute}
	// A value of its own, so that the inner gradients by the embedding do not go through the prototypes.
	start := meta.Scale(1).Join(m.head(t, meta, support))
	path := d.Path(t, start, steps, func(t *nn.Trace, theta autodiff.Params) autodiff.Value {
		return MeanLoss(m.Loss, logits(t, theta, support.X), support.Y)
	})
	out := make([]autodiff.Value, len(path))
	for k, theta := range path {
		out[k] = logits(t, theta, queryX)
	}
	return out
}

// head traces the head that the prototypes make: weights, features × Ways, and 1 × Ways of bias.
func (m ProtoMAML) head(t *nn.Trace, meta autodiff.Params, support TracedSet) autodiff.Params {
	features := m.Network.Apply(t, meta, support.X)
	member := autodiff.OneHot(support.Y, m.Ways)
	count, g := member.SumAxis(0), features.Graph()
	prototypes := features.TMatMul(member).Div(count.Max(g.Scalar(1)))
	absent := count.Equal(g.Scalar(0)).Scale(-1e30) // finite in float32, sums of it too
	head := autodiff.ParamsOf([]string{"head W", "head b"},
		[]autodiff.Value{prototypes.Scale(2), absent.Sub(prototypes.Square().SumAxis(0))})
	if m.StopPrototypes {
		return head.StopGradient()
	}
	return head
}
