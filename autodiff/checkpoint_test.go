package autodiff

import (
	"math"
	"strings"
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

func TestCheckpointRefusesVariablesFromOutside(t *testing.T) {
	g := New()
	p := g.Params([]Shape{{"a", 1, 1}, {"b", 1, 1}})
	end := Checkpoint(func(q Params) Params {
		return q.Map(func(v Value) Value { return v.Mul(p.At(1)) })
	}, p.Slice(0, 1))
	Grad(end.At(0), p.At(0)) // b is a constant here
	defer func() {
		if msg, _ := recover().(string); !strings.Contains(msg, "uses b 1×1, which the derivative depends on") {
			t.Errorf("panic %q", msg)
		}
	}()
	GradParams(end.At(0), p)
	t.Error("the derivative by a variable from outside was lost")
}
