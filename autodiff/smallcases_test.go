package autodiff

import (
	"math"
	"slices"
	"testing"
)

// A part of one row lies in its matrix from its row and its column on; it is read there, and its derivative goes there.
func TestPartOfARow(t *testing.T) {
	g := New()
	x := g.Input("x", 2, 4)
	y := x.Slice(1, 2, 1, 3) // 6, 7
	grad := Grad(y.Square().Sum(), x)
	for _, c := range []struct {
		v    Value
		want []float64
	}{
		{y.Scale(1), []float64{6, 7}},
		{y.Scale(-3), []float64{-18, -21}},
		{y.Add(x.Slice(0, 1, 2, 4)), []float64{9, 11}},
		{grad, []float64{0, 0, 0, 0, 0, 12, 14, 0}},
	} {
		ws := Compile(c.v).NewWorkspace()
		ws.Set(x, []float64{1, 2, 3, 4, 5, 6, 7, 8})
		ws.Run()
		if got := ws.Read(c.v, nil); !slices.Equal(got, c.want) {
			t.Errorf("%v is %v, want %v", c.v, got, c.want)
		}
	}
}

// Pieces of a matrix that are used apart give derivatives that are put together: no zeros are added to them.
func TestDerivativesOfPiecesAreJoined(t *testing.T) {
	for _, byRows := range []bool{true, false} {
		g := New()
		x := g.Input("x", 3, 3)
		piece := func(k int) Value {
			if byRows {
				return x.SliceRows(k, k+1)
			}
			return x.SliceCols(k, k+1)
		}
		y := piece(0).Exp().Sum().Add(piece(1).Square().Sum()).Add(piece(2).Sin().Sum())
		grad := Grad(y, x)
		p := Compile(grad)
		for _, s := range p.steps {
			if s.op == opPad || s.op == opAdd {
				t.Errorf("by rows %v: the program has a step %v", byRows, s.op)
			}
		}
		ws := p.NewWorkspace()
		data := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
		ws.Set(x, data)
		ws.Run()
		got := ws.Read(grad, nil)
		for i, v := range data {
			k := i / 3
			if !byRows {
				k = i % 3
			}
			if want := []float64{math.Exp(v), 2 * v, math.Cos(v)}[k]; math.Abs(got[i]-want) > 1e-15*math.Abs(want)*4 {
				t.Errorf("by rows %v: the derivative by number %d is %v, want %v", byRows, i, got[i], want)
			}
		}
	}
}

// With a negative slope the result is positive on both sides, and says nothing about the sign of x: of f(x) = x where
// x > 0 and −2x elsewhere, f² has the derivatives 2x and 8x, and 2 and 8.
func TestLeakyReLUWithANegativeSlope(t *testing.T) {
	g := New()
	x := g.Input("x", 1, 4)
	f := x.LeakyReLU(-2)
	first := Grad(f.Sum(), x)
	square := Grad(f.Square().Sum(), x)
	second := Grad(square.Sum(), x)
	ws := Compile(f, first, square, second).NewWorkspace()
	ws.Set(x, []float64{-3, -0.5, 0.5, 3})
	ws.Run()
	for _, c := range []struct {
		v    Value
		want []float64
	}{
		{f, []float64{6, 1, 0.5, 3}},
		{first, []float64{-2, -2, 1, 1}},
		{square, []float64{-24, -4, 1, 6}},
		{second, []float64{8, 8, 2, 2}},
	} {
		if got := ws.Read(c.v, nil); !slices.Equal(got, c.want) {
			t.Errorf("%v is %v, want %v", c.v, got, c.want)
		}
	}
}

// A number that is repeated to a larger shape widens the other operand even where it changes nothing: 0 in a sum, 1 or 2
// in a product.
func TestNeutralNumbersWiden(t *testing.T) {
	g := New()
	row := g.Input("row", 1, 3)
	fill := func(c float64) Value { return g.Fill(2, 3, c) }
	for name, c := range map[string]struct {
		v    Value
		want float64 // the sum of all entries; those of the row are 1, 2 and 3
	}{
		"0 + row": {fill(0).Add(row), 12},
		"row + 0": {row.Add(fill(0)), 12},
		"row − 0": {row.Sub(fill(0)), 12},
		"1 · row": {fill(1).Mul(row), 12},
		"row · 2": {row.Mul(fill(2)), 24},
	} {
		y := c.v.Exp().Log().Sum() // which keep the shape as it is
		ws := Compile(c.v, y).NewWorkspace()
		ws.Set(row, []float64{1, 2, 3})
		ws.Run()
		got := ws.Read(c.v, nil)
		for k, want := range []float64{1, 2, 3, 1, 2, 3} {
			if got[k] != want*c.want/12 {
				t.Errorf("%s is %v", name, got)
				break
			}
		}
		if sum := ws.Scalar(y); sum < c.want-1e-12 || sum > c.want+1e-12 {
			t.Errorf("%s sums up to %v, want %v", name, sum, c.want)
		}
	}
}

// Nodes are merged only if all their settings are the same: the table of nodes is searched by hash, which may agree.
func TestNodesOfOtherSettingsDiffer(t *testing.T) {
	n := node{op: opSlice, rows: 2, cols: 3, in: []int32{4, 5}, i: 6, j: 7, x: 8, y: 9}
	if m := n; !n.computes(&m) {
		t.Error("a node does not compute what its copy does")
	}
	for name, change := range map[string]func(m *node){
		"op": func(m *node) { m.op = opPad }, "rows": func(m *node) { m.rows++ }, "cols": func(m *node) { m.cols++ },
		"i": func(m *node) { m.i++ }, "j": func(m *node) { m.j++ }, "x": func(m *node) { m.x++ },
		"y": func(m *node) { m.y++ }, "an operand": func(m *node) { m.in = []int32{4, 6} },
		"the number of operands": func(m *node) { m.in = []int32{4} },
	} {
		m := n
		if change(&m); n.computes(&m) {
			t.Errorf("nodes with another %s are taken for the same", name)
		}
	}
}

// The sum of a repeated number is that of the numbers in the order in which a sum adds them, rounded as often: not their
// product.
func TestSumOfARepeatedNumber(t *testing.T) {
	products := 0
	for n := 2; n <= 200; n++ {
		g := New()
		x := g.Input("x", n, 1)
		constant, sum := g.Fill(n, 1, 0.1).Sum(), x.Sum()
		ws := Compile(constant, sum).NewWorkspace()
		ws.Set(x, slices.Repeat([]float64{0.1}, n))
		ws.Run()
		if got, want := ws.Scalar(constant), ws.Scalar(sum); got != want {
			t.Errorf("%d times 0.1 is %v as a constant and %v as an input", n, got, want)
		}
		if ws.Scalar(sum) == 0.1*float64(n) {
			products++
		}
	}
	if products > 150 {
		t.Errorf("%d of 199 sums are products too: the test would not notice one", products)
	}
}
