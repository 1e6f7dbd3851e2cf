package convex

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Graph draws the weights of each pair of neighbours together:
//
//	½μ Σ over edges (s, t) of aₛₜ‖wₛ − wₜ‖² + ½ρ Σₜ‖wₜ‖²
//
// It is [Mean] with a = 1/T between all pairs. Without μ it is [Alone]. With ρ = 0 nothing holds the mean of those that
// hang together, and no gap can be given, so that the residual tells when it is solved.
//
// Reference: Evgeniou, Micchelli, Pontil. Learning multiple tasks with kernel methods. JMLR 6, 2005.
type Graph struct {
	Edges []Edge  // a pair that comes twice counts twice
	Mu    float64 // μ
	Ridge float64 // ρ
}

// An Edge joins two different tasks, by their numbers from 0.
type Edge struct {
	S, T   int
	Weight float64 // a, finite and not negative
}

// Times returns Graph with μ and ρ multiplied.
func (g Graph) Times(factor float64) Penalty {
	factor = times("Graph", factor)
	return Graph{g.Edges, g.Mu * factor, g.Ridge * factor}
}

func (g Graph) form(s size) form {
	strength("Graph", "Mu", g.Mu)
	strength("Graph", "Ridge", g.Ridge)
	k := mat.NewSymDense(s.tasks, nil)
	add := func(t, u int, v float64) { k.SetSym(t, u, k.At(t, u)+v) }
	for i, e := range g.Edges {
		if min(e.S, e.T) < 0 || max(e.S, e.T) >= s.tasks || e.S == e.T {
			panic(fmt.Sprintf("convex: Graph: Edges[%d] joins %d and %d; want two different ones of %d tasks", i, e.S,
				e.T, s.tasks))
		}
		if !(e.Weight >= 0) || math.IsInf(e.Weight, 1) {
			panic(fmt.Sprintf("convex: Graph: the Weight of Edges[%d] is %v; it must be finite and not negative", i,
				e.Weight))
		}
		v := g.Mu * e.Weight
		add(e.S, e.S, v)
		add(e.T, e.T, v)
		add(e.S, e.T, -v)
	}
	for t := range s.tasks {
		add(t, t, g.Ridge)
	}
	return form{parts: []part{newCoupling(s, k)}}
}
