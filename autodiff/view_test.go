package autodiff

import "testing"

func TestView(t *testing.T) {
	g := New()
	x, unused := g.Input("x", 1, 3), g.Input("unused", 1, 2)
	y, middle := x.Square().Sum(), x.Square()
	p := Compile(y)
	ws := p.NewWorkspace()
	copy(ws.View(x), []float64{1, 2, 3})
	ws.Run() // x counts as set
	if got := ws.View(y); len(got) != 1 || got[0] != 14 {
		t.Errorf("1 + 4 + 9 = %v", got)
	}
	ws.View(x)[0] = 5
	ws.Run()
	if got := ws.Scalar(y); got != 38 || ws.View(y)[0] != 38 {
		t.Errorf("25 + 4 + 9 = %v", got)
	}
	if got := append(ws.View(x), 1); len(got) != 4 || ws.Read(x, nil)[0] != 5 {
		t.Errorf("x and 1: %v", got)
	}
	if ws.View(unused) != nil {
		t.Error("an input that is not needed has a place")
	}
	for name, f := range map[string]func(){
		"no output":     func() { ws.View(middle) },
		"another graph": func() { ws.View(New().Input("x", 1, 3)) },
		"float32":       func() { CompileAs(Float32, y).NewWorkspace().View(y) },
		"params":        func() { ws.ViewParams(ParamsOf([]string{"y", "middle"}, []Value{y, middle})) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// The gradients of several losses lie end to end, with the losses' other outputs elsewhere.
func TestViewParams(t *testing.T) {
	inputs, outs := wide()
	theta, loss := inputs[0].(Params), outs[0].(Value)
	rows := Jacobian([]Value{loss, loss.Exp()}, theta)
	both := rows[0].Join(rows[1])
	ws := Compile(loss, both).NewWorkspace()
	fillInputs(ws, inputs)
	ws.Run()
	if got, want := ws.ViewParams(both), ws.Read(both, nil); !same64(got, want) || len(got) != 2*theta.Size() {
		t.Errorf("%d numbers of %d, or others than those read", len(got), len(want))
	}
	separate := Compile(outs...).NewWorkspace()
	fillInputs(separate, inputs)
	separate.Run()
	if !same64(ws.ViewParams(both)[:theta.Size()], separate.Read(outs[1], nil)) {
		t.Error("the first row is not the gradient of the first loss")
	}
	twice := rows[0].Join(rows[0])
	ws = Compile(twice, theta).NewWorkspace()
	fillInputs(ws, inputs)
	ws.Run()
	if ws.ViewParams(twice) != nil || ws.ViewParams(theta) != nil {
		t.Error("values listed twice, or inputs, are said to lie end to end")
	}
	if got := ws.Read(twice, nil); !same64(got[theta.Size():], separate.Read(outs[1], nil)) {
		t.Error("they are not read either")
	}
}
