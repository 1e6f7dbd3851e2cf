package models

import (
	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// Prototypical judges a point by its distance to the mean embedding of each class, its prototype:
//
//	c_k = mean of f(xᵢ) over the support points of class k
//	p(k | x) = softmax over k of −‖f(x) − c_k‖²
//
// The predictions are the logits −‖f(x) − c_k‖², a column a class, without a temperature and not divided by the number
// of features. They are those of a linear classifier of f(x) with the weights 2c_k and the biases −‖c_k‖², but for
// −‖f(x)‖², which all classes share.
//
// Classes need not have equally many support points. One without any is never predicted: its logit is −1e30. So Ways is
// the most classes that a task has, and what was trained on tasks of 60 classes is tested on tasks of 5 as it is, or by
// a learner of Ways 5 with the same meta-parameters, which are those of the network: the paper found more classes in
// training than in the test to help, and as many shots.
//
// Support and query points go through the network apart. That matters to batch normalisation by the batch at hand: in
// training, the authors' code (jakesnell/prototypical-networks) puts both through together.
//
// Shown are the "embedding" of the query points and the "prototypes", a row a class.
//
// Reference: Snell, Swersky, Zemel. Prototypical networks for few-shot learning. NeurIPS 2017, arXiv:1703.05175.
type Prototypical struct {
	nn.Network // the embedding f
	nn.Loss    // of classes, such as nn.SoftmaxLoss{}
	Ways       int
}

// NewPrototypical returns the learner for tasks of up to that many classes, with the softmax loss of the paper.
func NewPrototypical(embedding nn.Network, ways int) Prototypical {
	checkWays("NewPrototypical", ways)
	return Prototypical{Network: embedding, Loss: nn.SoftmaxLoss{}, Ways: ways}
}

var _ metakit.Learner = Prototypical{}

// Predict implements [metakit.Learner].
func (p Prototypical) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	checkWays("Prototypical", p.Ways)
	s, q := p.Apply(t, meta, support.X), p.Apply(t, meta, queryX)
	member, absent := members(support.Y, p.Ways)
	count := member.SumAxis(0).T()
	prototypes := member.TMatMul(s).Div(count.Max(count.Graph().Scalar(1)))
	t.Show("embedding", q)
	t.Show("prototypes", prototypes)
	return []autodiff.Value{squaredDistances(q, prototypes).Neg().Add(absent)}
}
