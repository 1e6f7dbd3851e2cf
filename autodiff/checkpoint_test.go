package autodiff

import (
	"math"
	"testing"
)

// unrolled traces a MAML task with the inner steps cut into pieces, each a checkpoint; 0 stores them all.
func unrolled(steps, piece int) (inputs, outs []Output) {
	g := New()
	theta := g.Params([]Shape{{"W1", 1, 40}, {"b1", 1, 40}, {"W2", 40, 40}, {"b2", 1, 40}, {"W3", 40, 1}, {"b3", 1, 1}})
	x, y := g.Input("x", 10, 1), g.Input("y", 10, 1)
	loss := func(p Params) Value {
		h := x.MatMul(p.At(0)).Add(p.At(1)).Tanh()
		h = h.MatMul(p.At(2)).Add(p.At(3)).Tanh()
		return h.MatMul(p.At(4)).Add(p.At(5)).Sub(y).Square().Mean()
	}
	some := func(n int) func(p Params) Params {
		return func(p Params) Params {
			for range n {
				p = p.Sub(GradParams(loss(p), p).Scale(0.01))
			}
			return p
		}
	}
	p := theta
	if piece == 0 {
		p = some(steps)(p)
	}
	for done := 0; piece > 0 && done < steps; done += piece {
		p = Checkpoint(some(min(piece, steps-done)), p)
	}
	end := loss(p)
	return []Output{theta, x, y}, []Output{end, GradParams(end, theta)}
}

func TestCheckpointGivesTheSameBits(t *testing.T) {
	gradient := func(piece int) []float64 {
		inputs, outs := unrolled(7, piece)
		ws := Compile(outs...).NewWorkspace()
		fillInputs(ws, inputs)
		ws.Run()
		return ws.Read(outs[1], nil)
	}
	want := gradient(0)
	for _, piece := range []int{1, 2, 3, 7} {
		if !same64(gradient(piece), want) {
			t.Errorf("pieces of %d steps: the gradient has other bits than the stored one", piece)
		}
	}
}

// Stored, the memory of k steps grows like k; in pieces of √k steps it grows like √k.
func TestCheckpointSavesMemory(t *testing.T) {
	memory := func(steps, piece int) float64 {
		_, outs := unrolled(steps, piece)
		return float64(Compile(outs...).Cost().Memory)
	}
	growth := math.Log(memory(64, 0)/memory(16, 0)) / math.Log(4)
	if growth < 0.9 || growth > 1.05 {
		t.Errorf("stored, memory grows like k^%.2f", growth)
	}
	growth = math.Log(memory(64, 8)/memory(16, 4)) / math.Log(4)
	if growth > 0.55 {
		t.Errorf("in pieces of √k steps, memory grows like k^%.2f", growth)
	}
	if small, large := memory(64, 8), memory(64, 0); small > large/3 {
		t.Errorf("%v bytes in pieces, %v stored", small, large)
	}
}

func TestNestedCheckpoints(t *testing.T) {
	gradient := func(wrap func(f func(Params) Params, p Params) Params) []float64 {
		g := New()
		p := g.Params([]Shape{{"a", 2, 2}, {"b", 2, 2}})
		inner := func(p Params) Params { // returns one value twice
			c := p.At(0).MatMul(p.At(1)).Tanh()
			return ParamsOf([]string{"c", "d"}, []Value{c, c})
		}
		outer := func(p Params) Params { return wrap(inner, wrap(inner, p)).Add(p) }
		end := wrap(outer, p)
		y := end.At(0).Mul(end.At(1)).Sum()
		h := HessianVector(y, p, p)
		ws := Compile(h).NewWorkspace()
		ws.Set(p, []float64{0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8})
		ws.Run()
		return ws.Read(h, nil)
	}
	want := gradient(func(f func(Params) Params, p Params) Params { return f(p) })
	if got := gradient(Checkpoint); !close64(got, want, 1e-14) { // sums may run in another order
		t.Errorf("got %v, want %v", got, want)
	}
}

// A value that the function uses from outside has its part in the derivative.
func TestCheckpointOfCapturedValues(t *testing.T) {
	g := New()
	p := g.Params([]Shape{{"a", 1, 1}, {"b", 1, 1}})
	end := Checkpoint(func(q Params) Params {
		return q.Map(func(v Value) Value { return v.Mul(p.At(1)).Mul(v) })
	}, p.Slice(0, 1))
	gradient := GradParams(end.At(0), p)
	ws := Compile(gradient).NewWorkspace()
	ws.Set(p, []float64{3, 5})
	ws.Run()
	if got := ws.Read(gradient, nil); !same64(got, []float64{30, 9}) {
		t.Errorf("the gradient of a²b at 3, 5 is %v, want 30 and 9", got)
	}
}

