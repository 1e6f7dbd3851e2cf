package learnedopt

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/nn"
)

// MLP is an optimiser whose step for an entry θ of the parameters is what a small network says of it:
//
//	θ ← θ − Scale·d·exp(ExpScale·m),  (d, m) = network(features).
//
// The features of an entry are its gradient g; θ; for each decay β of Momenta a running mean mᵦ ← βmᵦ + (1 − β)g; for
// each decay of Squares one of g², v; of each pair mᵦ/√(v + 1e-6); and 1/√(v + 1e-6). Each of them is divided by the
// root of 1e-5 and its mean square over the entries of the matrix. Beside them stand tanh(t/τ − 1) of the number
// t = 0, 1, … of the step, for τ = 1, 3, 10, … 10⁵. The network has ReLU units between its layers. All are the same for
// every entry of every matrix.
//
// These are features of small_fc_lopt (AdafacMLPLOpt in Google's learned_optimization) without those of Adafactor,
// means over rows and columns: 21 of its 39; and its decays are learned too, here they stand fast. Its hidden layers
// are of 4 and 4 units, its weights drawn from a truncated normal, here by Glorot; decays and scales of [NewMLP] are
// its. The optimiser of Metz et al. 2019 has the gradient, θ, six momenta (.1 to .9999) and the step: Momenta of six
// decays and no Squares.
//
// References: Metz, Maheswaranathan, Nixon, Freeman, Sohl-Dickstein. Understanding and correcting pathologies in the
// training of learned optimizers. ICML 2019, arXiv:1810.10180. Metz, Freeman, Harrison, Maheswaranathan,
// Sohl-Dickstein. Practical tradeoffs between memory, compute, and performance in learned optimizers. 2022,
// arXiv:2203.11860.
type MLP struct {
	Hidden   []int     // units of the hidden layers; none is a linear network
	Momenta  []float64 // decays of the means of the gradient, at least 0 and below 1
	Squares  []float64 // decays of the means of its square
	Scale    float64   // of the step, finite and above 0
	ExpScale float64   // of its exponent, finite and not negative
	Raw      bool      // features are not divided by their size over the matrix
}

var _ Rule = MLP{}

// NewMLP returns the optimiser with hidden layers of that many units: momenta of .9, .99 and .999, squares of .999, and
// both scales .001. The papers have 4, 4 and 32, 32.
func NewMLP(hidden ...int) MLP {
	m := MLP{Hidden: hidden, Momenta: []float64{0.9, 0.99, 0.999}, Squares: []float64{0.999}, Scale: 0.001, ExpScale: 0.001}
	m.check()
	return m
}

// times are the τ of the features of the step.
var times = []float64{1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000}

// features returns their number but for those of the step.
func (m MLP) features() int {
	return 2 + len(m.Momenta) + len(m.Squares) + len(m.Momenta)*len(m.Squares) + len(m.Squares)
}

func (m MLP) network() nn.MLP {
	m.check()
	return nn.MLP{Widths: slices.Concat([]int{m.features() + len(times)}, m.Hidden, []int{2}), Activation: nn.ReLU}
}

func (m MLP) check() {
	for _, decay := range slices.Concat(m.Momenta, m.Squares) {
		if !(decay >= 0 && decay < 1) {
			panic(fmt.Sprintf("learnedopt: MLP: a decay of Momenta or Squares is %v; it must be at least 0 and below 1", decay))
		}
	}
	if !(m.Scale > 0 && m.Scale <= maxScale) {
		panic(fmt.Sprintf("learnedopt: MLP: Scale is %v; it must be finite and above 0, and 0.001 is usual", m.Scale))
	}
	if !(m.ExpScale >= 0 && m.ExpScale <= maxScale) {
		panic(fmt.Sprintf("learnedopt: MLP: ExpScale is %v; it must be finite and not negative, and 0.001 is usual", m.ExpScale))
	}
	for _, units := range m.Hidden {
		if units < 1 {
			panic(fmt.Sprintf("learnedopt: MLP: Hidden is %v; every layer has at least 1 unit", m.Hidden))
		}
	}
}

// maxScale is beyond what makes sense, and finite.
const maxScale = 1e300

// Shapes implements [Rule]: those of the network.
func (m MLP) Shapes() []autodiff.Shape { return m.network().Shapes() }

// Init implements [Rule].
func (m MLP) Init(rng *rand.Rand) []float64 { return m.network().Init(rng) }

// Memory implements [Rule]: one matrix with a row for each entry of θ and a column for each decay.
func (m MLP) Memory(theta []autodiff.Shape) []autodiff.Shape {
	if len(m.Momenta)+len(m.Squares) == 0 {
		return nil
	}
	return []autodiff.Shape{{Name: "means", Rows: nn.Size(theta), Cols: len(m.Momenta) + len(m.Squares)}}
}

// Step implements [Rule].
func (m MLP) Step(own autodiff.Params, k autodiff.Value, memory, theta, gradient autodiff.Params) (
	autodiff.Params, autodiff.Params) {
	net, g, p := m.network(), stack(gradient), stack(theta)
	var means autodiff.Value
	columns := []autodiff.Value{g, p}
	if memory.Len() > 0 {
		means = m.remember(memory.At(0), g)
		columns = append(columns, means)
		memory = like(memory, []autodiff.Value{means})
	}
	n := len(m.Momenta)
	for j := range m.Squares {
		root := means.SliceCols(n+j, n+j+1).Shift(1e-6).Sqrt().Reciprocal()
		if n > 0 {
			columns = append(columns, means.SliceCols(0, n).Mul(root))
		}
		columns = append(columns, root)
	}
	x := autodiff.ConcatCols(columns...)
	if !m.Raw {
		x = sized(x, theta)
	}
	graph := g.Graph()
	inverse := make([]float64, len(times))
	for j, tau := range times {
		inverse[j] = 1 / tau
	}
	time := k.Shift(-1).Mul(graph.Const(1, len(times), inverse)).Shift(-1).Tanh()
	x = autodiff.ConcatCols(x, time.BroadcastTo(g.Rows(), len(times)))
	out := net.Apply(nil, own, x)
	step := out.SliceCols(0, 1).Mul(out.SliceCols(1, 2).Scale(m.ExpScale).Exp()).Scale(m.Scale)
	return memory, unstack(p.Sub(step), theta)
}

// remember returns the means after a gradient, n×1.
func (m MLP) remember(means, g autodiff.Value) autodiff.Value {
	var news []autodiff.Value
	for range m.Momenta {
		news = append(news, g)
	}
	for range m.Squares {
		news = append(news, g.Square())
	}
	decays := slices.Concat(m.Momenta, m.Squares)
	rest := make([]float64, len(decays))
	for j, d := range decays {
		rest[j] = 1 - d
	}
	c := func(v []float64) autodiff.Value { return g.Graph().Const(1, len(v), v) }
	return means.Mul(c(decays)).Add(autodiff.ConcatCols(news...).Mul(c(rest)))
}

// sized divides each column by the root of its mean square over the rows of each matrix of theta.
func sized(x autodiff.Value, theta autodiff.Params) autodiff.Value {
	parts, at := make([]autodiff.Value, theta.Len()), 0
	for i := range parts {
		part := x.SliceRows(at, at+theta.At(i).Size())
		parts[i] = part.Mul(part.Square().MeanAxis(0).Shift(1e-5).Sqrt().Reciprocal())
		at += theta.At(i).Size()
	}
	return autodiff.ConcatRows(parts...)
}
