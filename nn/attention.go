package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
)

// Attention lets each row of x gather from the rows of z. For head h, which has the Width/Heads columns from
// h·Width/Heads of the queries Q = x·Wq, the keys K = z·Wk and the values V = z·Wv,
//
//	headₕ = softmax(QₕKₕᵀ/√(Width/Heads))·Vₕ,
//
// the softmax over the rows of z. The heads stand side by side, n × Width for n rows of x, and are multiplied by Wo, if
// there are Outputs. There are no biases.
//
// As a [Network] it is self-attention, z = x; [Attention.Attend] takes both, and a source of keys apart from that of
// values. The order of the rows of z does not matter. With Causal, row i of x sees rows 0 … i of z alone; what more is
// to be hidden, Attend is told.
//
// The parameters are Wq, Inputs × Width, Wk, Keys × Width, Wv, Values × Width, and Wo, Width × Outputs.
//
// Reference: Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin. Attention is all you need. NeurIPS
// 2017, arXiv:1706.03762.
type Attention struct {
	Inputs  int         // columns of x
	Keys    int         // columns of what keys are made of
	Values  int         // columns of what values are made of
	Width   int         // columns of queries, keys and values, of all heads together
	Heads   int         // a divisor of Width
	Outputs int         // columns of the result; 0 is none but the heads, and no Wo
	Causal  bool        // row i of x sees rows 0 … i of z
	Weights Initializer // nil is GlorotUniform
}

var _ Network = Attention{}

// NewAttention returns self-attention whose inputs, heads together and outputs have the same number of columns.
func NewAttention(width, heads int) Attention {
	return Attention{Inputs: width, Keys: width, Values: width, Width: width, Heads: heads, Outputs: width}
}

// Shapes implements [Network].
func (a Attention) Shapes() []autodiff.Shape {
	a.check()
	shapes := []autodiff.Shape{{Name: "Wq", Rows: a.Inputs, Cols: a.Width}, {Name: "Wk", Rows: a.Keys, Cols: a.Width},
		{Name: "Wv", Rows: a.Values, Cols: a.Width}}
	if a.Outputs > 0 {
		shapes = append(shapes, autodiff.Shape{Name: "Wo", Rows: a.Width, Cols: a.Outputs})
	}
	return shapes
}

// Init implements [Network].
func (a Attention) Init(rng *rand.Rand) []float64 {
	checkSource("Attention.Init", rng)
	weights := a.Weights
	if weights == nil {
		weights = GlorotUniform{}
	}
	theta := make([]float64, Size(a.Shapes()))
	rest := theta
	for _, s := range a.Shapes() {
		weights.Fill(rest[:s.Size()], s.Rows, s.Cols, rng)
		rest = rest[s.Size():]
	}
	return theta
}

// Apply implements [Network]: the rows of x attend to each other.
func (a Attention) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	return a.Attend(t, theta, x, x, x, nil)
}

// Attend traces the rows of x as they attend to rows of which keys and values are made, in most networks the same. sees
// says for each row of x how many rows it sees, from the first, at least one; nil is all of them, or as Causal says.
//
// It shows what attention each row of x has for each row of the keys, the mean over heads, as "attention".
func (a Attention) Attend(t *Trace, theta autodiff.Params, x, keys, values autodiff.Value, sees []int) autodiff.Value {
	a.check()
	checkLayer("Attention", a.Shapes(), theta, a.Inputs, x)
	if keys.Cols() != a.Keys || values.Cols() != a.Values || keys.Rows() != values.Rows() {
		panic(fmt.Sprintf("nn: Attention: keys are made of %v and values of %v; they must have %d and %d columns, and "+
			"as many rows", keys, values, a.Keys, a.Values))
	}
	hidden := a.hidden(x.Graph(), x.Rows(), keys.Rows(), sees)
	q := x.MatMul(theta.At(0)).Scale(1 / math.Sqrt(float64(a.Width/a.Heads)))
	k, v := keys.MatMul(theta.At(1)), values.MatMul(theta.At(2))
	out := a.heads(t, q, k, v, hidden)
	if a.Outputs > 0 {
		out = out.MatMul(theta.At(3))
	}
	return out
}

// heads returns the heads side by side for queries, keys and values.
func (a Attention) heads(t *Trace, q, k, v autodiff.Value, hidden *autodiff.Value) autodiff.Value {
	n, m := q.Rows(), k.Rows()
	own := func(v autodiff.Value, h int) autodiff.Value {
		return v.SliceCols(h*a.Width/a.Heads, (h+1)*a.Width/a.Heads)
	}
	each := make([]autodiff.Value, a.Heads)
	for h := range each {
		each[h] = own(q, h).MatMulT(own(k, h))
	}
	score := autodiff.ConcatRows(each...) // so that there is one softmax
	if hidden != nil {
		score = score.Add(*hidden)
	}
	e := score.Sub(score.MaxAxis(1).StopGradient()).Exp()
	share := e.Mul(e.SumAxis(1).Reciprocal())
	if t != nil {
		t.Show("attention", share.Reshape(a.Heads, n*m).MeanAxis(0).Reshape(n, m))
	}
	for h := range each {
		each[h] = share.SliceRows(h*n, (h+1)*n).MatMul(own(v, h))
	}
	return autodiff.ConcatCols(each...)
}

// hidden returns what is added to the scores of n rows for m others, in each head, so that each row sees as many as it
// should; nil is nothing.
func (a Attention) hidden(g *autodiff.Graph, n, m int, sees []int) *autodiff.Value {
	if sees == nil && !a.Causal {
		return nil
	}
	if sees == nil {
		for i := range n {
			sees = append(sees, min(i+1, m))
		}
	}
	if len(sees) != n {
		panic(fmt.Sprintf("nn: Attention.Attend: sees has %d numbers for %d rows of x; there must be one for each", len(sees),
			n))
	}
	var mask []float64
	for i, s := range sees {
		if s < 1 || s > m {
			panic(fmt.Sprintf("nn: Attention.Attend: row %d of x sees %d rows; it must see 1 to %d", i, s, m))
		}
		mask = append(append(mask, make([]float64, s)...), slices.Repeat([]float64{never}, m-s)...)
	}
	v := g.Const(a.Heads*n, m, slices.Repeat(mask, a.Heads))
	return &v
}

func (a Attention) check() {
	if a.Inputs < 1 || a.Keys < 1 || a.Values < 1 || a.Outputs < 0 {
		panic(fmt.Sprintf("nn: Attention: Inputs is %d, Keys %d, Values %d, Outputs %d; they must be at least 1, and "+
			"Outputs 0 or more", a.Inputs, a.Keys, a.Values, a.Outputs))
	}
	if a.Heads < 1 || a.Width < 1 || a.Width%a.Heads != 0 {
		panic(fmt.Sprintf("nn: Attention: Width is %d and Heads %d; each head has Width/Heads columns, a whole number from 1",
			a.Width, a.Heads))
	}
}
