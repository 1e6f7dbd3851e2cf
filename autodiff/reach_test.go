package autodiff

import (
	"slices"
	"testing"
)

func TestReaches(t *testing.T) {
	g := New()
	a, b, c, d, index := g.Input("a", 2, 2), g.Input("b", 2, 2), g.Input("c", 2, 2), g.Input("d", 2, 2), g.Input("index", 2, 1)
	y := Select(b, a.Scale(2).T(), c.StopGradient()).Gather(index).Sum()
	xs := []Value{a, b, c, d, index, y}
	if got, want := Reaches(y, xs), []bool{true, false, false, false, false, true}; !slices.Equal(got, want) {
		t.Errorf("reached %v, want %v", got, want)
	}
	if got := Reaches(a, []Value{y}); got[0] {
		t.Error("a depends on y")
	}
}

func TestOperands(t *testing.T) {
	g := New()
	a, b := g.Input("a", 2, 3), g.Input("b", 3, 2)
	product := a.MatMul(b)
	if got := product.Operands(); !slices.Equal(got, []Value{a, b}) {
		t.Errorf("the product of a and b was computed from %v", got)
	}
	if got := a.Operands(); len(got) > 0 {
		t.Errorf("an input was computed from %v", got)
	}
}
