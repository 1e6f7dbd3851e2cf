package learnedopt

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// LSTM is an optimiser whose step for an entry θ of the parameters is what a recurrent network of its own makes of the
// gradients g that the entry has had:
//
//	θ ← θ + Scale·(w·h + c),  (h, memory) ← LSTM(features of g, memory).
//
// The features are (log|g|/P, sign g) where |g| ≥ e⁻ᴾ and (−1, eᴾg) elsewhere. The network is Layers layers of Units
// units, each with gates σ(z) for input, forgetting (of z + 1) and output, and tanh between, the same for every entry,
// with a memory for each. The paper has two layers of 20 units and P = 10; the authors' released code has P = 5 (k in
// its options for MNIST), and a Scale of 0.01, which [NewLSTM] has. They take inner gradients for constants: set
// FirstOrder where it is trained for theirs.
//
// Reference: Andrychowicz, Denil, Gómez Colmenarejo, Hoffman, Pfau, Schaul, Shillingford, de Freitas. Learning to learn
// by gradient descent by gradient descent. NeurIPS 2016, arXiv:1606.04474.
type LSTM struct {
	Units  int     // of a layer, at least 1
	Layers int     // at least 1
	P      float64 // above 0 and at most 700: gradients smaller than e⁻ᴾ are small
	Scale  float64 // of the step, finite and above 0
}

var _ Rule = LSTM{}

// NewLSTM returns the optimiser with two layers of 20 units, P 10 and Scale 0.01.
func NewLSTM() LSTM { return LSTM{Units: 20, Layers: 2, P: 10, Scale: 0.01} }

func (l LSTM) check() {
	switch {
	case l.Units < 1 || l.Layers < 1:
		panic(fmt.Sprintf("learnedopt: LSTM: %d Layers of %d Units; there must be at least one of each, NewLSTM has 2 of 20",
			l.Layers, l.Units))
	case !(l.P > 0 && l.P <= 700):
		panic(fmt.Sprintf("learnedopt: LSTM: P is %v; it must be above 0 and at most 700, and 10 is the paper's", l.P))
	case !(l.Scale > 0 && l.Scale <= maxScale):
		panic(fmt.Sprintf("learnedopt: LSTM: Scale is %v; it must be finite and above 0, and 0.01 is usual", l.Scale))
	}
}

// Shapes implements [Rule]: matrix and row of the gates of each layer, for input, candidate, forgetting and output,
// then those of the step.
func (l LSTM) Shapes() []autodiff.Shape {
	l.check()
	var shapes []autodiff.Shape
	in := 2
	for k := range l.Layers {
		shapes = append(shapes,
			autodiff.Shape{Name: fmt.Sprintf("W%d", k+1), Rows: in + l.Units, Cols: 4 * l.Units},
			autodiff.Shape{Name: fmt.Sprintf("b%d", k+1), Rows: 1, Cols: 4 * l.Units})
		in = l.Units
	}
	return append(shapes, autodiff.Shape{Name: "w", Rows: l.Units, Cols: 1}, autodiff.Shape{Name: "c", Rows: 1, Cols: 1})
}

// Init implements [Rule]: matrices by Glorot, rows 0.
func (l LSTM) Init(rng *rand.Rand) []float64 {
	shapes := l.Shapes()
	own := make([]float64, nn.Size(shapes))
	rest := own
	for k, s := range shapes {
		if k%2 == 0 {
			nn.GlorotUniform{}.Fill(rest[:s.Size()], s.Rows, s.Cols, rng)
		}
		rest = rest[s.Size():]
	}
	return own
}

// Memory implements [Rule]: one matrix with a row for each entry of θ and, for each layer, its outputs and its cells.
func (l LSTM) Memory(theta []autodiff.Shape) []autodiff.Shape {
	l.check()
	return []autodiff.Shape{{Name: "memory", Rows: nn.Size(theta), Cols: 2 * l.Layers * l.Units}}
}

// Step implements [Rule].
func (l LSTM) Step(own autodiff.Params, _ autodiff.Value, memory, theta, gradient autodiff.Params) (
	autodiff.Params, autodiff.Params) {
	l.check()
	g, u := stack(gradient), l.Units
	h := autodiff.ConcatCols(l.size(g), g.Scale(math.Exp(l.P)).Clamp(-1, 1))
	var next []autodiff.Value
	for k := range l.Layers {
		part := func(j int) autodiff.Value { return memory.At(0).SliceCols((2*k+j)*u, (2*k+j+1)*u) }
		z := autodiff.ConcatCols(h, part(0)).MatMul(own.At(2 * k)).Add(own.At(2*k + 1))
		gate := func(j int) autodiff.Value { return z.SliceCols(j*u, (j+1)*u) }
		cell := part(1).Mul(gate(2).Shift(1).Sigmoid()).Add(gate(0).Sigmoid().Mul(gate(1).Tanh()))
		h = cell.Tanh().Mul(gate(3).Sigmoid())
		next = append(next, h, cell)
	}
	step := h.MatMul(own.At(2 * l.Layers)).Add(own.At(2*l.Layers + 1)).Scale(l.Scale)
	return like(memory, []autodiff.Value{autodiff.ConcatCols(next...)}), unstack(stack(theta).Add(step), theta)
}

// size returns log|g|/P, and −1 below |g| = e⁻ᴾ.
func (l LSTM) size(g autodiff.Value) autodiff.Value {
	return g.Abs().Max(g.Graph().Scalar(math.Exp(-l.P))).Log().Scale(1 / l.P)
}
