package sharing

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A Gate says how the gates of a mixture weigh its experts: [DSelectK], or one of your own. Where an architecture has a
// Gate, nil is the softmax of a dense layer with a bias,
//
//	g(x) = softmax(x·W + b)
type Gate interface {
	// For returns the network of one gate. It takes n rows of that many inputs and returns n × experts: what each
	// expert counts for.
	For(inputs, experts int) nn.Network
}

// DSelectK are gates that pick at most K of the experts (see [nn.DSelectK], whose fields these are): what they have not
// picked once their choice is final has the weight 0, and its parameters the gradient 0 from that gate.
//
// An expert that no gate picks therefore keeps its first parameters under [nn.SGD], and under [nn.Adam] soon comes to
// rest, when what it remembers of earlier gradients has faded; weight decay shrinks it. Training goes on without it. A
// gate per example may pick it again for other rows, a static one whose choice is final does not.
//
// Penalties are the gates' own, under their names: a gate that all tasks have in common, where tasks have rows of their
// own, takes those of the first task for its penalties.
type DSelectK struct {
	K          int     // experts that a gate picks at most, at least 1; with one expert alone, it has the weight 1
	PerExample bool    // a choice for each row, of its inputs; false is one for all rows
	Gamma      float64 // γ, above 0: the width of the smooth step
	Entropy    float64 // weight of the penalty that drives each selector to one expert; 0 is none
	Inverse    float64 // weight of the other, for numbers of experts that are no power of two; 0 is none
}

var _ Gate = DSelectK{}

// NewDSelectK returns gates of one choice for all rows, with the settings of [nn.NewDSelectK].
func NewDSelectK(k int) DSelectK {
	usual := nn.NewDSelectK(0, 2, k)
	return DSelectK{K: usual.K, Gamma: usual.Gamma, Entropy: usual.Entropy, Inverse: usual.Inverse}
}

// For implements [Gate].
func (d DSelectK) For(inputs, experts int) nn.Network {
	if inputs < 1 || experts < 1 {
		panic(fmt.Sprintf("sharing: DSelectK.For: %d inputs and %d experts; a gate has at least one of each", inputs,
			experts))
	}
	net := nn.DSelectK{Experts: max(experts, 2), K: d.K, Gamma: d.Gamma, Entropy: d.Entropy, Inverse: d.Inverse}
	net.Shapes() // or it panics
	if d.PerExample {
		net.Inputs = inputs
	}
	if experts == 1 {
		return only{}
	}
	return net
}

// softmaxGate is the gate that nil stands for.
type softmaxGate struct{ nn.MLP }

func (g softmaxGate) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	return g.MLP.Apply(t, theta, x).Softmax(1)
}

// only is the gate of a single expert.
type only struct{}

func (only) Shapes() []autodiff.Shape  { return nil }
func (only) Init(*rand.Rand) []float64 { return nil }
func (only) Apply(_ *nn.Trace, _ autodiff.Params, x autodiff.Value) autodiff.Value {
	return x.Graph().Fill(x.Rows(), 1, 1)
}

// gateOf returns a gate of an architecture.
func gateOf(gate Gate, inputs, experts int, weights nn.Initializer) nn.Network {
	if gate == nil {
		return softmaxGate{nn.MLP{Widths: []int{inputs, experts}, Weights: weights}}
	}
	return gate.For(inputs, experts)
}

// gated traces a gate, and shows it if it is to be seen. It panics unless it weighs as many experts as there are.
func (b bound) gated(name string, x autodiff.Value, experts int, shown bool) autodiff.Value {
	g := b.apply(name, x)
	if g.Rows() != x.Rows() || g.Cols() != experts {
		panic(fmt.Sprintf("sharing: Gate: %q returns %v for %d rows and %d experts; it must be %d×%d", name, g,
			x.Rows(), experts, x.Rows(), experts))
	}
	if shown {
		b.trace.Show(name, g)
	}
	return g
}
