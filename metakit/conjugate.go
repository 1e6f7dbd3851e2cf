package metakit

import "kindred/autodiff"

// A solution is what conjugate gradients come to.
type solution struct {
	x     autodiff.Params
	taken autodiff.Value // how many iterations, 1×1
}

// conjugateGradients traces the solution of A·x = b, from x = 0, where apply multiplies with A, symmetric and positive
// definite. All iterations are part of the program; one that is not needed changes nothing: they stop once the
// residual r = b − A·x, as it is carried along, has |r| ≤ tolerance·|b|, or before a direction p with p·A·p ≤ 0, which
// shows that A is not positive definite. What is not finite stays so. Nothing of it has a derivative.
//
// Reference: Hestenes, Stiefel. Methods of conjugate gradients for solving linear systems. Journal of Research of the
// National Bureau of Standards 49, 1952.
func conjugateGradients(apply func(v autodiff.Params) autodiff.Params, b autodiff.Params,
	iterations int, tolerance float64) solution {
	b = b.StopGradient()
	x, r, p := b.Scale(0), b, b
	g := b.At(0).Graph()
	zero, one := g.Scalar(0), g.Scalar(1)
	atMost := func(v, most autodiff.Value) autodiff.Value { // 1 or 0; 0 if v is not a number
		return v.Equal(v).Mul(one.Sub(v.Greater(most)))
	}
	norm := b.Dot(b)
	now, taken := norm, zero
	// By the quotient, so that a b whose square is infinite is not taken for solved.
	solved := func() autodiff.Value {
		return norm.Equal(zero).Max(atMost(now.Div(norm), g.Scalar(tolerance*tolerance)))
	}
	stop := solved()
	for range iterations {
		product := apply(p).StopGradient()
		curvature := p.Dot(product)
		stop = stop.Max(atMost(curvature, zero))
		length := autodiff.Select(stop, zero, now.Div(curvature))
		x, r = x.Add(p.ScaleBy(length)), r.Sub(product.ScaleBy(length))
		next := r.Dot(r)
		turn := autodiff.Select(stop, zero, next.Div(now))
		p = r.Add(p.ScaleBy(turn))
		now, taken = next, taken.Add(one.Sub(stop))
		stop = stop.Max(solved())
	}
	return solution{x, taken}
}
