package autodiff

import (
	"runtime"
	"strings"
	"testing"
)

// heads traces a trunk with a head for each of m tasks, wide enough for lanes, and the gradients of the tasks' losses by
// the trunk. What is made of the gradients comes after the lanes.
func heads(m int) (inputs []Output, losses []Value, rows []Params, after Value) {
	g := New()
	theta := g.Params([]Shape{{"W1", 30, 200}, {"b1", 1, 200}, {"W2", 200, 200}, {"b2", 1, 200}})
	x := g.Input("x", 120, 30)
	inputs = []Output{theta, x}
	h := x.MatMul(theta.At(0)).Add(theta.At(1)).ReLU().MatMul(theta.At(2)).Add(theta.At(3)).Tanh()
	for range m {
		v, y := g.Input("v", 200, 1), g.Input("y", 120, 1)
		inputs = append(inputs, v, y)
		losses = append(losses, h.MatMul(v).Sub(y).Square().Mean())
	}
	rows = Jacobian(losses, theta)
	after = rows[0].Dot(rows[1])
	return inputs, losses, rows, after
}

// side compares rows that are computed side by side with the same rows one by one, to the last bit, and what is made of
// them afterwards.
func side(t *testing.T, inputs []Output, rows []Params, after Value) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	all := rows[0]
	for _, row := range rows[1:] {
		all = all.Join(row)
	}
	for _, precision := range []Precision{Float64, Float32} {
		var want []float64
		for _, row := range rows {
			ws := CompileAs(precision, row).NewWorkspace()
			fillInputs(ws, inputs)
			ws.Run()
			want = append(want, ws.Read(row, nil)...)
		}
		p := CompileAs(precision, all, after)
		if text := p.String(); !strings.Contains(text, "side by side") || !strings.Contains(text, "afterwards") {
			t.Fatalf("no lanes in\n%s", text)
		}
		product := 0.0
		for _, n := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(n)
			ws := p.NewWorkspace()
			fillInputs(ws, inputs)
			for range 3 {
				ws.Run()
				if got := ws.Read(all, nil); !same64(got, want) {
					t.Errorf("%v: rows side by side on %d processors have other bits than one by one", precision, n)
				}
				if product == 0 {
					product = ws.Scalar(after)
				}
				if got := ws.Scalar(after); got != product || got == 0 {
					t.Errorf("%v: the product of two rows is %v on %d processors, %v on one", precision, got, n, product)
				}
			}
		}
	}
}

func TestDeterminismLanes(t *testing.T) {
	inputs, _, rows, after := heads(5)
	side(t, inputs, rows, after)
}

// The rows of a second Jacobian are made of those of the first.
func TestDeterminismLanesOfLanes(t *testing.T) {
	inputs, losses, rows, after := heads(3)
	second := Jacobian([]Value{after, rows[1].Dot(rows[2]), losses[0].Mul(after)}, inputs[0].(Params))
	side(t, inputs, append(rows, second...), second[0].Dot(second[1]))
}

// Rows that need little work are not divided.
func TestNoLanesForSmallRows(t *testing.T) {
	g := New()
	theta := g.Params([]Shape{{"W", 3, 4}})
	h := g.Input("x", 5, 3).MatMul(theta.At(0)).Tanh()
	rows := Jacobian([]Value{h.Sum(), h.Square().Sum()}, theta)
	if text := Compile(rows[0], rows[1]).String(); strings.Contains(text, "side by side") {
		t.Errorf("lanes for a few numbers:\n%s", text)
	}
}
