package balance

import "gonum.org/v1/gonum/mat"

// DualProj projects the mean of the task gradients on the dual cone, the directions that no task minds:
//
//	d = proj((1/m) Σᵢ gᵢ),   proj the nearest point of {d : gⱼ·d ≥ 0 for all j}
//
// It is the mean wherever that hurts nobody. Where only 0 serves all tasks, d is 0.
//
// TorchJD adds 1e-4 to the diagonal of G/trace(G) by default (Reg), and returns the mean when trace(G) < 1e-4, which
// is not done here.
//
// Reference: Lopez-Paz, Ranzato. Gradient episodic memory for continual learning. NeurIPS 2017, arXiv:1706.08840,
// equation 11.
type DualProj struct {
	Pref []float64 // the weights of the gradients in the mean, not negative, one for each task; nil is equal ones, 1/m each
	Reg  float64   // added to the diagonal of G/trace(G), not negative; 0 is the exact projection
}

var _ GramAggregator = DualProj{}

// NewState returns nil: nothing is remembered.
func (a DualProj) NewState(s Setting) []float64 { a.check(s); return nil }

func (a DualProj) check(s Setting) {
	s.check("DualProj")
	checkOptional("DualProj", "Pref", a.Pref, s, checkNotNegative)
	checkNotNegative("DualProj", "Reg", a.Reg)
}

// WeighGram stores the weights of the projected mean.
func (a DualProj) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	m := len(weights)
	a.check(s.Setting)
	checkGram("DualProj", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	regularize(g, a.Reg)
	cone := newDualCone(tmp, g)
	cone.project(weights, perTask(tmp, a.Pref, s, 1/float64(m)))
}
