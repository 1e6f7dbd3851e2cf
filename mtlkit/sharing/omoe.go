package sharing

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// OMoE is a mixture of experts with one gate for all tasks:
//
//	z = Σₑ g(x)ₑ expertₑ(x),   g(x) = softmax(x·W + b),   outputₜ = headₜ(z)
//
// It is the baseline of [MMoE]'s paper, which gives each task a gate; there it has 8 experts of one layer of 16 units,
// and no bias in the gate. Parameters are called expert1.W1, …, gate.W1, gate.b1, head1.W1, …. The gate is shown, rows
// × experts. A task alone has all but the other heads. [DSelectK] is a gate that picks few experts.
//
// Reference: Jacobs, Jordan, Nowlan, Hinton. Adaptive mixtures of local experts. Neural Computation 3, 1991; for
// several tasks Ma, Zhao, Yi, Chen, Hong, Chi. KDD 2018.
type OMoE struct {
	Inputs     int            // columns of the inputs
	Expert     []int          // the units of the layers of an expert
	Experts    int            // how many
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of an expert too
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
	Gate       Gate           // nil is the softmax above
}

var (
	_ mtlkit.Encoder = OMoE{}
	_ mtlkit.Twinned = OMoE{}
)

// Tasks implements [mtlkit.Model].
func (m OMoE) Tasks() int { return len(m.Heads) }

// Shapes implements [mtlkit.Model].
func (m OMoE) Shapes() []autodiff.Shape { return m.parts().shapes() }

// Init implements [mtlkit.Model]: the experts are drawn first, then the gate, then the heads.
func (m OMoE) Init(rng *rand.Rand) []float64 { return m.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (m OMoE) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	z := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		layers := m.Encode(t, theta, x[tasks[0]])
		for _, task := range tasks {
			z[task] = layers[0]
		}
	}
	return m.Decode(t, theta, z)
}

// Encode implements [mtlkit.Encoder]: the mixture is the one layer.
func (m OMoE) Encode(t *nn.Trace, theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	b := m.parts().bind("OMoE", t, theta, len(m.Heads), len(m.Heads))
	gate := b.gated("gate", x, m.Experts, true)
	var h []autodiff.Value
	for e := range m.Experts {
		h = append(h, b.apply(expertName(e), x))
	}
	return []autodiff.Value{mix(gate, h)}
}

// Decode implements [mtlkit.Encoder].
func (m OMoE) Decode(t *nn.Trace, theta autodiff.Params, z []autodiff.Value) []autodiff.Value {
	b := m.parts().bind("OMoE", t, theta, len(z), len(m.Heads))
	out := make([]autodiff.Value, len(z))
	for task, v := range z {
		out[task] = b.apply(headName(task), v)
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (m OMoE) Twin(task int) (twin mtlkit.Model, from []string) {
	m.stack().twinOf(task)
	m.Heads = m.Heads[task : task+1]
	return m, twinNames(m, task)
}

// Resized implements [mtlkit.Resizable].
func (m OMoE) Resized(factor float64) mtlkit.Model {
	r := resize("OMoE", factor)
	m.Expert, m.Heads = r.layers(m.Expert), r.heads(m.Heads)
	return m
}

func (m OMoE) stack() stack {
	s := stack{"OMoE", m.Inputs, oneLevel("OMoE", m.Expert), m.Heads, m.Activation, m.Weights}.checked()
	s.count("Experts", m.Experts)
	return s
}

func (m OMoE) parts() (p parts) {
	s := m.stack()
	for e := range m.Experts {
		p = append(p, part{expertName(e), s.expert(0)})
	}
	p = append(p, part{"gate", gateOf(m.Gate, m.Inputs, m.Experts, m.Weights)})
	return append(p, s.headParts()...)
}

func expertName(e int) string { return fmt.Sprintf("expert%d", e+1) }
