package autodiff

import "fmt"

// Grad returns the gradient of y, a 1×1 value, by x: a value of x's shape, recorded in the same graph.
func Grad(y, x Value) Value { return grads(y, []Value{x})[0] }

// GradParams returns the gradient of y, a 1×1 value, by every parameter.
func GradParams(y Value, p Params) Params {
	return Params{names: p.names, values: grads(y, p.values)}
}

// VJP returns, for each x, the sum over k of the products of the cotangent cts[k], of the shape of ys[k], with the
// derivative of ys[k] by x.
func VJP(ys, cts, xs []Value) []Value {
	if len(ys) == 0 || len(ys) != len(cts) || len(xs) == 0 {
		panic(fmt.Sprintf("autodiff: VJP: %d outputs, %d cotangents, %d variables", len(ys), len(cts), len(xs)))
	}
	g := ys[0].node0()
	last := int32(0)
	for k, y := range ys {
		if y.g != g || cts[k].g != g {
			panic(fmt.Sprintf("autodiff: VJP: %v and its cotangent %v belong to different graphs", y, cts[k]))
		}
		if y.Rows() != cts[k].Rows() || y.Cols() != cts[k].Cols() {
			panic(fmt.Sprintf("autodiff: VJP: cotangent %v for %v", cts[k], y))
		}
		last = max(last, y.id)
	}
	// needed marks what depends on one of xs.
	needed := make([]bool, last+1)
	for _, x := range xs {
		if x.g != g {
			panic(fmt.Sprintf("autodiff: Grad: %v belongs to another graph", x))
		}
		if x.id <= last {
			needed[x.id] = true
		}
	}
	for id := range needed {
		for _, in := range g.nodes[id].in {
			needed[id] = needed[id] || needed[in]
		}
	}
	total := make([]Value, last+1)
	accumulate := func(id int32, ct Value) {
		n := &g.nodes[id]
		ct = ct.sumBack(n.rows, n.cols)
		if total[id].g == nil {
			total[id] = ct
		} else {
			total[id] = total[id].Add(ct)
		}
	}
	for k, y := range ys {
		if needed[y.id] {
			accumulate(y.id, cts[k])
		}
	}
	for id := last; id >= 0; id-- {
		if s := g.segmentAt(id); s != nil {
			id = s.first
			for k, ct := range s.vjp(g, needed, total) {
				if ct.g != nil && needed[s.in.values[k].id] {
					accumulate(s.in.values[k].id, ct)
				}
			}
			continue
		}
		n := g.nodes[id] // a copy: the rules append to g.nodes
		r := &rules[n.op]
		if !needed[id] || total[id].g == nil || r.vjp == nil {
			continue
		}
		v := Value{g, id}
		for k, ct := range r.vjp(&n, v.operands(), v, total[id]) {
			if ct.g != nil && needed[n.in[k]] {
				accumulate(n.in[k], ct)
			}
		}
	}
	out := make([]Value, len(xs))
	for k, x := range xs {
		if x.id <= last && total[x.id].g != nil {
			out[k] = total[x.id]
		} else {
			out[k] = g.Fill(x.Rows(), x.Cols(), 0)
		}
	}
	return out
}

// Jacobian returns the gradients of several 1×1 values, one set of parameters for each. Where they are much work, a
// program computes them side by side.
func Jacobian(ys []Value, p Params) []Params {
	rows := make([]Params, len(ys))
	for k, y := range ys {
		g := y.node0()
		first := int32(len(g.nodes))
		rows[k] = GradParams(y, p)
		g.lanes = append(g.lanes, laneRange{first, int32(len(g.nodes))})
	}
	return rows
}

// HessianVector returns the product of the Hessian of y, a 1×1 value, at p with v: the gradient of ∇y·v with v held
// constant.
func HessianVector(y Value, p, v Params) Params {
	return GradParams(GradParams(y, p).Dot(v.StopGradient()), p)
}

func grads(y Value, xs []Value) []Value {
	if y.Size() != 1 {
		panic(fmt.Sprintf("autodiff: Grad: %v is not a 1×1 value; reduce it with Sum or Mean, or use VJP", y))
	}
	return VJP([]Value{y}, []Value{y.g.Scalar(1)}, xs)
}

// sumBack brings a cotangent to the shape of the operand it belongs to, which may have been broadcast, or may be
// constant along an axis on which the cotangent was kept short.
func (v Value) sumBack(rows, cols int) Value {
	if v.Rows() == rows && v.Cols() == cols {
		return v
	}
	if v.fitsShape(rows, cols) {
		return v.BroadcastTo(rows, cols)
	}
	return v.sumTo(rows, cols)
}

func (v Value) fitsShape(rows, cols int) bool {
	return (v.Rows() == 1 || v.Rows() == rows) && (v.Cols() == 1 || v.Cols() == cols)
}

func (v Value) node0() *Graph {
	v.node()
	return v.g
}
