package models

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// Recurrent is a network with a memory: it reads the support set pair by pair into a state of fixed size, and predicts
// each query point from the state that it ends with,
//
//	hᵢ = GRU([xᵢ, yᵢ], hᵢ₋₁),   h₀ = 0,   prediction at x = d([hₙ, x])
//
// labels of classes being one-hot. The support set is a sequence: its order matters, to the network, if not to the
// task.
//
// Each support point is predicted too, from those before it: the loss of an episode, of which the meta-gradient is the
// exact gradient, is (Σᵢ loss of yᵢ by points 1 … i−1 + the mean loss of the query points)/(n + 1), the mean over
// prefixes of 0 … n points. So it learns what to keep from the first point on.
//
// Of classes there is a logit for each of Ways, those without a support point too; see [InContext].
//
// Theirs are LSTMs, which Santoro and others give a memory to write to besides; here it is a GRU, and no more memory
// than its state.
//
// References: Hochreiter, Younger, Conwell. Learning to learn using gradient descent. ICANN 2001. Santoro, Bartunov,
// Botvinick, Wierstra, Lillicrap. Meta-learning with memory-augmented neural networks. ICML 2016, arXiv:1605.06065.
type Recurrent struct {
	nn.Loss            // of numbers or classes
	GRU     nn.GRU     // of the columns of x and y, or of x and Ways
	Decoder nn.Network // d, of GRU.Units and the columns of x
	Ways    int        // the most classes of a task, if y are classes; else 0
	Least   float64    // the least standard deviation predicted for nn.GaussianLoss; see [NeuralProcess]
}

var (
	_ metakit.Learner     = Recurrent{}
	_ metakit.OwnGradient = Recurrent{}
)

// NewRecurrent returns a network with a state of that many units, and as many hidden units in the decoder, with tanh,
// for x of the given number of columns. labels is the number of classes, if the loss is one of classes, else the
// columns of y.
func NewRecurrent(inputs, labels, units int, loss nn.Loss) Recurrent {
	r := Recurrent{Loss: loss, GRU: nn.GRU{Inputs: inputs + labels, Units: units}}
	if loss != nil && loss.Target().Kind == nn.Class {
		r.Ways = labels
	}
	out := outputs("NewRecurrent", loss, labels, r.Ways)
	r.Decoder = nn.MLP{Widths: []int{units + inputs, units, out}, Activation: nn.Tanh}
	return r
}

func (r Recurrent) parts() parts {
	return parts{{"gru", r.GRU}, {"decoder", r.Decoder}}.check("Recurrent")
}

// Shapes implements [metakit.Learner]: those of the GRU, called "gru.W" and so on, then those of the decoder.
func (r Recurrent) Shapes() []autodiff.Shape { return r.parts().shapes() }

// Init implements [metakit.Learner].
func (r Recurrent) Init(rng *rand.Rand) []float64 { return r.parts().init(rng) }

// Predict implements [metakit.Learner].
func (r Recurrent) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	states := r.read(t, meta, support)
	n := states.Rows()
	return []autodiff.Value{r.decode(t, meta, states.SliceRows(n-1, n).BroadcastTo(queryX.Rows(), r.GRU.Units), queryX)}
}

// MetaGradient implements [metakit.OwnGradient]. The loss is that over all prefixes; the gradient is its gradient.
func (r Recurrent) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	states, n := r.read(t, meta, support), support.X.Rows()
	start := states.Graph().Fill(1, r.GRU.Units, 0)
	last := states.SliceRows(n-1, n).BroadcastTo(query.X.Rows(), r.GRU.Units)
	h := autodiff.ConcatRows(autodiff.ConcatRows(start, states).SliceRows(0, n), last)
	all := r.decode(t, meta, h, autodiff.ConcatRows(support.X, query.X))
	loss := overPrefixes(r.Loss, all.SliceRows(0, n), support.Y, all.SliceRows(n, all.Rows()), query.Y)
	return loss, autodiff.GradParams(loss, meta)
}

// read returns the state after each support point.
func (r Recurrent) read(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet) autodiff.Value {
	r.check()
	pairs := autodiff.ConcatCols(support.X, encoded(support.Y, r.Ways))
	states := r.GRU.Apply(t.Scope("gru"), r.parts().of(meta)[0], pairs)
	t.Show("states", states)
	return states
}

// decode returns the predictions from a state and an x in each row.
func (r Recurrent) decode(t *nn.Trace, meta autodiff.Params, h, x autodiff.Value) autodiff.Value {
	out := r.Decoder.Apply(t.Scope("decoder"), r.parts().of(meta)[1], autodiff.ConcatCols(h, x))
	return predictions(r.Loss, out, r.Least)
}

func (r Recurrent) check() {
	checkLeast("Recurrent", r.Least)
	if class := r.Loss.Target().Kind == nn.Class; class && r.Ways < 2 || !class && r.Ways != 0 {
		panic(fmt.Sprintf("models: Recurrent: Ways is %d with %T; it must be at least 2 for classes, and 0 for numbers",
			r.Ways, r.Loss))
	}
}
