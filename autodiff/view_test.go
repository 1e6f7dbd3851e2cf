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
