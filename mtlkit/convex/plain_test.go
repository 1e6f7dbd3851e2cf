package convex

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Plain minimises a problem as slowly as can be, for tests: proximal gradient steps without momentum over the rows as
// they are, the intercepts being variables like the weights. The steps are short enough for any tiny problem. It
// returns the parts, each columns × tasks in the order of tasks, and the intercepts.
func Plain(p Problem, penalty Penalty, iterations int) (parts [][]float64, b []float64) {
	s := size{len(p.Tasks), p.columns("Plain")}
	f := penalty.form(s)
	parts, b = stack(len(f.parts), s.tasks*s.columns), make([]float64, s.tasks)
	g, slope := make([]float64, s.tasks*s.columns), make([]float64, s.tasks)
	last := make([]float64, len(g))
	curvature := 0.0 // trace of the second derivatives of a task, of weights and intercept
	for t, task := range p.Tasks {
		own, n := 0.0, 0.0
		for i, y := range task.Y {
			if !math.IsNaN(y) {
				own += 1 + square(task.X.RawRowView(i))
				n++
			}
		}
		if n > 0 {
			curvature = max(curvature, p.weight(t)*own/n)
		}
	}
	if p.Loss == Logistic {
		curvature /= 4
	}
	step := 1 / ((curvature + f.ridge) * float64(len(parts)))
	for range iterations {
		clear(g)
		clear(slope)
		for t, task := range p.Tasks {
			n := 0.0
			for _, y := range task.Y {
				if !math.IsNaN(y) {
					n++
				}
			}
			for i, y := range task.Y {
				if math.IsNaN(y) {
					continue
				}
				z := b[t]
				for _, part := range parts {
					z += floats.Dot(task.X.RawRowView(i), s.task(part, t))
				}
				d := z - y
				if p.Loss == Logistic {
					d = 1/(1+math.Exp(-z)) - y
				}
				d *= p.weight(t) / n
				floats.AddScaled(s.task(g, t), d, task.X.RawRowView(i))
				slope[t] += d
			}
		}
		for _, part := range parts {
			floats.AddScaled(g, f.ridge, part)
		}
		moved, largest := 0.0, 0.0
		for k, part := range parts {
			copy(last, part)
			floats.AddScaled(part, -step, g)
			f.parts[k].prox(part, step)
			moved, largest = max(moved, floats.Distance(last, part, math.Inf(1))),
				max(largest, floats.Norm(part, math.Inf(1)))
		}
		if p.Intercepts {
			floats.AddScaled(b, -step, slope)
		}
		// 1e-4 off, were a step to change the next by no more than 1e-3
		if moved+step*floats.Norm(slope, 1) < 1e-7*largest {
			break
		}
	}
	return parts, b
}
