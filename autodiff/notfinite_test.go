package autodiff

import (
	"math"
	"strings"
	"testing"
)

// faultOf runs f on numbers given to an input x of the given shape, and returns what is said of it.
func faultOf(precision Precision, rows, cols int, data []float64, f func(x Value) Output) (Fault, bool) {
	g := New()
	x := g.Input("x", rows, cols)
	ws := CompileAs(precision, f(x)).NewWorkspace()
	ws.Set(x, data)
	ws.Run()
	return ws.NotFinite()
}

func TestNotFiniteNamesTheOperation(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	zeros := func(v float64, n, at int) []float64 { // v everywhere, 0 at one place
		out := make([]float64, n)
		for k := range out {
			out[k] = v
		}
		out[at] = 0
		return out
	}
	for _, c := range []struct {
		name       string
		rows, cols int
		data       []float64
		f          func(x Value) Output
		want       string
	}{
		{"an operation", 10, 1, zeros(1, 10, 3), func(x Value) Output { return x.Log().Sum() },
			"log of x 10×1 made -Inf in row 3, column 0, of 0; it depends on x"},
		{"an output that is a view", 2, 2, []float64{1, 1, 0, 1}, func(x Value) Output { return x.Log().Reshape(1, 4).SliceCols(2, 3) },
			"log of x 2×2 made -Inf in row 1, column 0, of 0; it depends on x"},
		{"two operands", 2, 3, []float64{1, 2, 3, 4, 5, 0}, func(x Value) Output { return x.Sin().Sum().Div(x) },
			"div of sum 1×1 and x 2×3 made +Inf in row 1, column 2, of "},
		{"0 by 0", 1, 2, []float64{0, 0}, func(x Value) Output { return x.Div(x.SliceCols(0, 1)) },
			"div of x 1×2 and slice 1×1 made NaN in row 0, column 0, of 0 and 0"},
		{"what was joined to a product", 2, 2, []float64{1e200, 1, 1, 1}, func(x Value) Output {
			return x.MatMul(x).Add(x.SliceRows(0, 1)).ReLU()
		}, "matmul of x 2×2 and x 2×2 made +Inf in row 0, column 0, of numbers no larger than 1e+200 and 1e+200"},
		{"a sum of squares", 1, 2, []float64{1, 1e200}, func(x Value) Output { return x.Square().Sum() },
			"square of x 1×2 made +Inf in row 0, column 1, of 1e+200"},
		{"a derivative", 1, 3, []float64{4, 0, 1}, func(x Value) Output { return Grad(x.Sqrt().Sum(), x) },
			"made +Inf in row 0, column 1, of 1 and 0"},
		{"a group in pieces", 128, 64, zeros(2, 128*64, 64*100+7), func(x Value) Output {
			return x.Exp().Shift(-1).Log().Sin().Add(x.SliceRows(5, 6)) // exp 0 − 1 is 0
		}, "log of shift 128×64 made -Inf in row 100, column 7, of 0"},
		{"an input", 2, 2, []float64{1, 2, nan, 4}, func(x Value) Output { return x.Exp().Log() },
			"input x 2×2 holds NaN in row 1, column 0"},
		{"a constant", 1, 2, []float64{1, 2}, func(x Value) Output {
			return x.Mul(x.Graph().Const(1, 2, []float64{1, inf})).Sum()
		}, "a constant 1×2 holds +Inf in row 0, column 1"},
		{"what is made of constants", 1, 2, []float64{1, 2}, func(x Value) Output {
			return x.Mul(x.Graph().Const(1, 2, []float64{1, 0}).Log()).Sum()
		}, "log of const 1×2 made -Inf in row 0, column 1, of 0"},
		{"an operation behind a constant", 1, 2, []float64{-1, 2}, func(x Value) Output {
			return x.Sqrt().Sum().Add(x.Graph().Scalar(nan))
		}, "sqrt of x 1×2 made NaN in row 0, column 0, of -1"},
		{"another than what was squashed", 1, 2, []float64{1000, 0}, func(x Value) Output {
			return x.Exp().Reciprocal().Sum().Add(x.SliceCols(1, 2).Log())
		}, "log of slice 1×1 made -Inf in row 0, column 0, of 0"},
		{"the part of a matrix", 3, 2, []float64{1, 2, 0, 1, 1, 1}, func(x Value) Output {
			return x.Log().SliceRows(2, 3).Sum().Div(x.SliceCols(1, 2).Slice(1, 2, 0, 1).Shift(-1))
		}, "div of sum 1×1 and shift 1×1 made NaN in row 0, column 0, of 0 and 0"},
		{"a factor", 2, 2, []float64{1, 2, 2, 1}, func(x Value) Output { return x.LogDetPD() },
			"cholesky of x 2×2 made NaN in row 1, column 1, where the matrix is not positive definite; it depends on x"},
		{"random numbers", 1, 1, []float64{0}, func(x Value) Output { return x.Graph().Normal(3, 1).Scale(1e-300).Pow(-2).Sum() },
			"pow of scale 3×1 made +Inf in row 0, column 0, of "},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New()
			x := g.Input("x", c.rows, c.cols)
			out := c.f(x)
			ws := Compile(out, x).NewWorkspace()
			ws.Set(x, c.data)
			ws.SetNoise(1, 2, 3)
			ws.Run()
			before := append(ws.Read(out, nil), ws.Read(x, nil)...)
			f, ok := ws.NotFinite()
			if got := f.String(); !ok || !strings.HasPrefix(got, c.want) && !strings.Contains(got, c.want) {
				t.Errorf("%v, %q; want %q", ok, got, c.want)
			}
			if after := append(ws.Read(out, nil), ws.Read(x, nil)...); !same64(after, before) {
				t.Error("it changed the workspace")
			}
		})
	}
}

