package autodiff

import "testing"

// A matrix that dies in a step, or in steps that run together, is read there in other ways than entry by entry: it must
// not be overwritten before. Each case is computed with all storage kept and with storage taken again.
func TestWhatIsStillReadIsNotOverwritten(t *testing.T) {
	for name, f := range map[string]func(r, z Value) Value{
		"a row":               func(r, z Value) Value { return r.Mul(z.Add(r.SliceRows(0, 1))) },
		"the last row":        func(r, z Value) Value { return r.Mul(z.Add(r.SliceRows(r.Rows()-1, r.Rows()))) },
		"a part of a row":     func(r, z Value) Value { return r.Slice(1, 2, 2, 3).Add(z).Mul(r) },
		"an entry":            func(r, z Value) Value { return r.Sub(z.Mul(r.Slice(3, 4, 5, 6))) },
		"the first entry":     func(r, z Value) Value { return r.Sub(z.Mul(r.Slice(0, 1, 0, 1))) },
		"the operand's row":   func(r, z Value) Value { return r.SliceRows(0, 1).Add(z).Mul(z).Sub(r.Exp()) },
		"a column by reshape": func(r, z Value) Value { return r.Add(z.Sub(r.Reshape(1, r.Size()).SliceCols(0, r.Rows()).T())) },
		"two rows": func(r, z Value) Value {
			return r.SliceRows(0, 1).Max(r.SliceRows(1, 2)).Add(r).Mul(z.Tanh()).Mul(r)
		},
		"a row of what a step made": func(r, z Value) Value {
			e := r.Tanh()
			return e.Mul(z.Shift(1).Sub(e.SliceRows(2, 3))).Add(z)
		},
		"what dies in one step is written in the next": func(r, z Value) Value {
			a := z.Add(r.SliceRows(0, 1))
			b := r.Tanh()
			return a.Shift(1).Mul(b).Sub(a)
		},
		"a bias of its own": func(r, z Value) Value {
			c := r.SumAxis(1)
			return r.Sub(c).Tanh().Mul(z).Sub(c)
		},
	} {
		for _, size := range [][2]int{{5, 7}, {128, 64}, {70, 90}, {17, 500}} {
			for _, precision := range []Precision{Float64, Float32} {
				g := New()
				x, w := g.Input("x", size[0], 12), g.Input("w", 12, size[1])
				z := g.Input("z", size[0], size[1])
				y := f(x.MatMul(w), z)
				all := CompileAs(precision, y).NewWorkspace()
				kept := compilePlainly(precision, []Value{y}).NewWorkspace()
				for range 2 {
					for _, ws := range []*Workspace{all, kept} {
						fillInputs(ws, []Output{x, w, z})
						ws.Run()
					}
				}
				if !same64(all.Read(y, nil), kept.Read(y, nil)) {
					t.Errorf("%s, %d×%d in %v: some entries are wrong\n%v", name, size[0], size[1], precision, all.p)
				}
			}
		}
	}
}

// What one lane gives back must not be taken by another, and steps that run together must not span two lanes: here each
// lane is elementwise from its beginning to its end.
func TestLanesKeepApart(t *testing.T) {
	g := New()
	x := g.Input("x", 200, 190)
	var losses []Value
	for k := range 4 {
		losses = append(losses, x.Scale(float64(k+1)).Sin().Mul(x).Tanh().Mean())
	}
	var outs []Value
	var asked []Output
	for _, row := range Jacobian(losses, ParamsOf([]string{"x"}, []Value{x})) {
		outs, asked = append(outs, row.At(0)), append(asked, row)
	}
	kept, lean := compilePlainly(Float64, outs).NewWorkspace(), Compile(asked...).NewWorkspace()
	if len(lean.p.waves) != 2 || len(lean.p.waves[1]) != 5 {
		t.Fatalf("no lanes, or not four:\n%v", lean.p)
	}
	for _, ws := range []*Workspace{kept, lean} {
		fillInputs(ws, []Output{x})
	}
	kept.Run()
	for range 20 {
		lean.Run()
		for k, v := range outs {
			if !same64(lean.Read(v, nil), kept.Read(v, nil)) {
				t.Fatalf("row %d side by side has other bits than one by one", k)
			}
		}
	}
	together := 0
	for k := range lean.p.steps {
		n := lean.p.steps[k].group
		together += n
		for _, begin := range lean.p.waves[1] {
			if begin > k && begin < k+n {
				t.Errorf("steps %d to %d run together across the lane that begins at %d", k, k+n, begin)
			}
		}
	}
	if together == 0 {
		t.Error("no steps run together")
	}
}
