package nn

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
)

// GRU is a gated recurrent unit: it reads rows one after the other into a state h of Units numbers,
//
//	r = sigmoid(x·Wr + h·Ur + br)             how much of the state the candidate sees
//	z = sigmoid(x·Wz + h·Uz + bz)             how much of the state stays
//	c = tanh(x·Wn + bn + r ∘ (h·Un + cn))     the candidate
//	h ← (1 − z) ∘ c + z ∘ h
//
// with r beside the product, as in PyTorch, in cuDNN and in the first version of the paper; in its third version r is
// inside, c = tanh(x·Wn + (r ∘ h)·Un).
//
// The parameters are W = [Wr Wz Wn], Inputs × 3·Units, U = [Ur Uz Un], Units × 3·Units, b = [br bz bn], 1 × 3·Units,
// and cn, 1 × Units. PyTorch keeps the transposes of W and U, and has a second bias for r and z, which adds to the
// first.
//
// Reference: Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk, Bengio. Learning phrase representations using
// RNN encoder-decoder for statistical machine translation. EMNLP 2014, arXiv:1406.1078.
type GRU struct {
	Inputs  int         // columns of the rows that are read
	Units   int         // of the state
	Weights Initializer // of each of the six matrices; nil is GlorotUniform. Biases start at 0.
}

var _ Network = GRU{}

// Shapes implements [Network].
func (u GRU) Shapes() []autodiff.Shape {
	u.check()
	return []autodiff.Shape{
		{Name: "W", Rows: u.Inputs, Cols: 3 * u.Units}, {Name: "U", Rows: u.Units, Cols: 3 * u.Units},
		{Name: "b", Rows: 1, Cols: 3 * u.Units}, {Name: "cn", Rows: 1, Cols: u.Units},
	}
}

// Init implements [Network].
func (u GRU) Init(rng *rand.Rand) []float64 {
	checkSource("GRU.Init", rng)
	weights := u.Weights
	if weights == nil {
		weights = GlorotUniform{}
	}
	theta := make([]float64, Size(u.Shapes()))
	rest := theta
	for _, rows := range []int{u.Inputs, u.Units} {
		one := make([]float64, rows*u.Units)
		for gate := range 3 {
			weights.Fill(one, rows, u.Units, rng)
			for r := range rows {
				copy(rest[(3*r+gate)*u.Units:], one[r*u.Units:(r+1)*u.Units])
			}
		}
		rest = rest[3*len(one):]
	}
	return theta
}

// Apply implements [Network]: it reads the rows of x in their order, from a state of zeros, and returns the state after
// each of them, n × Units.
func (u GRU) Apply(_ *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	u.check()
	return u.Read(theta, x, x.Graph().Fill(1, u.Units, 0))
}

// Read reads the rows of x in their order, from the state h, 1 × Units, and returns the state after each of them.
func (u GRU) Read(theta autodiff.Params, x, h autodiff.Value) autodiff.Value {
	u.checkState("Read", theta, x, h, 1)
	in := x.MatMul(theta.At(0)).Add(theta.At(2)) // of all rows at once
	states := make([]autodiff.Value, x.Rows())
	for i := range states {
		h = u.next(theta, in.SliceRows(i, i+1), h)
		states[i] = h
	}
	return autodiff.ConcatRows(states...)
}

// Step reads one row in each of n sequences side by side: x is n × Inputs, h their states, n × Units, and the result
// the states after it.
func (u GRU) Step(theta autodiff.Params, x, h autodiff.Value) autodiff.Value {
	u.checkState("Step", theta, x, h, x.Rows())
	return u.next(theta, x.MatMul(theta.At(0)).Add(theta.At(2)), h)
}

// next returns the state after rows whose part of the gates and the candidate is in.
func (u GRU) next(theta autodiff.Params, in, h autodiff.Value) autodiff.Value {
	n := u.Units
	of := h.MatMul(theta.At(1))
	gates := in.SliceCols(0, 2*n).Add(of.SliceCols(0, 2*n)).Sigmoid()
	r, z := gates.SliceCols(0, n), gates.SliceCols(n, 2*n)
	c := in.SliceCols(2*n, 3*n).Add(r.Mul(of.SliceCols(2*n, 3*n).Add(theta.At(3)))).Tanh()
	return c.Add(z.Mul(h.Sub(c)))
}

func (u GRU) checkState(method string, theta autodiff.Params, x, h autodiff.Value, rows int) {
	u.check()
	checkLayer("GRU", u.Shapes(), theta, u.Inputs, x)
	if h.Rows() != rows || h.Cols() != u.Units {
		panic(fmt.Sprintf("nn: GRU.%s: the state is %v; it must be %d×%d", method, h, rows, u.Units))
	}
}

func (u GRU) check() {
	if u.Inputs < 1 || u.Units < 1 {
		panic(fmt.Sprintf("nn: GRU: Inputs is %d and Units %d; both must be at least 1", u.Inputs, u.Units))
	}
}
