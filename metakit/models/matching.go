package models

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// Matching lets the support points vote for their classes, each with the attention that a query point pays to it:
//
//	a(x, xᵢ) = softmax over i of Scale·cos(f(x), f(xᵢ))
//	p(k | x) = sum of a(x, xᵢ) over the support points of class k
//
// The predictions are the logarithms log p(k | x), a column a class, and exact where p is far too small for a number:
// with a large Scale they go over into nearest neighbours. The cosine with an embedding of zeros is 0.
//
// Classes need not have equally many support points; one with more has more votes. One without any is never predicted:
// its logarithm is −1e30. So Ways is the most classes that a task has, and may be another in the test (see
// [Prototypical]).
//
// f is the same for support and query points, and looks at each by itself: the paper's full context embeddings, by
// which f and g read the whole support set through LSTMs, are not here. The paper has no Scale, which is to say 1:
// cosines lie in [−1, 1], and the attention to the best of five points is then at most 0.65. Of public codes,
// CloserLookFewShot takes 100, with negative cosines cut to 0, and few-shot (oscarknagg) clips p away from 0 before
// the logarithm.
//
// Memory goes with query points × support points × Ways, a few times over. Shown is the "attention", query points ×
// support points.
//
// Reference: Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra. Matching networks for one shot learning. NeurIPS
// 2016, arXiv:1606.04080.
type Matching struct {
	nn.Network // the embedding f
	nn.Loss    // of classes, such as nn.SoftmaxLoss{}
	Ways       int
	Scale      float64 // of the cosines, above 0; 1 is the paper's
	LearnScale bool    // the scale is a meta-parameter, which begins at Scale; the last, called "scale"
}

// NewMatching returns the learner for tasks of up to that many classes, with the loss and the scale of 1 of the paper.
func NewMatching(embedding nn.Network, ways int) Matching {
	checkWays("NewMatching", ways)
	return Matching{Network: embedding, Loss: nn.SoftmaxLoss{}, Ways: ways, Scale: 1}
}

var _ metakit.Learner = Matching{}

// Shapes implements [metakit.Learner].
func (m Matching) Shapes() []autodiff.Shape {
	if !m.LearnScale {
		return m.Network.Shapes()
	}
	return extended(m.Network, scalar("scale"))
}

// Init implements [metakit.Learner].
func (m Matching) Init(rng *rand.Rand) []float64 {
	checkPositive("Matching", "Scale", m.Scale)
	meta := m.Network.Init(rng)
	if m.LearnScale {
		meta = append(meta, m.Scale)
	}
	return meta
}

// Predict implements [metakit.Learner].
func (m Matching) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	checkWays("Matching", m.Ways)
	checkPositive("Matching", "Scale", m.Scale)
	theta, scale := meta, queryX.Graph().Scalar(m.Scale)
	if m.LearnScale {
		var own autodiff.Params
		theta, own = split(meta, 1)
		scale = own.At(0)
	}
	s, q := unit(m.Apply(t, theta, support.X)), unit(m.Apply(t, theta, queryX))
	scores := q.MatMulT(s).Mul(scale)
	t.Show("attention", scores.Softmax(1))
	return []autodiff.Value{votes(scores, support.Y, m.Ways)}
}

// unit returns each row of v divided by its length, and rows of zeros as they are.
func unit(v autodiff.Value) autodiff.Value {
	square := v.Square().SumAxis(1)
	zero := square.Equal(v.Graph().Scalar(0))
	return v.Div(square.Add(zero).Sqrt())
}

// votes returns the logarithm of what the softmax of scores, queries × points, gives to the points of each class. Every
// class is summed from its own largest score, so that none is rounded to 0 by another that is far ahead.
func votes(scores, y autodiff.Value, ways int) autodiff.Value {
	g, queries := scores.Graph(), scores.Rows()
	query, class := make([]float64, queries*ways), make([]float64, queries*ways)
	for i := range query {
		query[i], class[i] = float64(i/ways), float64(i%ways)
	}
	member, _ := members(y, ways)
	others := member.T().Shift(-1).Scale(-gone) // 0 for a point of the class, gone for the others
	each := scores.GatherRows(g.Const(len(query), 1, query)).Add(others.GatherRows(g.Const(len(class), 1, class)))
	return each.LogSumExp(1).Reshape(queries, ways).Sub(scores.LogSumExp(1))
}
