package models

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// InContext is a transformer that reads the support set as its context. Points become tokens, rows of Width numbers,
// those of classes one-hot,
//
//	start,   support point i: xᵢ·Wx + yᵢ·Wy + b,   query point: x·Wx + b
//
// then come Blocks of attention and of two dense layers, with norms before them, and predictions are read off the
// tokens of the query points. A query point sees the tokens of start and support, never another query point. Start is
// learned; it is what is seen where there is no point.
//
// Without Causal all support points see each other, there are no positions, and so no order: a prior-fitted network.
// Trained with [nn.GaussianLoss] or [nn.SoftmaxLoss] on tasks that a prior draws, what it predicts comes close to the
// posterior predictive distribution, the best that can be predicted. In the authors' code a query point sees itself
// too, norms come after attention and dense layers, predictions are read off by two dense layers, and there is no
// start.
//
// With Causal a support point sees those before it and itself alone: the set is a sequence, and its order matters. Each
// of its points is predicted too, from those before it: the loss of an episode, of which the meta-gradient is the exact
// gradient, is (Σᵢ loss of yᵢ by points 1 … i−1 + the mean loss of the query points)/(n + 1), the mean over prefixes of
// 0 … n points. So one episode trains it for all sizes up to n. Garg and others write x and y as tokens of their own,
// number them, and let GPT-2 predict at each x. Here a pair is one token and has no number: the mask alone tells the
// order, so that a support set may be longer than those of training.
//
// As it was trained on sets of some sizes, it may be of no use for others.
//
// Of classes there is a logit for each of Ways, whether the support set has a point of it or not: a class without any
// may be one that comes yet, as before the first point all are. It is not ruled out as by [Prototypical]; that classes
// are fewer than Ways is known only from training on such tasks.
//
// References: Müller, Hollmann, Pineda Arango, Grabocka, Hutter. Transformers can do Bayesian inference. ICLR 2022,
// arXiv:2112.10510. Garg, Tsipras, Liang, Valiant. What can transformers learn in-context? NeurIPS 2022,
// arXiv:2208.01066.
type InContext struct {
	nn.Loss                  // of numbers or classes
	Inputs     int           // columns of x
	Labels     int           // columns of y, if they are numbers
	Ways       int           // the most classes of a task, if y are classes; else 0
	Width      int           // columns of a token
	Heads      int           // of attention, a divisor of Width
	Blocks     int           // at least 1
	Hidden     int           // units of the dense layer in a block
	Activation nn.Activation // of these units
	Causal     bool
	Least      float64 // the least standard deviation predicted for nn.GaussianLoss; see [NeuralProcess]
}

var (
	_ metakit.Learner     = InContext{}
	_ metakit.OwnGradient = InContext{}
)

// NewInContext returns a small transformer for x of the given number of columns: two blocks of four heads, width 32, 64
// hidden units, and ReLU. labels is the number of classes, if the loss is one of classes, else the columns of y. It
// learns sinusoids in a minute or two on one core; that of Garg and others has 12 blocks of width 256.
func NewInContext(inputs, labels int, loss nn.Loss) InContext {
	n := InContext{Loss: loss, Inputs: inputs, Labels: labels, Width: 32, Heads: 4, Blocks: 2, Hidden: 64,
		Activation: nn.ReLU}
	if loss != nil && loss.Target().Kind == nn.Class {
		n.Labels, n.Ways = 0, labels
	}
	return n
}

// Shapes implements [metakit.Learner]: "start", the embedding "Wx", "Wy" and "b", those of each block, as
// "block1.attention.Wq", and what reads predictions off, "norm" and "head".
func (n InContext) Shapes() []autodiff.Shape {
	shapes := n.embedding()
	return append(shapes, n.parts().shapes()...)
}

// Init implements [metakit.Learner]: start from N(0, 0.02²), as tokens in GPT-2, the rest as its layers do.
func (n InContext) Init(rng *rand.Rand) []float64 {
	shapes := n.embedding()
	meta := make([]float64, nn.Size(shapes))
	weights := nn.GlorotUniform{}
	at := n.Width
	for _, s := range shapes[1:3] {
		weights.Fill(meta[at:at+s.Size()], n.Inputs+shapes[2].Rows, n.Width, rng)
		at += s.Size()
	}
	nn.TruncatedNormal{Std: 0.02}.Fill(meta[:n.Width], 1, n.Width, rng)
	return append(meta, n.parts().init(rng)...)
}

