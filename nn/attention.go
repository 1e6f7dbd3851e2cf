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
	return a.AttendApart(t, theta, x, keys, values, sees, 1)
}

// AttendApart is [Attention.Attend] for n sets of rows, as many in each, one set below the other: the rows of x attend
// to the rows of their own set alone. sees is that of every set. With more than one set nothing is shown.
func (a Attention) AttendApart(t *Trace, theta autodiff.Params, x, keys, values autodiff.Value, sees []int, n int) autodiff.Value {
	a.check()
	checkLayer("Attention", a.Shapes(), theta, a.Inputs, x)
	if keys.Cols() != a.Keys || values.Cols() != a.Values || keys.Rows() != values.Rows() {
		panic(fmt.Sprintf("nn: Attention: keys are made of %v and values of %v; they must have %d and %d columns, and "+
			"as many rows", keys, values, a.Keys, a.Values))
	}
	if n < 1 || x.Rows()%n != 0 || keys.Rows()%n != 0 {
		panic(fmt.Sprintf("nn: Attention.AttendApart: %v and keys made of %v are no %d sets of equally many rows", x, keys, n))
	}
	hidden := a.hidden(x.Graph(), x.Rows()/n, keys.Rows()/n, sees)
	q := x.MatMul(theta.At(0)).Scale(1 / math.Sqrt(float64(a.Width/a.Heads)))
	k, v := keys.MatMul(theta.At(1)), values.MatMul(theta.At(2))
	var out autodiff.Value
	if n == 1 {
		out = a.heads(t, q, k, v, hidden)
	} else {
		sets := make([]autodiff.Value, n)
		for i := range sets {
			set := func(v autodiff.Value) autodiff.Value { return v.SliceRows(i*v.Rows()/n, (i+1)*v.Rows()/n) }
			sets[i] = a.heads(nil, set(q), set(k), set(v), hidden)
		}
		out = autodiff.ConcatRows(sets...)
	}
	if a.Outputs > 0 {
		out = out.MatMul(theta.At(3))
	}
	return out
}

// heads returns the heads side by side for queries, keys and values.
func (a Attention) heads(t *Trace, q, k, v autodiff.Value, hidden *autodiff.Value) autodiff.Value {
	n, m := q.Rows(), k.Rows()
	// All heads at once: the queries once for each head, with zeros in the columns of the others, then the softmax, whose
	// sum divides after the product, and of the products each head's own columns.
	score := a.own(q.Reshape(1, n*a.Width)).Reshape(a.Heads*n, a.Width).MatMulT(k)
	if hidden != nil {
		score = score.Add(*hidden)
	}
	e := score.Sub(score.MaxAxis(1).StopGradient()).Exp()
	share := e.SumAxis(1).Reciprocal()
	if t != nil {
		t.Show("attention", e.Mul(share).Reshape(a.Heads, n*m).MeanAxis(0).Reshape(n, m))
	}
	heads := e.MatMul(v).Mul(share)
	return a.own(heads.Reshape(a.Heads, n*a.Width)).SumAxis(0).Reshape(n, a.Width)
}

// own returns of n × Width numbers, a row for each head or one for all, those in the head's own columns, and 0
// elsewhere.
func (a Attention) own(v autodiff.Value) autodiff.Value {
	if a.Heads == 1 {
		return v
	}
	mask := make([]float64, a.Heads*v.Cols())
	for h := range a.Heads {
		for i := range v.Cols() {
			if i%a.Width*a.Heads/a.Width == h {
				mask[h*v.Cols()+i] = 1
			}
		}
	}
	return v.Mul(v.Graph().Const(a.Heads, v.Cols(), mask))
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
