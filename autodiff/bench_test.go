package autodiff

import (
	"testing"
)

// maml traces one task of the sinusoid benchmark: a 1-40-40-1 network, ten points to adapt on and ten to be judged by.
func maml(steps int, activation func(Value) Value) (inputs []Output, outs []Output) {
	g := New()
	theta := g.Params([]Shape{{"W1", 1, 40}, {"b1", 1, 40}, {"W2", 40, 40}, {"b2", 1, 40}, {"W3", 40, 1}, {"b3", 1, 1}})
	x, y := g.Input("x", 10, 1), g.Input("y", 10, 1)
	xq, yq := g.Input("xq", 10, 1), g.Input("yq", 10, 1)
	loss := func(p Params, x, y Value) Value {
		h := activation(x.MatMul(p.At(0)).Add(p.At(1)))
		h = activation(h.MatMul(p.At(2)).Add(p.At(3)))
		return h.MatMul(p.At(4)).Add(p.At(5)).Sub(y).Square().Mean()
	}
	p := theta
	for range steps {
		p = p.Sub(GradParams(loss(p, x, y), p).Scale(0.01))
	}
	query := loss(p, xq, yq)
	return []Output{theta, x, y, xq, yq}, []Output{query, GradParams(query, theta)}
}

// fill sets every input to noise.
func fillInputs(ws *Workspace, inputs []Output) {
	for k, in := range inputs {
		n := 0
		for _, v := range in.outputs() {
			n += v.Size()
		}
		ws.Set(in, noise(n, uint64(k)))
	}
}

func BenchmarkMAMLTask(b *testing.B) {
	for _, c := range []struct {
		name       string
		steps      int
		activation func(Value) Value
		precision  Precision
	}{
		{"relu/float64", 1, Value.ReLU, Float64}, {"relu/float32", 1, Value.ReLU, Float32},
		{"tanh/float64", 1, Value.Tanh, Float64}, {"tanh/float32", 1, Value.Tanh, Float32},
		{"relu5/float64", 5, Value.ReLU, Float64},
	} {
		b.Run(c.name, func(b *testing.B) {
			inputs, outs := maml(c.steps, c.activation)
			ws := CompileAs(c.precision, outs...).NewWorkspace()
			fillInputs(ws, inputs)
			for b.Loop() {
				ws.Run()
			}
		})
	}
}
