package autodiff

import "testing"

// What is substituted is what would have been traced, to the last bit, and so are its derivatives, but for the order of
// sums.
func TestSubstituteIsTracingAnew(t *testing.T) {
	g := New()
	p := g.Params([]Shape{{"a", 2, 3}, {"b", 1, 3}})
	x, w := g.Input("x", 4, 2), g.Input("w", 2, 2)
	f := func(p Params) Value {
		body := x.MatMul(w).Tanh()
		h := Checkpoint(func(q Params) Params {
			return ParamsOf([]string{"h"}, []Value{body.MatMul(q.At(0)).Add(q.At(1)).Sigmoid()})
		}, p)
		return h.At(0).Square().Sum().Add(p.At(1).StopGradient().Mul(p.At(1)).Sum())
	}
	step := func(y Value) Params { return p.Sub(GradParams(y, p).Scale(0.1)) }
	once := f(p)
	q := step(once)
	got, want := Substitute(once, p, q), f(q)
	all := p.Join(ParamsOf([]string{"w"}, []Value{w}))
	dgot, dwant := GradParams(got, all), GradParams(want, all)
	ws := Compile(got, want, dgot, dwant).NewWorkspace()
	ws.Set(p, noise(9, 1))
	ws.Set(x, noise(8, 2))
	ws.Set(w, noise(4, 3))
	ws.Run()
	if ws.Scalar(got) != ws.Scalar(want) {
		t.Errorf("substituted %v, traced %v", ws.Scalar(got), ws.Scalar(want))
	}
	if got, want := ws.Read(dgot, nil), ws.Read(dwant, nil); !close64(got, want, 1e-14) {
		t.Errorf("the gradient is %v, of what was traced %v", got, want)
	}
}

// What does not depend on the parameters stays the same value, and the value may be a parameter itself.
func TestSubstituteKeepsTheRest(t *testing.T) {
	g := New()
	p, q := g.Params([]Shape{{"a", 1, 1}}), g.Params([]Shape{{"b", 1, 1}})
	other := g.Input("other", 1, 1).Exp()
	if got := Substitute(other, p, q); got != other {
		t.Errorf("a value that does not depend on the parameters became %v", got)
	}
	if got := Substitute(p.At(0), p, q); got != q.At(0) {
		t.Errorf("the parameter became %v", got)
	}
	if got := Substitute(other, Params{}, Params{}); got != other {
		t.Errorf("with nothing in place of nothing it became %v", got)
	}
	sum := p.At(0).Exp().Add(other)
	if got := Substitute(sum, p, q).Operands()[1]; got != other {
		t.Errorf("what it shares became %v", got)
	}
}

// A derivative goes back once through what is shared: one product with the inputs instead of two.
func TestSubstituteSavesWork(t *testing.T) {
	flops := func(once bool) int {
		g := New()
		p, q, w := g.Params([]Shape{{"a", 8, 1}}), g.Params([]Shape{{"b", 8, 1}}), g.Input("w", 8, 8)
		x := g.Input("x", 20, 8)
		f := func(p Params) Value { return x.MatMul(w).Tanh().MatMul(p.At(0)).Square().Sum() }
		y := f(p)
		again := f(q)
		if once {
			again = Substitute(y, p, q)
		}
		return Compile(Grad(y.Add(again), w)).Cost().FLOPs
	}
	const product, sums = 2 * 20 * 8 * 8, 2 * 20 * 8
	if once, anew := flops(true), flops(false); once > anew-product+sums {
		t.Errorf("%d operations, %d when all is traced anew; a product takes %d", once, anew, product)
	}
}
