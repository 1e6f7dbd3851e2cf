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
// The predictions are the logits −‖f(x) − c_k‖², one for each of Ways classes, without a temperature and not divided by
// the number of features. They are those of a linear classifier of f(x), of weights 2c_k and biases −‖c_k‖², but for
// −‖f(x)‖², which all classes share.
//
// Classes need not have equally many support points. A class without any is never predicted: its logit is −1e30. So Ways
// is the most classes that a task may have, and a learner may be trained on tasks of 60 and tested on tasks of 5, as the
// paper recommends: more ways in training than in the test, and as many shots. It may as well be tested by one of Ways 5
// with the same meta-parameters, which are those of the network.
//
// Shown are the "embedding" of the query points and the "prototypes", a row a class.
//
// Reference: Snell, Swersky, Zemel. Prototypical networks for few-shot learning. NeurIPS 2017, arXiv:1703.05175.
type Prototypical struct {
	nn.Network // the embedding f
	nn.Loss    // of classes, such as nn.SoftmaxLoss{}
	Ways       int
}

// NewPrototypical returns a learner of tasks of up to that many classes with the paper's loss, nn.SoftmaxLoss.
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

// squaredDistances returns ‖aᵢ − bⱼ‖² of the rows of a and b. They are differences of squares, whose rounding is that
// of the squares.
func squaredDistances(a, b autodiff.Value) autodiff.Value {
	return a.Square().SumAxis(1).Add(b.Square().SumAxis(1).T()).Sub(a.MatMulT(b).Scale(2))
}