// Predict implements [metakit.Learner].
func (n InContext) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	return []autodiff.Value{n.predict(t, meta, support, queryX, false)}
}

// MetaGradient implements [metakit.OwnGradient]: with Causal the loss is that over all prefixes, else that of the query
// points; the gradient is its gradient.
func (n InContext) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	var loss autodiff.Value
	if n.Causal {
		all, points := n.predict(t, meta, support, query.X, true), support.X.Rows()
		loss = overPrefixes(n.Loss, all.SliceRows(0, points), support.Y, all.SliceRows(points, all.Rows()), query.Y)
	} else {
		loss = metakit.MeanLoss(n.Loss, n.predict(t, meta, support, query.X, false), query.Y)
	}
	return loss, autodiff.GradParams(loss, meta)
}

// predict returns the predictions at queryX; with prefixes, before them those of each support point from the points
// before it.
func (n InContext) predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet, queryX autodiff.Value,
	prefixes bool) autodiff.Value {
	points := support.X.Rows()
	keys := 1 + points
	x, asked := autodiff.ConcatRows(support.X, queryX), 0
	if prefixes {
		x, asked = autodiff.ConcatRows(support.X, support.X, queryX), points
	}
	if x.Cols() != n.Inputs {
		panic(fmt.Sprintf("models: InContext: x is %v; Inputs is %d, the number of its columns", queryX, n.Inputs))
	}
	if n.Ways == 0 && support.Y.Cols() != n.Labels {
		panic(fmt.Sprintf("models: InContext: the labels %v have %d columns; Labels is %d", support.Y, support.Y.Cols(),
			n.Labels))
	}
	h := x.MatMul(meta.At(1)).Add(meta.At(3))
	h = autodiff.ConcatRows(meta.At(0), h.SliceRows(0, points).Add(encoded(support.Y, n.Ways).MatMul(meta.At(2))),
		h.SliceRows(points, h.Rows()))
	var sees []int // by each token of what is seen
	if n.Causal {
		for i := range h.Rows() {
			switch {
			case i < keys:
				sees = append(sees, i+1)
			case i < keys+asked:
				sees = append(sees, i-keys+1)
			default:
				sees = append(sees, keys)
			}
		}
	}
	all := n.parts()
	theta := all.of(meta.Slice(4, meta.Len()))
	for k := range n.Blocks {
		first := 0
		if k == n.Blocks-1 { // of which the tokens that are asked for are enough
			first = keys
			if sees != nil {
				sees = sees[first:]
			}
		}
		h = n.block().apply(t.Scope(all[k].name), theta[k], h, first, keys, sees)
	}
	h = all[n.Blocks].network.Apply(t.Scope("norm"), theta[n.Blocks], h)
	out := all[n.Blocks+1].network.Apply(t.Scope("head"), theta[n.Blocks+1], h)
	return predictions(n.Loss, out, n.Least)
}

func (n InContext) embedding() []autodiff.Shape {
	n.check()
	labels := max(n.Labels, n.Ways)
	return []autodiff.Shape{{Name: "start", Rows: 1, Cols: n.Width}, {Name: "Wx", Rows: n.Inputs, Cols: n.Width},
		{Name: "Wy", Rows: labels, Cols: n.Width}, {Name: "b", Rows: 1, Cols: n.Width}}
}

func (n InContext) block() block { return newBlock(n.Width, n.Heads, n.Hidden, n.Activation) }

// parts are the blocks, and what reads predictions off.
func (n InContext) parts() (all parts) {
	for k := range n.Blocks {
		all = append(all, part{fmt.Sprintf("block%d", k+1), n.block()})
	}
	return append(all, part{"norm", nn.NewLayerNorm(n.Width)},
		part{"head", nn.MLP{Widths: []int{n.Width, outputs("InContext", n.Loss, n.Labels, n.Ways)}}})
}

func (n InContext) check() {
	outputs("InContext", n.Loss, n.Labels, n.Ways)
	checkLeast("InContext", n.Least)
	if n.Inputs < 1 || n.Width < 1 || n.Blocks < 1 || n.Hidden < 1 {
		panic(fmt.Sprintf("models: InContext: Inputs is %d, Width %d, Blocks %d, Hidden %d; all must be at least 1", n.Inputs,
			n.Width, n.Blocks, n.Hidden))
	}
	if n.Heads < 1 || n.Width%n.Heads != 0 {
		panic(fmt.Sprintf("models: InContext: Heads is %d and Width %d; each head has Width/Heads columns, a whole number",
			n.Heads, n.Width))
	}
}
