package convex

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// every is after how many steps the gap is looked at.
const every = 10

// accelerate takes proximal gradient steps of length 1/L from points that are ahead in the direction of the last step,
//
//	xᵏ⁺¹ = prox(yᵏ − ∇F(yᵏ)/L),   yᵏ⁺¹ = xᵏ⁺¹ + βₖ(xᵏ⁺¹ − xᵏ)
//
// with the β of Beck and Teboulle, which begin anew when a step goes against the gradient (O'Donoghue and Candès).
func (s Solver) accelerate(ctx context.Context, o *objective, from *Fit) (best iterate, err error) {
	n := len(o.start)
	x, ahead, next := stack(len(o.parts), n), stack(len(o.parts), n), stack(len(o.parts), n)
	if from != nil {
		for k := range x {
			copy(x[k], from.parts[k])
			copy(ahead[k], from.parts[k])
		}
	}
	l, t := o.curvature(), 1.0
	for i := 0; ; i++ {
		if i%every == 0 || i == s.Iterations {
			at := o.measure(x, i)
			if better(at, best) || s.enough(o, at) {
				at.parts = clone(x)
				best = at
			}
			best.iterations = i
			if !math.IsInf(best.gap, 1) {
				best.gap = max(0, best.value-o.least)
			}
			if s.enough(o, best) || l == 0 || i == s.Iterations {
				return best, nil
			}
			if err := ctx.Err(); err != nil {
				return best, fmt.Errorf("convex: Solver: stopped after %d iterations: %w", i, err)
			}
		}
		o.gradient(ahead)
		uphill := 0.0
		for k, p := range o.parts {
			copy(next[k], ahead[k])
			floats.AddScaled(next[k], -1/l, o.g)
			p.prox(next[k], 1/l)
			for j, v := range next[k] {
				uphill += (ahead[k][j] - v) * (v - x[k][j])
			}
		}
		momentum := 0.0
		if uphill > 0 {
			t = 1
		} else {
			later := (1 + math.Sqrt(1+4*t*t)) / 2
			momentum = (t - 1) / later
			t = later
		}
		for k := range x {
			for j, v := range next[k] {
				ahead[k][j] = v + momentum*(v-x[k][j])
			}
		}
		x, next = next, x
	}
}

// stack returns that many lists of n zeros.
func stack(count, n int) [][]float64 {
	all := make([][]float64, count)
	for k := range all {
		all[k] = make([]float64, n)
	}
	return all
}

func clone(parts [][]float64) [][]float64 {
	all := stack(len(parts), len(parts[0]))
	for k := range all {
		copy(all[k], parts[k])
	}
	return all
}
