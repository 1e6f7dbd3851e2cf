package autodiff

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"kindred/internal/race"

	"pgregory.net/rapid"
)

// network traces the mean squared error of a small network, its gradient and a Hessian-vector product.
func network() (theta Params, x, y, v Value, outs []Output) {
	g := New()
	theta = g.Params([]Shape{{"W1", 3, 8}, {"b1", 1, 8}, {"W2", 8, 1}, {"b2", 1, 1}})
	x, y = g.Input("x", 12, 3), g.Input("y", 12, 1)
	h := x.MatMul(theta.At(0)).Add(theta.At(1)).Tanh()
	loss := h.MatMul(theta.At(2)).Add(theta.At(3)).Sub(y).Square().Mean()
	grad := GradParams(loss, theta)
	return theta, x, y, loss, []Output{loss, grad, HessianVector(loss, theta, theta)}
}

func noise(n int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	out := make([]float64, n)
	for k := range out {
		out[k] = rng.NormFloat64()
	}
	return out
}

func TestRunDoesNotAllocate(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	theta, x, y, _, outs := network()
	for _, precision := range []Precision{Float64, Float32} {
		ws := CompileAs(precision, outs...).NewWorkspace()
		p, data, target := noise(theta.Size(), 1), noise(36, 2), noise(12, 3)
		grad := make([]float64, theta.Size())
		var params, in, want Output = theta, x, y
		step := func() {
			ws.Set(params, p)
			ws.Set(in, data)
			ws.Set(want, target)
			ws.Run()
			ws.Read(outs[1], grad)
		}
		if n := testing.AllocsPerRun(100, step); n != 0 {
			t.Errorf("precision %d: %v allocations a run", precision, n)
		}
	}
}

func TestFloat32IsCloseToFloat64(t *testing.T) {
	theta, x, y, _, outs := network()
	var got [2][]float64
	for k, precision := range []Precision{Float64, Float32} {
		ws := CompileAs(precision, outs...).NewWorkspace()
		ws.Set(theta, noise(theta.Size(), 1))
		ws.Set(x, noise(36, 2))
		ws.Set(y, noise(12, 3))
		ws.Run()
		got[k] = ws.Read(outs[2], nil)
	}
	largest := 0.0
	for _, v := range got[0] {
		largest = max(largest, math.Abs(v))
	}
	for k := range got[0] { // some hundred roundings of 6e-8 each
		if math.Abs(got[0][k]-got[1][k]) > 1e-5*largest {
			t.Errorf("entry %d: %v in float64, %v in float32", k, got[0][k], got[1][k])
		}
	}
}

func TestDeterminismWorkspaces(t *testing.T) {
	theta, x, y, _, outs := network()
	p := Compile(outs...)
	results := make([][]float64, 8)
	var wg sync.WaitGroup
	for k := range results {
		wg.Go(func() {
			ws := p.NewWorkspace()
			for range 20 { // a run must not depend on what an earlier run left behind
				ws.Set(theta, noise(theta.Size(), 1))
				ws.Set(x, noise(36, 2))
				ws.Set(y, noise(12, 3))
				ws.Run()
			}
			results[k] = ws.Read(outs[2], nil)
		})
	}
	wg.Wait()
	for k, r := range results {
		if !same64(r, results[0]) {
			t.Errorf("workspace %d gives other bits than workspace 0", k)
		}
	}
}

func TestWhatIsTracedTwiceIsComputedOnce(t *testing.T) {
	g := New()
	x := g.Input("x", 3, 3)
	a, b := x.Exp().Add(x), x.Exp().Add(x)
	if a == b {
		t.Error("two calls returned one value")
	}
	if p := Compile(a, b); len(p.steps) != 2 {
		t.Errorf("%d steps, want 2\n%v", len(p.steps), p)
	}
	if p := Compile(x.Slice(0, 1, 0, 2).Exp(), x.Slice(0, 2, 0, 1).Exp()); len(p.steps) != 3 {
		t.Errorf("different slices were taken for one:\n%v", p)
	}
}

func TestUnneededInputsAreLeftOut(t *testing.T) {
	g := New()
	x, unused := g.Input("x", 1, 1), g.Input("unused", 5, 5)
	unused.Exp()
	y := x.Square()
	p := Compile(y)
	if len(p.steps) != 1 {
		t.Errorf("%d steps, want 1", len(p.steps))
	}
	ws := p.NewWorkspace()
	ws.Set(x, []float64{3})
	ws.Set(unused, make([]float64, 25)) // passed over
	ws.Run()
	if got := ws.Scalar(y); got != 9 {
		t.Errorf("3² = %v", got)
	}
}

// Storage that is reused, shared by views or written in place must not change a result: a random expression gives the
// same bits whether all its nodes keep their storage, as outputs, or only the last does.
func TestMemoryPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := New()
		n := rapid.IntRange(1, 4).Draw(t, "n")
		values := []Value{g.Input("x", n, n), g.Input("y", n, n), g.Const(n, n, noise(n*n, 9)), g.Scalar(0.5)}
		pick := func() Value { return values[rapid.IntRange(0, len(values)-1).Draw(t, "operand")] }
		square := func() Value { return pick().BroadcastTo(n, n) }
		for range rapid.IntRange(1, 25).Draw(t, "operations") {
			var v Value
			switch rapid.IntRange(0, 13).Draw(t, "operation") {
			case 0:
				v = pick().Add(pick())
			case 1:
				v = pick().Mul(pick())
			case 2:
				v = pick().Sub(pick().Scale(0.5))
			case 3:
				v = square().MatMul(square())
			case 4:
				v = square().TMatMul(square())
			case 5:
				v = pick().Tanh()
			case 6:
				v = square().T()
			case 7:
				v = square().SliceRows(n-1, n)
			case 8:
				v = square().SliceCols(n-1, n)
			case 9:
				v = square().SumAxis(rapid.IntRange(0, 1).Draw(t, "axis"))
			case 10:
				v = ConcatRows(square(), square()).SliceRows(1, n+1)
			case 11:
				v = square().Reshape(1, n*n).Sin().Reshape(n, n)
			case 12:
				v = pick().StopGradient().Max(pick())
			case 13:
				v = Select(pick().Greater(pick()), pick(), pick())
			}
			if v.Size() > 1 && (v.Rows() > n || v.Cols() > n) {
				t.Fatalf("%v is too large", v)
			}
			values = append(values, v)
		}
		last := values[len(values)-1].Sum()
		grad := VJP([]Value{last}, []Value{g.Scalar(1)}, values[:2])
		var all []Output
		for id := range g.nodes {
			all = append(all, Value{g, int32(id)})
		}
		run := func(outs ...Output) []float64 {
			ws := Compile(outs...).NewWorkspace()
			for range 2 {
				ws.Set(values[0], noise(n*n, 1))
				ws.Set(values[1], noise(n*n, 2))
				ws.Run()
			}
			return append(append(ws.Read(last, nil), ws.Read(grad[0], nil)...), ws.Read(grad[1], nil)...)
		}
		if lean, kept := run(last, grad[0], grad[1]), run(all...); !same64(lean, kept) {
			t.Fatalf("with storage reused %v, without %v", lean, kept)
		}
	})
}
