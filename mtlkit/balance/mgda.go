package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// MGDA goes along the shortest vector in the convex hull of the task gradients:
//
//	d = Σᵢ wᵢgᵢ,   w = argmin |Σᵢ wᵢgᵢ|²   over   w ≥ 0, Σᵢ wᵢ = 1
//
// Every task gains at the same first-order rate: gᵢ·d = |d|² where wᵢ > 0, and more elsewhere. d is 0 where 0 is in
// the hull, which is where no direction serves all tasks. The shortest gradients decide, so that a task which is
// nearly done holds the others up.
//
// The authors' codes run a fixed number of Frank-Wolfe steps, which from three tasks on stop short of the optimum;
// this one is exact (Wolfe's algorithm). Scale is what these codes call gradient normalisation; the weights found for
// the scaled gradients are then used on the gradients as they are, as the codes do. For two tasks these codes also
// keep w within [0.001, 0.999]; this one does not.
//
// Reference: Désidéri. Multiple-gradient descent algorithm (MGDA) for multiobjective optimization. Comptes Rendus
// Mathématique 350, 2012. Sener, Koltun. Multi-task learning as multi-objective optimization. NeurIPS 2018,
// arXiv:1810.04650.
type MGDA struct {
	Scale MGDAScale // what the gradients are divided by before w is sought
}

// MGDAScale says what [MGDA] divides gradient i by before it seeks the weights.
type MGDAScale int

const (
	MGDAUnscaled        MGDAScale = iota // 1
	MGDAByNorm                           // |gᵢ|: "l2"
	MGDAByLoss                           // Lᵢ: "loss"
	MGDAByNormTimesLoss                  // |gᵢ|Lᵢ: "loss+"
)

var (
	_ GramLossAggregator = MGDA{}
	_ PositiveLosses     = MGDA{}
)

// NewState returns nil: nothing is remembered.
func (a MGDA) NewState(s Setting) []float64 { a.check(s); return nil }

func (a MGDA) check(s Setting) {
	s.check("MGDA")
	if a.Scale < MGDAUnscaled || a.Scale > MGDAByNormTimesLoss {
		panic(fmt.Sprintf("balance: MGDA: no Scale %d", a.Scale))
	}
}

// WeighGramLoss stores the weights of the shortest vector. Losses may be nil unless Scale looks at them; they are then
// positive. A zero gradient is left as it is.
func (a MGDA) WeighGramLoss(weights []float64, gram mat.Symmetric, losses []float64, s State) {
	a.check(s.Setting)
	checkGram("MGDA", weights, gram, s, 0)
	if a.NeedsPositiveLosses() {
		checkCount("MGDA", "losses", losses, s)
	}
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	if a.Scale != MGDAUnscaled {
		a.rescale(tmp, g, losses)
	}
	p := newMinNorm(tmp, weights, g)
	p.solve()
}

// NeedsPositiveLosses reports whether Scale looks at the losses.
func (a MGDA) NeedsPositiveLosses() bool {
	return a.Scale == MGDAByLoss || a.Scale == MGDAByNormTimesLoss
}

func (a MGDA) rescale(tmp *pool, g square, losses []float64) {
	by := tmp.lengths(g)
	for i := range by {
		switch a.Scale {
		case MGDAByLoss:
			by[i] = losses[i]
		case MGDAByNormTimesLoss:
			by[i] *= losses[i]
		}
		if g.at(i, i) == 0 {
			by[i] = 1
		}
	}
	longest := 0.0 // of the scaled gradients; divided by it, they have products within range
	for i := range by {
		longest = max(longest, math.Sqrt(g.at(i, i))/by[i])
	}
	if longest == 0 {
		return
	}
	for i := range by {
		by[i] *= longest
	}
	for i := range g.m {
		for j := range g.m {
			g.set(i, j, g.at(i, j)/by[i]/by[j])
		}
	}
}
