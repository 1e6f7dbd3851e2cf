package autodiff

import (
	"strings"
	"testing"
)

// sameBits compiles y alone, and with every node as an output, which leaves nothing to join: both must give the same
// bits. It returns the first program.
func sameBits(t *testing.T, precision Precision, inputs []Value, y Value) *Program {
	t.Helper()
	var all []Output
	for id := range y.g.nodes {
		all = append(all, Value{y.g, int32(id)})
	}
	lean, kept := CompileAs(precision, y), CompileAs(precision, all...)
	var got [2][]float64
	for k, p := range []*Program{lean, kept} {
		ws := p.NewWorkspace()
		for range 2 {
			for i, in := range inputs {
				ws.Set(in, noise(in.Size(), uint64(i)))
			}
			ws.Run()
		}
		got[k] = ws.Read(y, nil)
	}
	if !same64(got[0], got[1]) {
		t.Errorf("joined and unjoined operations give different bits\n%v", lean)
	}
	return lean
}

func TestJoinedOperations(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     func(x, y, b Value) Value // of x and y, 6×5 or 90×70, and a row
		steps int
		want  string // in the listing
	}{
		{"bias and relu", func(x, y, b Value) Value { return x.MatMulT(y).MatMul(x).Add(b).ReLU() }, 2, "relu(%3 × x + b)"},
		{"gradient step", func(x, y, b Value) Value { return x.Sub(y.MatMul(y.TMatMul(x)).Scale(0.1)) }, 2, "-0.1·y × %2 + x"},
		{"gate", func(x, y, b Value) Value { return y.MatMul(y.TMatMul(x)).gate(x, 0) }, 2, "gate(y × %2, x)"},
		{"difference of products", func(x, y, b Value) Value {
			return x.MatMul(x.TMatMul(y)).Sub(y.MatMul(y.TMatMul(x)))
		}, 4, "−y × %4 + %3"},
		{"step along a direction", func(x, y, b Value) Value { return x.Sub(y.Scale(0.1)) }, 1, "x + -0.1·y"},
		{"a number less a value", func(x, y, b Value) Value { return x.Neg().Shift(2).Mul(y) }, 2, "2 − x"},
		{"dot", func(x, y, b Value) Value { return x.Mul(y).Sum() }, 1, "dot(x, y)"},
		{"square norm", func(x, y, b Value) Value { return x.Square().Sum() }, 1, "dot(x, x)"},
		{"dots of rows", func(x, y, b Value) Value { return x.Mul(y).SumAxis(1) }, 1, "dot over columns(x, y)"},
		{"norms of rows", func(x, y, b Value) Value { return x.Square().SumAxis(1) }, 1, "dot over columns(x, x)"},
		{"weighted by rows", func(x, y, b Value) Value {
			return y.SumAxis(1).Mul(x).Add(x).Add(y.Mul(x.SumAxis(1)))
		}, 4, " + y · %"},
		{"a sum that is read twice stays", func(x, y, b Value) Value {
			z := x.MatMul(y.TMatMul(x))
			return z.ReLU().Add(z)
		}, 4, "x × %2"},
		{"chain", func(x, y, b Value) Value { return x.Add(b).Exp().Mul(y).Tanh().Shift(1).Div(x) }, 6, "tanh"},
		{"constants", func(x, y, b Value) Value {
			c := x.g.Const(2, 2, []float64{1, 2, 3, 4})
			return x.Mul(c.MatMul(c).Exp().Sum().Log())
		}, 1, "x · %"},
	} {
		for _, size := range [][2]int{{6, 5}, {90, 70}} {
			for _, precision := range []Precision{Float64, Float32} {
				g := New()
				x, y, b := g.Input("x", size[0], size[1]), g.Input("y", size[0], size[1]), g.Input("b", 1, size[1])
				p := sameBits(t, precision, []Value{x, y, b}, c.f(x, y, b))
				if len(p.steps) != c.steps || !strings.Contains(p.String(), c.want) {
					t.Errorf("%s: want %d steps and %q in\n%v", c.name, c.steps, c.want, p)
				}
			}
		}
	}
}

// Elementwise steps on large matrices run together; what only they read needs room for a piece.
func TestPieces(t *testing.T) {
	g := New()
	const rows, cols = 500, 300
	x, y, b := g.Input("x", rows, cols), g.Input("y", rows, cols), g.Input("b", 1, cols)
	c := g.Input("c", rows, 1)
	v := x.Add(b).Tanh().Mul(y).Sub(c).Square()
	p := sameBits(t, Float64, []Value{x, y, b, c}, v.Exp().Mul(v).Sum())
	if !strings.Contains(p.String(), "⎧ ") {
		t.Errorf("no steps run together in\n%v", p)
	}
	if most := 8*(2*rows*cols+cols+rows+2*rows*cols) + 2*pieceBytes; p.Cost().Memory > most {
		t.Errorf("%d bytes of memory, want at most %d: two inputs, two matrices and pieces", p.Cost().Memory, most)
	}
	x = New().Input("x", rows, cols)
	z := x.Scale(2).Exp().Shift(1) // no row or column: divided anywhere
	sameBits(t, Float32, []Value{x}, z.Mul(z))
	x = New().Input("x", 1, 100003)
	z = x.Exp().Add(x.g.Scalar(1)).Log()
	sameBits(t, Float64, []Value{x}, z.Mul(x))
}

func TestListing(t *testing.T) {
	g := New()
	x, w, b := g.Input("x", 10, 3), g.Input("W", 3, 4), g.Input("b", 1, 4)
	p := Compile(x.MatMul(w).Add(b).ReLU().Sum())
	want := `float64: 2 steps, 319 FLOP, 1016 bytes read and written, 832 bytes of memory
  %5          10×4  relu(x × W + b)
  %6           1×1  sum(%5)
`
	if got := p.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
