package convex_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/convex"
)

// near reports whether a and b differ by at most tol of the larger, or of 1 if they are small.
func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol*max(1, math.Abs(a), math.Abs(b)) }

// lossOf is F(W, b) row by row, as the doc of Problem writes it.
func lossOf(p convex.Problem, w *mat.Dense, b []float64) float64 {
	total := 0.0
	for t, task := range p.Tasks {
		sum, n := 0.0, 0.0
		for i, y := range task.Y {
			if math.IsNaN(y) {
				continue
			}
			z := mat.Dot(task.X.RowView(i), w.ColView(t)) + b[t]
			if p.Loss == convex.Logistic {
				sum += math.Log(1+math.Exp(z)) - y*z
			} else {
				sum += (y - z) * (y - z) / 2
			}
			n++
		}
		c := 1.0
		if p.Weights != nil {
			c = p.Weights[t]
		}
		if n > 0 {
			total += c * sum / n
		}
	}
	return total
}

// penaltyOf is the penalty of W, or of the two parts, entry by entry, as the docs write it.
func penaltyOf(penalty convex.Penalty, parts ...*mat.Dense) float64 {
	w := parts[0]
	d, n := w.Dims()
	square := func(m mat.Matrix) float64 { v := mat.Norm(m, 2); return v * v }
	trace := func(m *mat.Dense) float64 {
		var svd mat.SVD
		svd.Factorize(m, mat.SVDNone)
		sum := 0.0
		for _, v := range svd.Values(nil) {
			sum += v
		}
		return sum
	}
	apart := func(s, t int) float64 {
		var v mat.VecDense
		v.SubVec(w.ColView(s), w.ColView(t))
		return square(&v)
	}
	sum := 0.0
	switch c := penalty.(type) {
	case convex.Alone:
		return c.Ridge / 2 * square(w)
	case convex.L21:
		for j := range d {
			sum += mat.Norm(w.RowView(j), 2)
		}
		return c.Lambda*sum + c.Ridge/2*square(w)
	case convex.Trace:
		return c.Lambda * trace(w)
	case convex.Mean:
		mean := mat.NewVecDense(d, nil)
		for t := range n {
			mean.AddScaledVec(mean, 1/float64(n), w.ColView(t))
		}
		for t := range n {
			var v mat.VecDense
			v.SubVec(w.ColView(t), mean)
			sum += square(&v)
		}
		return c.Mu/2*sum + c.Ridge/2*square(w)
	case convex.Graph:
		for _, e := range c.Edges {
			sum += e.Weight * apart(e.S, e.T)
		}
		return c.Mu/2*sum + c.Ridge/2*square(w)
	case convex.Relations:
		v := trace(w)
		return c.Lambda1/2*square(w) + c.Lambda2/2*v*v
	case convex.Dirty:
		for j := range d {
			most := 0.0
			for t := range n {
				most = max(most, math.Abs(w.At(j, t)))
				sum += c.LambdaQ * math.Abs(parts[1].At(j, t))
			}
			sum += c.LambdaP * most
		}
		return sum
	case convex.Robust:
		for t := range n {
			sum += mat.Norm(parts[1].ColView(t), 2)
		}
		return c.LambdaL*trace(w) + c.LambdaS*sum
	}
	panic(fmt.Sprintf("no penalty %T", penalty))
}

func objective(p convex.Problem, penalty convex.Penalty, w *mat.Dense, b []float64, parts ...*mat.Dense) float64 {
	if parts == nil {
		parts = []*mat.Dense{w}
	}
	return lossOf(p, w, b) + penaltyOf(penalty, parts...)
}

// draw returns tasks with a common direction, and noise; a share of the labels is missing. For the logistic loss labels
// are 0 and 1.
func draw(seed uint64, loss convex.Loss, shared bool, columns int, rows ...int) convex.Problem {
	r := rand.New(rand.NewPCG(seed, 0))
	normal := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	p := convex.Problem{Loss: loss, Intercepts: true}
	common := normal(columns)
	x := mat.NewDense(rows[0], columns, normal(rows[0]*columns))
	for _, n := range rows {
		own, y := normal(columns), make([]float64, n)
		if !shared {
			x = mat.NewDense(n, columns, normal(n*columns))
		}
		for i := range y {
			z := 1.0
			for j, v := range x.RawRowView(i) {
				z += v * (common[j] + own[j]/2)
			}
			y[i] = z + r.NormFloat64()
			if loss == convex.Logistic {
				y[i] = 0
				if r.Float64() < 1/(1+math.Exp(-z/2)) {
					y[i] = 1
				}
			}
		}
		p.Tasks = append(p.Tasks, convex.Task{X: x, Y: y})
	}
	return p
}

// penalties returns one of each kind, for problems of that many tasks.
func penalties(tasks int) map[string]convex.Penalty {
	ring := make([]convex.Edge, tasks)
	for t := range ring {
		ring[t] = convex.Edge{S: t, T: (t + 1) % tasks, Weight: 1 + float64(t%3)}
	}
	return map[string]convex.Penalty{
		"Alone":      convex.Alone{Ridge: 0.1},
		"L21":        convex.L21{Lambda: 0.2},
		"L21, ridge": convex.L21{Lambda: 0.1, Ridge: 0.1},
		"Trace":      convex.Trace{Lambda: 0.2},
		"Mean":       convex.Mean{Mu: 0.5, Ridge: 0.05},
		"Graph":      convex.Graph{Edges: ring, Mu: 0.5, Ridge: 0.05},
		"Dirty":      convex.Dirty{LambdaP: 0.2, LambdaQ: 0.12},
		"Robust":     convex.Robust{LambdaL: 0.2, LambdaS: 0.15},
		"Relations":  convex.Relations{Lambda1: 0.05, Lambda2: 0.1},
	}
}
