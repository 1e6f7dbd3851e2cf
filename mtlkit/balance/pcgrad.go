package balance

import "gonum.org/v1/gonum/mat"

// PCGrad takes out of each task gradient what goes against the others, one after the other, and adds up what is left:
//
//	pᵢ = gᵢ;   for j ≠ i in order:  if pᵢ·gⱼ < 0 then pᵢ −= (pᵢ·gⱼ/|gⱼ|²) gⱼ
//	d  = Σᵢ pᵢ
//
// The gⱼ that are projected on are the original ones. A projection may bring back a conflict that an earlier one took
// away, so that with three tasks or more d may still hurt one, and depends on the order. The paper draws the order for
// every i at random (Shuffle); the zero value takes the tasks as they come, which needs no state. For two tasks the
// order does not matter, and d is twice that of [UPGrad].
//
// The authors' code adds the pᵢ up; some others average them (Mean).
//
// Reference: Yu et al. Gradient surgery for multi-task learning. NeurIPS 2020, arXiv:2001.06782.
type PCGrad struct {
	Mean    bool   // divide the sum by the number of tasks that are present
	Shuffle bool   // draw the order of j anew for every i and step
	Seed    uint64 // of the orders
}

var _ GramAggregator = PCGrad{}

// NewState returns the number of steps taken if the order is drawn, and nil if not.
func (a PCGrad) NewState(s Setting) []float64 { return make([]float64, orderLen(a.Shuffle)) }

// WeighGram stores the weights of the sum of the projected gradients.
func (a PCGrad) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	m := len(weights)
	checkGram("PCGrad", weights, gram, s, orderLen(a.Shuffle))
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	order := newOrder(tmp, m, a.Shuffle, a.Seed, s.Memory)
	p := tmp.floats.take(m) // the weights of pᵢ
	clear(weights)
	for i := range m {
		clear(p)
		p[i] = 1
		for _, j := range order.next() {
			if along := inner(p, g.row(j)); j != i && along < 0 {
				p[j] -= along / g.at(j, j)
			}
		}
		for j, v := range p {
			weights[j] += v
		}
	}
	if a.Mean {
		for i := range weights {
			weights[i] /= float64(m)
		}
	}
}