func TestNotFinitePassesOverWhatNoOutputComesFrom(t *testing.T) {
	for name, f := range map[string]func(x Value) Output{
		"1/∞":                  func(x Value) Output { return x.Exp().Reciprocal() },
		"a branch not taken":   func(x Value) Output { return Select(x.Greater(x.Graph().Scalar(1)), x, x.Exp()) },
		"the part of a matrix": func(x Value) Output { return x.Exp().SliceCols(0, 1) },
		"all finite":           func(x Value) Output { return x.Sin() },
	} {
		if f, ok := faultOf(Float64, 1, 2, []float64{2, 1e4}, f); ok {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// In float32 a number may overflow that is finite in float64.
func TestNotFiniteInFloat32(t *testing.T) {
	square := func(x Value) Output { return x.Square().Sum() }
	if f, ok := faultOf(Float64, 1, 2, []float64{1, 1e30}, square); ok {
		t.Errorf("in float64: %v", f)
	}
	f, ok := faultOf(Float32, 1, 2, []float64{1, 1e30}, square)
	if want := "square of x 1×2 made +Inf in row 0, column 1, of 1.0"; !ok || !strings.HasPrefix(f.String(), want) {
		t.Errorf("in float32: %q, want %q", f, want)
	}
	if f.Operation != "square" || f.Rows != 1 || f.Cols != 2 || f.Row != 0 || f.Col != 1 || !math.IsInf(f.Number, 1) ||
		len(f.Operands) != 1 || f.Operands[0].Name != "x" || len(f.Inputs) != 1 {
		t.Errorf("%+v", f)
	}
}

// A fault in one of the lanes of a Jacobian.
func TestNotFiniteInLanes(t *testing.T) {
	inputs, losses, rows, after := heads(3)
	inputs = append([]Output{}, inputs...)
	p := Compile(append(outputsOf(rows), losses[0].Log(), after)...)
	if !strings.Contains(p.String(), "side by side") {
		t.Fatal("no lanes")
	}
	ws := p.NewWorkspace()
	fillInputs(ws, inputs)
	ws.Run()
	if f, ok := ws.NotFinite(); ok {
		t.Fatalf("%v", f)
	}
	ws.Set(inputs[4], append([]float64{1e200}, make([]float64, 199)...)) // the head of the second task
	ws.Run()
	f, ok := ws.NotFinite()
	if want := "it depends on W1, b1, W2, b2, x, v"; !ok || !strings.Contains(f.String(), want) {
		t.Errorf("%v, %q, want %q", ok, f, want)
	}
}

func outputsOf(rows []Params) (outs []Output) {
	for _, r := range rows {
		outs = append(outs, r)
	}
	return outs
}

func TestFaultOfABatch(t *testing.T) {
	g := New()
	x, u := g.Input("x", 1, 3), g.Uniform(1, 3)
	y := x.Log().Add(u).Sum()
	batch := Compile(y).NewBatch(y)
	run := func(from int) {
		batch.Run(20, func(_, k int, ws *Workspace) {
			ws.SetNoise(1, 0, uint64(k))
			ws.Set(x, []float64{1, 1, float64(max(0, from-k))})
			ws.Run()
		})
	}
	run(7)
	task, _ := batch.NotFinite()
	f, ok := batch.Fault()
	if want := "log of x 1×3 made -Inf in row 0, column 2, of 0; it depends on x"; !ok || task != 7 || f.String() != want {
		t.Errorf("task %d: %v, %q; want %q", task, ok, f, want)
	}
	run(100)
	if f, ok := batch.Fault(); ok {
		t.Errorf("%v", f)
	}
}
