package models

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// NeuralProcess is the conditional neural process: it predicts a mean and a standard deviation at x from the mean of
// what an encoder e makes of the pairs of the support set, however many there are,
//
//	r = mean of e([xᵢ, yᵢ])
//	[μ, s] = d([r, x])
//	σ = Least + (1 − Least)·softplus(s)
//
// where the decoder d has two outputs for each column of y, first the means. Neither the order of the support points
// matters, nor which other points are asked for. σ says what noise the labels have and what the support set leaves
// open.
//
// The authors' networks have ReLU, four layers of 128 in the encoder, and 128, 128, 2 in the decoder; their training
// asks for the support points as well as for new ones, as a distribution does whose query set has both.
//
// Reference: Garnelo, Rosenbaum, Maddison, Ramalho, Saxton, Shanahan, Teh, Rezende, Eslami. Conditional neural
// processes. ICML 2018, arXiv:1807.01613.
type NeuralProcess struct {
	Encoder, Decoder nn.Network
	nn.GaussianLoss
	Least float64 // the least σ, at least 0 and below 1
}

var _ metakit.Stacked = NeuralProcess{}

// NewNeuralProcess returns the authors' networks with layers of the given width, theirs being 128, for x of in columns
// and y of out, and their least standard deviation, 0.1.
func NewNeuralProcess(in, out, width int) NeuralProcess {
	return NeuralProcess{
		Encoder: nn.MLP{Widths: []int{in + out, width, width, width, width}, Activation: nn.ReLU},
		Decoder: nn.MLP{Widths: []int{width + in, width, width, 2 * out}, Activation: nn.ReLU},
		Least:   0.1,
	}
}

func (n NeuralProcess) parts() parts {
	return parts{{"encoder", n.Encoder}, {"decoder", n.Decoder}}.check("NeuralProcess")
}

// Shapes implements [metakit.Learner]: those of the encoder, called "encoder.W1" and so on, then those of the decoder.
func (n NeuralProcess) Shapes() []autodiff.Shape { return n.parts().shapes() }

// Init implements [metakit.Learner].
func (n NeuralProcess) Init(rng *rand.Rand) []float64 { return n.parts().init(rng) }

// Predict implements [metakit.Learner].
func (n NeuralProcess) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	return []autodiff.Value{n.Decode(t, meta, n.Represent(t, meta, support), queryX)}
}

// StackedLosses implements [metakit.Stacked]; it can if encoder and decoder treat each row by itself.
func (n NeuralProcess) StackedLosses(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet, episodes int) (
	autodiff.Value, bool) {
	if !rowByRow(n.Encoder) || !rowByRow(n.Decoder) {
		return autodiff.Value{}, false
	}
	checkLeast("NeuralProcess", n.Least)
	theta := n.parts().of(meta)
	all := n.Encoder.Apply(t.Scope("encoder"), theta[0], autodiff.ConcatCols(support.X, support.Y))
	in := autodiff.ConcatCols(repeatRows(meanOfEach(all, episodes), query.X.Rows()/episodes), query.X)
	out := predictions(n.GaussianLoss, n.Decoder.Apply(t.Scope("decoder"), theta[1], in), n.Least)
	return n.PerRow(out, query.Y).Reshape(episodes, query.Y.Rows()/episodes).MeanAxis(1), true
}

// Represent traces r, one row. It is shown as "representation".
func (n NeuralProcess) Represent(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet) autodiff.Value {
	theta := n.parts().of(meta)[0]
	r := n.Encoder.Apply(t.Scope("encoder"), theta, autodiff.ConcatCols(support.X, support.Y)).MeanAxis(0)
	t.Show("representation", r)
	return r
}

// Decode traces the predictions at x from r, one row; zeros stand for a support set without points.
func (n NeuralProcess) Decode(t *nn.Trace, meta autodiff.Params, r, x autodiff.Value) autodiff.Value {
	checkLeast("NeuralProcess", n.Least)
	in := autodiff.ConcatCols(r.BroadcastTo(x.Rows(), r.Cols()), x)
	return predictions(n.GaussianLoss, n.Decoder.Apply(t.Scope("decoder"), n.parts().of(meta)[1], in), n.Least)
}
