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
		panic(fmt.Sprintf("autodiff: VJP: %d outputs, %d cotangents, %d variables; each output has a cotangent, and there "+
			"is at least one output and one variable", len(ys), len(cts), len(xs)))
	}
	g := ys[0].node0()
	for k, y := range ys {
		if y.g != g || cts[k].g != g {
			panic(fmt.Sprintf("autodiff: VJP: %v and its cotangent %v belong to different graphs", y, cts[k]))
		}
		if y.Rows() != cts[k].Rows() || y.Cols() != cts[k].Cols() {
			panic(fmt.Sprintf("autodiff: VJP: cotangent %v for %v", cts[k], y))
		}
	}
	oldest := xs[0].id
	for _, x := range xs {
		if x.g != g {
			panic(fmt.Sprintf("autodiff: Grad: %v belongs to another graph", x))
		}
		oldest = min(oldest, x.id)
	}
	s := g.newSweep(ys, xs, oldest)
	for k, y := range ys {
		s.add(y.id, cts[k])
	}
	s.run()
	out := make([]Value, len(xs))
	for k, x := range xs {
		if out[k] = s.of(k); out[k].g == nil {
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
	p.alike("HessianVector", v)
	return GradParams(GradParams(y, p).Dot(v.StopGradient()), p)
}

func grads(y Value, xs []Value) []Value {
	if y.Size() != 1 {
		panic(fmt.Sprintf("autodiff: Grad: %v is not a 1×1 value; reduce it with Sum or Mean, or use VJP", y))
	}
	return VJP([]Value{y}, []Value{y.g.Scalar(1)}, xs)
}

func (v Value) node0() *Graph {
	v.node()
	return v.g
}
