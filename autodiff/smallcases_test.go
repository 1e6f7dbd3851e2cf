package autodiff

import (
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
