package autodiff

import "testing"

// singleHeads is the gradient of the sum of the losses of tasks whose heads have one layer.
func singleHeads(tasks, rows, width int) (inputs []Output, losses []Value, theta Params) {
	g := New()
	shapes := []Shape{{"trunk.W", 20, width}}
	for range tasks {
		shapes = append(shapes, Shape{"head.W", width, 1}, Shape{"head.b", 1, 1})
	}
	theta = g.Params(shapes)
	x, y := g.Input("x", rows, 20), g.Input("y", rows, tasks)
	h := x.MatMul(theta.At(0)).ReLU()
	for t := range tasks {
		z := h.MatMul(theta.At(1 + 2*t)).Add(theta.At(2 + 2*t))
		losses = append(losses, z.Sub(y.SliceCols(t, t+1)).Square().Mean())
	}
	return []Output{theta, x, y}, losses, theta
}

// The heads of five tasks are one product on the way forward and two on the way back, and all that comes of it is what
// it is without, but for the rounding of sums.
func TestHeadsAreJoined(t *testing.T) {
	const tasks, rows, width = 5, 100, 60
	inputs, losses, theta := singleHeads(tasks, rows, width)
	loss := losses[0]
	for _, l := range losses[1:] {
		loss = loss.Add(l)
	}
	gradient := GradParams(loss, theta)
	outs := []Output{loss, gradient}
	for _, precision := range []Precision{Float64, Float32} {
		p, apart := CompileAs(precision, outs...), compile(precision, unbanded, outs)
		if got, want := products(p.nodes), products(apart.nodes)-3*(tasks-1); got != want {
			t.Fatalf("%v: %d products, want %d\n%v", precision, got, want, p)
		}
		sameButRounding(t, "heads", ran(p, inputs), ran(apart, inputs), gradient, rows+width+20)
	}
}

// Products stay apart where the matrix is small, where results are wide, in the lanes of a Jacobian, and where the second
// needs the first.
func TestProductsThatStayApart(t *testing.T) {
	apart := func(name string, outs ...Output) {
		t.Helper()
		if p := Compile(outs...); products(p.nodes) != products(p.source.nodes) {
			t.Errorf("%s: joined\n%v", name, p)
		}
	}
	_, losses, theta := singleHeads(3, 20, 30)
	apart("a small matrix", GradParams(losses[0].Add(losses[1]).Add(losses[2]), theta))
	_, losses, theta = singleHeads(3, 100, 60)
	var rows []Output
	for _, row := range Jacobian(losses, theta) {
		rows = append(rows, row)
	}
	apart("a Jacobian", rows...)
	g := New()
	x, w, v := g.Input("x", 100, 60), g.Input("w", 60, narrow+1), g.Input("v", 60, narrow+1)
	apart("wide results", x.MatMul(w), x.MatMul(v))
	u := g.Input("u", 60, 1)
	apart("a chain", x.MatMul(x.T().MatMul(x.MatMul(u))))
	square := g.Input("square", 80, 80)
	apart("a power", square.MatMul(square.MatMul(g.Input("start", 80, 1))))
}

// Products whose operands come later than the first of them are joined where none is needed before the last.
func TestProductsJoinedLate(t *testing.T) {
	g := New()
	x, w := g.Input("x", 100, 60), g.Input("w", 60, 2)
	a := x.MatMul(w)
	b := x.MatMul(w.Sin())
	outs := []Output{a.Neg(), b.Scale(3)}
	p := Compile(outs...)
	if got := products(p.nodes); got != 1 {
		t.Fatalf("%d products, want 1\n%v", got, p)
	}
	for _, o := range outs {
		sameButRounding(t, "late", ran(p, []Output{x, w}), ran(compile(Float64, unbanded, outs), []Output{x, w}), o, 2*60)
	}
}

// Where the first product has such an operand, the others are joined without it.
func TestFirstProductStaysApart(t *testing.T) {
	g := New()
	m, x, a := g.Input("m", 80, 60), g.Input("x", 80, 80), g.Input("a", 60, 1)
	w, v := g.Input("w", 80, 1), g.Input("v", 80, 2)
	first := x.MatMul(m.MatMul(a))
	then := first.Scale(2)
	y := x.MatMul(w)
	z := x.MatMul(v).Add(y)
	inputs, outs := []Output{m, x, a, w, v}, []Output{then, y.Neg(), z}
	p := Compile(outs...)
	if got := products(p.nodes); got != 3 {
		t.Fatalf("%d products, want 3\n%v", got, p)
	}
	for _, o := range outs {
		sameButRounding(t, "after the first", ran(p, inputs), ran(compile(Float64, unbanded, outs), inputs), o, 80*60*2)
	}
}

// An operand that is itself joined late is not there yet where the first of the others is made.
func TestProductsOfJoinedOnes(t *testing.T) {
	g := New()
	m, x := g.Input("m", 80, 60), g.Input("x", 100, 80)
	a, w := g.Input("a", 60, 2), g.Input("w", 80, 2)
	u := m.MatMul(a)
	p := x.MatMul(w)
	v := m.MatMul(p.SliceRows(0, 60)) // after p, and joined with u
	q := x.MatMul(u)
	inputs, outs := []Output{m, x, a, w}, []Output{p.Neg(), q.Scale(3), v.Scale(2)}
	for _, o := range outs {
		sameButRounding(t, "products of products", ran(Compile(outs...), inputs), ran(compile(Float64, unbanded, outs), inputs),
			o, 60*80*2)
	}
}
