package models

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// AttentiveProcess is a [NeuralProcess] in which each query point has an r of its own: it attends to the support points
// whose inputs are like its own,
//
//	r(x) = attention of k(x) to the keys k(xᵢ), with the values e([xᵢ, yᵢ])
//	[μ, s] = d([r(x), x]),   σ = Least + (1 − Least)·softplus(s)
//
// The mean of a neural process blurs what single points say, and so it passes them by; this one can go through them.
// With queries of zeros attention is the same for all, and r a mean.
//
// It is the deterministic path of the paper; the latent one, which makes samples that hang together over x, is left
// out. The authors' networks have ReLU, the encoder and decoder of [NeuralProcess], two layers for keys, and eight
// heads.
//
// Reference: Kim, Mnih, Schwarz, Garnelo, Eslami, Rosenbaum, Vinyals, Teh. Attentive neural processes. ICLR 2019,
// arXiv:1901.05761.
type AttentiveProcess struct {
	Encoder   nn.Network   // e, of the columns of x and y, to Attention.Values columns
	Keys      nn.Network   // k, of the columns of x, to Attention.Inputs and Attention.Keys columns, which are as many
	Attention nn.Attention // to the columns that the decoder takes beside x; not Causal
	Decoder   nn.Network   // d, to two outputs for each column of y
	nn.GaussianLoss
	Least float64 // the least σ, at least 0 and below 1
}

var _ metakit.Learner = AttentiveProcess{}

// NewAttentiveProcess returns the authors' networks with layers of the given width, theirs being 128, and eight heads,
// for x of in columns and y of out, and their least standard deviation, 0.1. The width must be a multiple of 8.
func NewAttentiveProcess(in, out, width int) AttentiveProcess {
	n := NewNeuralProcess(in, out, width)
	return AttentiveProcess{
		Encoder:   n.Encoder,
		Keys:      nn.MLP{Widths: []int{in, width, width}, Activation: nn.ReLU},
		Attention: nn.NewAttention(width, 8),
		Decoder:   n.Decoder,
		Least:     n.Least,
	}
}

func (a AttentiveProcess) parts() parts {
	return parts{{"encoder", a.Encoder}, {"keys", a.Keys}, {"attention", a.Attention},
		{"decoder", a.Decoder}}.check("AttentiveProcess")
}

// Shapes implements [metakit.Learner]: those of the encoder, called "encoder.W1" and so on, of "keys", "attention" and
// "decoder".
func (a AttentiveProcess) Shapes() []autodiff.Shape { return a.parts().shapes() }

// Init implements [metakit.Learner].
func (a AttentiveProcess) Init(rng *rand.Rand) []float64 { return a.parts().init(rng) }

// Predict implements [metakit.Learner]. It shows "attention.attention", a row for each query point.
func (a AttentiveProcess) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	checkLeast("AttentiveProcess", a.Least)
	if a.Attention.Causal {
		panic("models: AttentiveProcess: Attention is Causal; query points have no order, so leave it false")
	}
	theta := a.parts().of(meta)
	values := a.Encoder.Apply(t.Scope("encoder"), theta[0], autodiff.ConcatCols(support.X, support.Y))
	n := support.X.Rows()
	k := a.Keys.Apply(t.Scope("keys"), theta[1], autodiff.ConcatRows(support.X, queryX))
	r := a.Attention.Attend(t.Scope("attention"), theta[2], k.SliceRows(n, k.Rows()), k.SliceRows(0, n), values, nil)
	out := a.Decoder.Apply(t.Scope("decoder"), theta[3], autodiff.ConcatCols(r, queryX))
	return []autodiff.Value{predictions(a.GaussianLoss, out, a.Least)}
}
