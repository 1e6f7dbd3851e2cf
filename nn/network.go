package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
)

// A Network is a function of parameters and inputs.
type Network interface {
	// Shapes lists the parameters in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Init returns the first parameters as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// Apply traces the network: x is n × inputs, the result n × outputs. theta has the network's shapes. What else the
	// network needs or hands out goes through t, which is nil in an evaluation by hand.
	Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value
}

// An MLP is a network of dense layers, h ↦ activation(h·Wₖ + bₖ), k = 1 … L, the last of them with the activation
// Output. Its parameters are W1, b1, W2, b2, …; Wₖ is inputs × outputs, bₖ is 1 × outputs. With a Norm, those of hidden
// layer k follow bₖ as normₖ.gain and so on, and its scope is normₖ. With Dropout a hidden layer is Dropout(activation(…)).
type MLP struct {
	Widths     []int       // inputs, hidden units of each layer, outputs; at least two numbers
	Activation Activation  // of the hidden layers
	Output     Activation  // of the last layer; usually Linear, the losses take logits
	Weights    Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
	Norm       Norm        // of the hidden units before their activation, such as NewLayerNorm(1); nil is none
	Dropout    float64     // rate at which hidden units are dropped in training, after their activation; see [Dropout]
	Hidden     bool        // the last layer is a hidden one too, with Norm and Dropout, as in a trunk that heads follow
}

var _ Network = MLP{}

// Shapes implements [Network].
func (m MLP) Shapes() []autodiff.Shape {
	var shapes []autodiff.Shape
	for k := range m.layers() {
		shapes = append(shapes,
			autodiff.Shape{Name: fmt.Sprintf("W%d", k+1), Rows: m.Widths[k], Cols: m.Widths[k+1]},
			autodiff.Shape{Name: fmt.Sprintf("b%d", k+1), Rows: 1, Cols: m.Widths[k+1]})
		if norm := m.norm(k); norm != nil {
			for _, s := range norm.Shapes() {
				s.Name = fmt.Sprintf("norm%d.%s", k+1, s.Name)
				shapes = append(shapes, s)
			}
		}
	}
	return shapes
}

// Init implements [Network].
func (m MLP) Init(rng *rand.Rand) []float64 {
	checkSource("MLP.Init", rng)
	weights := m.Weights
	if weights == nil {
		weights = GlorotUniform{}
	}
	theta := make([]float64, m.Size())
	rest := theta
	for k := range m.layers() {
		in, out := m.Widths[k], m.Widths[k+1]
		weights.Fill(rest[:in*out], in, out, rng)
		rest = rest[in*out+out:]
		if norm := m.norm(k); norm != nil {
			rest = rest[copy(rest, norm.Init(rng)):]
		}
	}
	return theta
}

// Apply implements [Network].
func (m MLP) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	layers := m.Layers(t, theta, x)
	return layers[len(layers)-1]
}

// Layers traces the network as Apply does and returns the output of every layer, n × its units; that of the last is what
// Apply returns.
func (m MLP) Layers(t *Trace, theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	shapes := m.Shapes()
	if theta.Len() != len(shapes) {
		panic(fmt.Sprintf("nn: MLP.Apply: %d matrices of parameters for %d layers, which take %d", theta.Len(), m.layers(),
			len(shapes)))
	}
	for k, s := range shapes {
		if p := theta.At(k); p.Rows() != s.Rows || p.Cols() != s.Cols {
			panic(fmt.Sprintf("nn: MLP.Apply: parameter %d is %v; widths %v want %v", k, p, m.Widths, s))
		}
	}
	if x.Cols() != m.Widths[0] {
		panic(fmt.Sprintf("nn: MLP.Apply: the inputs %v have %d columns; widths %v want %d",
			x, x.Cols(), m.Widths, m.Widths[0]))
	}
	h, at := x, 0
	out := make([]autodiff.Value, m.layers())
	for k := range out {
		h = h.MatMul(theta.At(at)).Add(theta.At(at + 1))
		at += 2
		if norm := m.norm(k); norm != nil {
			end := at + len(norm.Shapes())
			h = norm.Apply(t.Scope(fmt.Sprintf("norm%d", k+1)), theta.Slice(at, end), h)
			at = end
		}
		if k < len(out)-1 {
			h = m.Activation.Apply(h)
		} else {
			h = m.Output.Apply(h)
		}
		if m.hidden(k) {
			h = Dropout(t, h, m.Dropout)
		}
		out[k] = h
	}
	return out
}

// norm returns what normalises the units of a layer, nil for none.
func (m MLP) norm(layer int) Network {
	if m.Norm == nil || !m.hidden(layer) {
		return nil
	}
	return m.Norm.For(m.Widths[layer+1])
}

func (m MLP) hidden(layer int) bool { return m.Hidden || layer < m.layers()-1 }

// Size returns the number of parameters.
func (m MLP) Size() int { return Size(m.Shapes()) }

func (m MLP) layers() int {
	if len(m.Widths) < 2 {
		panic(fmt.Sprintf("nn: MLP: Widths is %v; it needs at least the number of inputs and of outputs", m.Widths))
	}
	for _, w := range m.Widths {
		if w < 1 {
			panic(fmt.Sprintf("nn: MLP: Widths is %v; every width must be at least 1", m.Widths))
		}
	}
	if !(m.Dropout >= 0 && m.Dropout < 1) {
		panic(fmt.Sprintf("nn: MLP: Dropout is %v; it must be at least 0 and below 1", m.Dropout))
	}
	return len(m.Widths) - 1
}

// Size returns the number of entries of all shapes together. It panics if one of them has no rows or columns, or if the
// number is beyond what an int holds.
func Size(shapes []autodiff.Shape) int {
	n := 0
	for _, s := range shapes {
		if s.Rows < 1 || s.Cols < 1 {
			panic(fmt.Sprintf("nn: the shape %v; a matrix has at least one row and one column", s))
		}
		if s.Rows > (math.MaxInt-n)/s.Cols {
			panic(fmt.Sprintf("nn: the shapes up to %v hold more numbers than an int counts", s))
		}
		n += s.Size()
	}
	return n
}