// What follows a segment may be made of values within it, and compute what it computes.
func TestCheckpointThatLeaks(t *testing.T) {
	g := New()
	x := g.Input("x", 1, 1)
	var within Value
	out := Checkpoint(func(q Params) Params {
		a := q.At(0).Exp()
		within = a.Tanh()
		return ParamsOf([]string{"a", "b", "x"}, []Value{a, within.Scale(2), q.At(0)})
	}, ParamsOf([]string{"x"}, []Value{x}))
	y := out.At(0).Tanh().Add(out.At(1)).Add(within.Square()).Mul(out.At(2))
	first := Grad(y, x)
	dx, dwithin := Grad(y, x), Grad(y, within) // once more: taking a derivative changes nothing
	ws := Compile(first, dx, dwithin).NewWorkspace()
	ws.Set(x, []float64{0.1})
	ws.Run()
	a := math.Exp(0.1)
	h := math.Tanh(a)
	want := []float64{3*h + h*h + 0.1*(3+2*h)*(1-h*h)*a, 0.1 * (2 + 2*h)}
	if got := []float64{ws.Scalar(dx), ws.Scalar(dwithin)}; !close64(got, want, 1e-15) || ws.Scalar(first) != got[0] {
		t.Errorf("the derivatives are %v, want %v", got, want)
	}
}

// A derivative by a value counts the paths through that value only, whatever else is equal to it.
func TestDerivativesByValuesThatWereMade(t *testing.T) {
	g := New()
	x := g.Input("x", 2, 2)
	for name, make := range map[string]func() Value{
		"exp": x.Exp, "scale": func() Value { return x.Scale(2) }, "scale by 1": func() Value { return x.Scale(1) },
		"transpose": func() Value { return x.T() }, "twice transposed": func() Value { return x.T().T() },
		"fill": func() Value { return g.Fill(2, 2, 3) }, "const": func() Value { return g.Const(2, 2, noise(4, 1)) },
		"reshape": func() Value { return x.Reshape(2, 2) }, "shift": func() Value { return x.Shift(0) },
		"broadcast": func() Value { return x.SumAxis(0).BroadcastTo(2, 2) },
		"pow 1":     func() Value { return x.Pow(1) }, "pow 0": func() Value { return x.Pow(0) },
		"whole": func() Value { return x.Slice(0, 2, 0, 2).Pad(0, 0, 2, 2) }, "concat": func() Value { return ConcatRows(x) },
	} {
		a, b := make(), make()
		y := a.Scale(3).Add(b.Scale(5)).Add(x).Sum()
		got := Grad(y, a)
		ws := Compile(got).NewWorkspace()
		ws.Run()
		if got := ws.Read(got, nil); !same64(got, []float64{3, 3, 3, 3}) {
			t.Errorf("%s: the derivative of 3a + 5b + x by a is %v", name, got)
		}
	}
}

// In the derivative by w the values within the segment are copies. They stand for the values that they copy when it is
// differentiated again, by one of those.
func TestSecondDerivativesByValuesWithinCheckpoints(t *testing.T) {
	g := New()
	p, w := g.Input("p", 1, 1), g.Input("w", 1, 1)
	var h Value
	single := func(v Value) Params { return ParamsOf([]string{"v"}, []Value{v}) }
	out := Checkpoint(func(q Params) Params {
		h = q.At(0).Exp()
		deeper := Checkpoint(func(r Params) Params {
			return single(r.At(0).Mul(w).Square())
		}, single(h))
		return single(deeper.At(0).Mul(h))
	}, single(p))
	slope := Grad(out.At(0), w)                // y = h³w², dy/dw = 2h³w
	byH, byW := Grad(slope, h), Grad(slope, w) // 6h²w, 2h³
	ws := Compile(slope, byH, byW).NewWorkspace()
	ws.Set(p, []float64{0.2})
	ws.Set(w, []float64{1.5})
	ws.Run()
	e := math.Exp(0.2)
	if got, want := []float64{ws.Scalar(slope), ws.Scalar(byH), ws.Scalar(byW)},
		[]float64{3 * e * e * e, 9 * e * e, 2 * e * e * e}; !close64(got, want, 1e-14) {
		t.Errorf("the derivatives are %v, want %v", got, want)
	}
}
