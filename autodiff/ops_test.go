package autodiff

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// eval runs f on a row of numbers and returns its entries.
func eval(x []float64, f func(x Value) Value) []float64 {
	g := New()
	in := g.Input("x", 1, len(x))
	y := f(in)
	ws := Compile(y, in).NewWorkspace()
	ws.Set(in, x)
	ws.Run()
	return ws.Read(y, nil)
}

// slope evaluates the derivative of the sum of f.
func slope(x []float64, f func(x Value) Value) []float64 {
	return eval(x, func(x Value) Value { return Grad(f(x).Sum(), x) })
}

func TestOpaqueOperations(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{-2, 0, 3, inf, nan}
	for _, c := range []struct {
		name string
		f    func(Value) Value
		want []float64
	}{
		{"greater", func(v Value) Value { return v.Greater(v.g.Scalar(0)) }, []float64{0, 0, 1, 1, 0}},
		{"equal", func(v Value) Value { return v.Equal(v.g.Scalar(3)) }, []float64{0, 0, 1, 0, 0}},
		{"sign", Value.Sign, []float64{-1, 0, 1, 1, nan}},
		{"within", func(v Value) Value { return v.Within(-2, 0) }, []float64{1, 1, 0, 0, 0}},
		{"stop gradient", Value.StopGradient, x},
	} {
		if got := eval(x, c.f); !same64(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if got := slope(x, c.f); !same64(got, make([]float64, len(x))) {
			t.Errorf("%s: the derivative is %v, want zeros", c.name, got)
		}
	}
	if got := slope([]float64{3}, func(v Value) Value { return v.Mul(v.StopGradient()) }); got[0] != 3 {
		t.Errorf("x·stop(x) at 3: derivative %v, want 3", got[0])
	}
}

func TestKinks(t *testing.T) {
	for _, c := range []struct {
		name string
		x    []float64
		f    func(Value) Value
		want []float64
	}{
		{"relu at 0", []float64{-1, 0, 1}, Value.ReLU, []float64{0, 0, 1}},
		{"leaky relu at 0", []float64{-1, 0, 1}, func(v Value) Value { return v.LeakyReLU(0.1) }, []float64{0.1, 0.1, 1}},
		{"abs at 0", []float64{-1, 0, 1}, Value.Abs, []float64{-1, 0, 1}},
		{"clamp at its ends", []float64{-2, -1, 0, 1, 2}, func(v Value) Value { return v.Clamp(-1, 1) }, []float64{0, 1, 1, 1, 0}},
		{"max at a tie", []float64{-1, 0, 1}, func(v Value) Value { return v.Max(v.g.Scalar(0)) }, []float64{0, 0.5, 1}},
		{"min at a tie", []float64{-1, 0, 1}, func(v Value) Value { return v.Min(v.g.Scalar(0)) }, []float64{1, 0.5, 0}},
		{"both sides of a tie", []float64{2, 2}, func(v Value) Value { return v.SliceCols(0, 1).Max(v.SliceCols(1, 2)) },
			[]float64{0.5, 0.5}},
		{"max along an axis at a tie", []float64{3, 1, 3, 3}, func(v Value) Value { return v.MaxAxis(1) },
			[]float64{1. / 3, 0, 1. / 3, 1. / 3}},
		{"select takes one branch", []float64{-1, 1}, func(v Value) Value {
			return Select(v.Greater(v.g.Scalar(0)), v.Square(), v.Scale(3))
		}, []float64{3, 2}},
	} {
		if got := slope(c.x, c.f); !same64(got, c.want) {
			t.Errorf("%s: derivative at %v is %v, want %v", c.name, c.x, got, c.want)
		}
	}
}

func TestExtremeArguments(t *testing.T) {
	big := []float64{-1000, -40, 0, 40, 1000}
	if got, want := eval(big, Value.Softplus), []float64{0, math.Exp(-40), math.Ln2, 40, 1000}; !close64(got, want, 1e-15) {
		t.Errorf("softplus%v = %v, want %v", big, got, want)
	}
	if got, want := eval(big, Value.Sigmoid), []float64{0, math.Exp(-40), 0.5, 1, 1}; !close64(got, want, 1e-15) {
		t.Errorf("sigmoid%v = %v, want %v", big, got, want)
	}
	got := eval([]float64{1000, 1001, -1000}, func(v Value) Value { return v.LogSumExp(1) })
	if want := 1001 + math.Log1p(math.Exp(-1)); math.Abs(got[0]-want) > 1e-12 {
		t.Errorf("log-sum-exp = %v, want %v", got[0], want)
	}
	for name, f := range map[string]func(Value) Value{"relu": Value.ReLU, "abs": Value.Abs, "softplus": Value.Softplus} {
		if got := eval([]float64{math.NaN()}, f); !math.IsNaN(got[0]) {
			t.Errorf("%s of NaN is %v, want NaN", name, got[0])
		}
	}
}

func TestValues(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6}
	m := func(f func(Value) Value) func(Value) Value {
		return func(v Value) Value { return f(v.Reshape(2, 3)) }
	}
	for _, c := range []struct {
		name string
		f    func(Value) Value
		want []float64
	}{
		{"transpose", m(Value.T), []float64{1, 4, 2, 5, 3, 6}},
		{"sum over rows", m(func(v Value) Value { return v.SumAxis(0) }), []float64{5, 7, 9}},
		{"mean over columns", m(func(v Value) Value { return v.MeanAxis(1) }), []float64{2, 5}},
		{"slice", m(func(v Value) Value { return v.Slice(0, 2, 1, 3) }), []float64{2, 3, 5, 6}},
		{"pad", m(func(v Value) Value { return v.SliceCols(0, 1).Pad(0, 1, 2, 2) }), []float64{0, 1, 0, 4}},
		{"concat rows", m(func(v Value) Value { return ConcatRows(v.SliceRows(1, 2), v) }), []float64{4, 5, 6, 1, 2, 3, 4, 5, 6}},
		{"concat cols", m(func(v Value) Value { return ConcatCols(v.SliceCols(2, 3), v) }), []float64{3, 1, 2, 3, 6, 4, 5, 6}},
		{"gather rows", m(func(v Value) Value { return v.GatherRows(v.g.Const(3, 1, []float64{1, 0, 1})) }),
			[]float64{4, 5, 6, 1, 2, 3, 4, 5, 6}},
		{"scatter rows", m(func(v Value) Value { return v.ScatterRows(v.g.Const(2, 1, []float64{1, 1}), 3) }),
			[]float64{0, 0, 0, 5, 7, 9, 0, 0, 0}},
		{"gather", m(func(v Value) Value { return v.Gather(v.g.Const(2, 1, []float64{2, 0})) }), []float64{3, 4}},
		{"one-hot", m(func(v Value) Value { return OneHot(v.g.Const(2, 1, []float64{2, 0}), 3) }), []float64{0, 0, 1, 1, 0, 0}},
		{"outer difference", func(v Value) Value { return v.T().Sub(v).Slice(0, 2, 0, 3) }, []float64{0, -1, -2, 1, 0, -1}},
	} {
		if got := eval(x, c.f); !same64(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// An index read from data is checked when the program runs.
func TestWrongIndexPanics(t *testing.T) {
	g := New()
	ws := Compile(g.Const(2, 2, []float64{1, 2, 3, 4}).Gather(g.Input("index", 2, 1))).NewWorkspace()
	for _, c := range []struct {
		index float64
		want  string
	}{
		{2, "gather: index 2; it must be a whole number from 0 to 1"}, {-1, "gather: index -1"}, {0.5, "gather: index 0.5"},
		{math.NaN(), "gather: index NaN"}, {math.Inf(1), "gather: index +Inf"},
	} {
		func() {
			defer func() {
				if msg, _ := recover().(string); !strings.Contains(msg, c.want) {
					t.Errorf("panic %q does not say %q", msg, c.want)
				}
			}()
			ws.Set(Value{g, 1}, []float64{0, c.index})
			ws.Run()
			t.Errorf("index %v: no panic", c.index)
		}()
	}
}

func same64(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || (x != x && y != y) })
}

func close64(a, b []float64, tol float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= tol*max(1, math.Abs(y)) })
}
