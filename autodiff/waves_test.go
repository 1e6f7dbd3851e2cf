package autodiff

import (
	"runtime"
	"slices"
	"testing"
)

// mixture traces experts on the same rows, each task's sum of them by a gate, and the gradient of the tasks' losses.
func mixture(experts, tasks, rows int) (inputs []Output, gradient Params) {
	g := New()
	var shapes []Shape
	for range experts {
		shapes = append(shapes, Shape{"W", 20, 60}, Shape{"V", 60, 30})
	}
	for range tasks {
		shapes = append(shapes, Shape{"gate", 20, experts}, Shape{"head", 30, 1})
	}
	for k := range shapes {
		shapes[k].Name += string(rune('a' + k))
	}
	theta := g.Params(shapes)
	x, y := g.Input("x", rows, 20), g.Input("y", rows, 1)
	var of []Value
	for k := range experts {
		of = append(of, x.MatMul(theta.At(2*k)).ReLU().MatMul(theta.At(2*k+1)).Tanh())
	}
	loss := g.Scalar(0)
	for t := range tasks {
		gate := x.MatMul(theta.At(2 * (experts + t))).Sigmoid()
		var sum Value
		for k, e := range of {
			if part := e.Mul(gate.Slice(0, rows, k, k+1)); k == 0 {
				sum = part
			} else {
				sum = sum.Add(part)
			}
		}
		loss = loss.Add(sum.MatMul(theta.At(2*(experts+t) + 1)).Sub(y).Square().Mean())
	}
	return []Output{theta, x, y}, GradParams(loss, theta)
}

// Experts run side by side, and so do tasks and what comes back to each expert, to the bits of a program that computes
// node after node.
func TestDeterminismWaves(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	inputs, gradient := mixture(6, 3, 200)
	for _, precision := range []Precision{Float64, Float32} {
		p, plain := compile(precision, unbanded, []Output{gradient}), compilePlainly(precision, gradient.outputs())
		wide := 0
		for _, wave := range p.waves {
			wide += b2i(len(wave) > 2)
		}
		if wide < 2 {
			t.Fatalf("%v: %d waves of several lanes; experts, tasks and the way back should be three\n%v", precision, wide, p)
		}
		ws := plain.NewWorkspace()
		fillInputs(ws, inputs)
		ws.Run()
		want := bitsOf(ws, gradient.outputs())
		for _, n := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(n)
			ws := p.NewWorkspace()
			fillInputs(ws, inputs)
			for range 20 {
				ws.Run()
				if got := bitsOf(ws, gradient.outputs()); !slices.Equal(got, want) {
					t.Fatalf("%v: other bits on %d processors", precision, n)
				}
			}
		}
	}
}

// Waves do not need twice the memory that the steps need one after the other.
func TestWavesKeepMemory(t *testing.T) {
	_, gradient := mixture(6, 3, 200)
	p := compile(Float64, unbanded, []Output{gradient})
	alone := compile(Float64, grain{part: 1 << 40, piece: pieceBytes, group: groupBytes}, []Output{gradient})
	if alone.lanes() {
		t.Fatal("lanes by a grain that no work reaches")
	}
	if got, want := p.Cost().Memory, alone.Cost().Memory; got > 2*want {
		t.Errorf("%d bytes side by side, %d one after the other", got, want)
	}
}

// Little work, and pieces that are to be computed when they are needed, stay in order.
func TestNoWaves(t *testing.T) {
	_, small := mixture(3, 2, 4)
	if p := Compile(small); p.lanes() {
		t.Errorf("side by side:\n%v", p)
	}
	g := New()
	theta := g.Params([]Shape{{"W", 200, 300}, {"V", 200, 300}})
	x := g.Input("x", 250, 200)
	made := Checkpoint(func(p Params) Params {
		return ParamsOf([]string{"a", "b"}, []Value{x.MatMul(p.At(0)).Tanh(), x.MatMul(p.At(1)).Sin()})
	}, theta)
	p := Compile(GradParams(made.At(0).Sum().Add(made.At(1).Square().Sum()), theta))
	if p.lanes() {
		t.Errorf("side by side:\n%v", p)
	}
}
