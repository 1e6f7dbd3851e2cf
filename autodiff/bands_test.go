package autodiff

import (
	"math"
	"runtime"
	"slices"
	"testing"
)

// Rows of a batch are divided into bands, which run side by side from the inputs to their parts of the gradient, to the
// same bits on any number of processors, and to those of a program without bands but for the rounding of sums.
func TestDeterminismBands(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const rows = 520
	experts, gradient := mixture(2, 1, rows)
	inputs, losses, theta := singleHeads(3, rows, 200)
	for name, c := range map[string]struct {
		inputs   []Output
		gradient Output
	}{
		"experts": {experts, gradient},
		"heads":   {inputs, GradParams(losses[0].Add(losses[1]).Add(losses[2]), theta)},
	} {
		for _, precision := range []Precision{Float64, Float32} {
			p, whole := CompileAs(precision, c.gradient), compile(precision, unbanded, []Output{c.gradient})
			if !slices.ContainsFunc(p.waves, func(w []int) bool { return len(w)-1 == mostBands }) {
				t.Fatalf("%s, %v: no wave has %d lanes, as many as %d rows have bands\n%v", name, precision, mostBands, rows, p)
			}
			var bits []uint64
			for _, n := range []int{1, 2, 3, 8} {
				runtime.GOMAXPROCS(n)
				ws := ran(p, c.inputs)
				for range 20 {
					got := bitsOf(ws, c.gradient.outputs())
					if bits == nil {
						bits = got
					}
					if !slices.Equal(got, bits) {
						t.Fatalf("%s, %v: other bits on %d processors", name, precision, n)
					}
					ws.Run()
				}
			}
			sameButRounding(t, name, ran(p, c.inputs), ran(whole, c.inputs), c.gradient, rows)
		}
	}
}

// sameButRounding holds two workspaces to the same output, but for sums of so many terms, of operands that are such sums
// themselves: these are off by some n units of the largest entry of their matrix at most.
func sameButRounding(t *testing.T, name string, a, b *Workspace, o Output, terms float64) {
	t.Helper()
	unit := map[Precision]float64{Float64: 0x1p-53, Float32: 0x1p-24}[a.p.precision]
	got, want := a.Read(o, nil), b.Read(o, nil)
	at := 0
	for _, m := range o.outputs() {
		largest := 0.0
		for _, x := range want[at:][:m.Size()] {
			largest = max(largest, math.Abs(x))
		}
		for k := at; k < at+m.Size(); k++ {
			if !(math.Abs(got[k]-want[k]) <= terms*unit*largest) {
				t.Fatalf("%s, %v: entry %d is %v, and %v otherwise", name, a.p.precision, k, got[k], want[k])
			}
		}
		at += m.Size()
	}
}

// ran returns a workspace after a run.
func ran(p *Program, inputs []Output) *Workspace {
	ws := p.NewWorkspace()
	fillInputs(ws, inputs)
	ws.Run()
	return ws
}

// Rows stay together where there are few, where sums over them are large, where pieces are computed when needed, and where
// enough else runs side by side.
func TestNoBands(t *testing.T) {
	for name, rows := range map[string]int{"too few rows": 2*leastBand - 1, "large sums": 512} {
		width := 200
		if name == "large sums" {
			width = 400
		}
		g := New()
		theta := g.Params([]Shape{{"W", 100, width}, {"V", width, width}})
		h := g.Input("x", rows, 100).MatMul(theta.At(0)).Tanh().MatMul(theta.At(1))
		if p := Compile(GradParams(h.Square().Sum(), theta)); totals(p) > 0 {
			t.Errorf("%s: there are bands:\n%v", name, p)
		}
	}
	if _, gradient := mixture(8, 4, 512); totals(Compile(gradient)) > 0 {
		t.Error("beside experts there are bands")
	}
	g := New()
	theta := g.Params([]Shape{{"W", 50, 100}})
	x := g.Input("x", 512, 50)
	made := Checkpoint(func(p Params) Params {
		return ParamsOf([]string{"h"}, []Value{x.MatMul(p.At(0)).Tanh()})
	}, theta)
	if p := Compile(GradParams(made.At(0).Square().Sum(), theta)); totals(p) > 0 {
		t.Errorf("under Checkpoint there are bands:\n%v", p)
	}
}

// totals counts the sums of bands.
func totals(p *Program) (n int) {
	for _, s := range p.steps {
		n += b2i(s.op == opTotal)
	}
	return n
}

// Outputs with all rows, weights with as many rows as the batch, and what is not finite in a row, are what they are
// without bands.
func TestBandsAreNotSeen(t *testing.T) {
	const rows = 256
	g := New()
	theta := g.Params([]Shape{{"W", 30, 200}, {"V", 200, 40}})
	x, square := g.Input("x", rows, 30), g.Input("square", rows, rows)
	h := x.MatMul(theta.At(0)).ReLU()
	y := h.MatMul(theta.At(1))
	loss := y.Square().Mean().Add(square.Square().Mean())
	outs := []Output{y.SliceCols(0, 1), loss, GradParams(loss, theta)}
	p, whole := Compile(outs...), compile(Float64, unbanded, outs)
	if totals(p) == 0 {
		t.Fatalf("there are no bands:\n%v", p)
	}
	inputs := []Output{theta, x, square}
	a, b := ran(p, inputs), ran(whole, inputs)
	if !slices.Equal(a.Read(outs[0], nil), b.Read(outs[0], nil)) {
		t.Error("rows differ, which no sum over rows touches")
	}
	if got, want := a.Scalar(loss), b.Scalar(loss); math.Abs(got-want) > rows*0x1p-53*want {
		t.Errorf("the loss is %v with bands and %v without", got, want)
	}
	numbers := make([]float64, rows*30)
	numbers[200*30+7] = math.Inf(1)
	a.Set(x, numbers)
	a.Run()
	f, ok := a.NotFinite()
	if !ok || f.Name != "x" || f.Row != 200 || f.Col != 7 {
		t.Errorf("row 200, column 7 of x is infinite; found %+v, %v", f, ok)
	}
}
