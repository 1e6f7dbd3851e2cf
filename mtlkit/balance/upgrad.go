package balance

import "gonum.org/v1/gonum/mat"

// UPGrad projects each task gradient on the dual cone, the directions that no task minds, and averages the results:
//
//	d = (1/m) Σᵢ proj(gᵢ),   proj the nearest point of {d : gⱼ·d ≥ 0 for all j}
//
// No task is hurt by d, and lengthening one gradient moves d linearly. Where only 0 serves all tasks, d is 0. It
// solves one small problem for each task whose gradient is in conflict with another. For two tasks d is half that of
// [PCGrad].
//
// TorchJD adds 1e-4 to the diagonal of G/trace(G) by default (Reg), which at gradients of unequal length changes the
// result by tens of percent, and returns the mean when trace(G) < 1e-4, which is not done here.
//
// Reference: Quinton, Rey. Jacobian descent for multi-objective optimization. 2024, arXiv:2406.16232.
type UPGrad struct {
	Pref []float64 // how the projections are weighed, not negative, one for each task; nil is equal ones, 1/m each
	Reg  float64   // added to the diagonal of G/trace(G), not negative; 0 is the exact projection
}

var _ GramAggregator = UPGrad{}

// NewState returns nil: nothing is remembered.
func (a UPGrad) NewState(s Setting) []float64 { a.check(s); return nil }

func (a UPGrad) check(s Setting) {
	s.check("UPGrad")
	checkOptional("UPGrad", "Pref", a.Pref, s, checkNotNegative)
	checkNotNegative("UPGrad", "Reg", a.Reg)
}

// WeighGram stores the weights of the weighed sum of the projections.
func (a UPGrad) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	m := len(weights)
	a.check(s.Setting)
	checkGram("UPGrad", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	regularize(g, a.Reg)
	pref := perTask(tmp, a.Pref, s, 1/float64(m))
	cone := newDualCone(tmp, g)
	u, v := tmp.floats.take(m), tmp.floats.take(m)
	clear(weights)
	for i, p := range pref {
		u[i] = 1
		cone.project(v, u)
		for j := range weights {
			weights[j] += p * v[j]
		}
		u[i] = 0
	}
}

// regularize replaces G by G/trace(G) + reg·I, unless reg is 0 or G is.
func regularize(g square, reg float64) {
	trace := 0.0
	for i := range g.m {
		trace += g.at(i, i)
	}
	if reg == 0 || trace == 0 {
		return
	}
	for i := range g.data {
		g.data[i] /= trace
	}
	for i := range g.m {
		g.set(i, i, g.at(i, i)+reg)
	}
}
