package balance

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Krum takes the task gradient that has the closest company:
//
//	score(i) = Σ |gᵢ − gⱼ|²   over the m − Byzantine − 2 gradients j nearest to i
//	d = the mean of the Select gradients with the least scores
//
// It is meant for workers of which some lie: up to Byzantine gradients may be anything. It needs m ≥ Byzantine + 3; in
// a step where fewer tasks are present the nearest one is the company, and no more than there are are selected. Of
// equal scores the lower number goes first: for m − Byzantine − 2 = 1 there always are equal ones, the two that are
// nearest to each other.
//
// TorchJD adds up distances, not their squares (Euclidean).
//
// Distances come from the inner products, |gᵢ|² + |gⱼ|² − 2gᵢ·gⱼ: gradients closer than about 1e-8 of their length
// count as equal.
//
// Reference: Blanchard et al. Machine learning with adversaries: Byzantine tolerant gradient descent. NeurIPS 2017,
// arXiv:1703.02757.
type Krum struct {
	Byzantine int  // how many gradients may be anything, at most m − 3
	Select    int  // how many gradients are averaged, from 1 to m
	Euclidean bool // score by distances, not by their squares
}

// NewKrum returns Krum that takes one gradient, of which up to byzantine may be anything.
func NewKrum(byzantine int) Krum { return Krum{Byzantine: byzantine, Select: 1} }

var _ GramAggregator = Krum{}

// NewState returns nil: nothing is remembered.
func (a Krum) NewState(s Setting) []float64 { a.check(s); return nil }

func (a Krum) check(s Setting) {
	s.check("Krum")
	if a.Byzantine < 0 || a.Byzantine > max(s.Tasks-3, 0) {
		panic(fmt.Sprintf("balance: Krum: Byzantine is %d for %d tasks; it must be 0, or up to the number of tasks less 3",
			a.Byzantine, s.Tasks))
	}
	if a.Select < 1 || a.Select > s.Tasks {
		panic(fmt.Sprintf("balance: Krum: Select is %d for %d tasks; it must be from 1, as NewKrum sets it, to their number",
			a.Select, s.Tasks))
	}
}

// WeighGram stores one over the number of gradients taken for each of these, and 0 for the others.
func (a Krum) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("Krum", weights, gram, s, 0)
	m := len(weights)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	company := max(m-a.Byzantine-2, min(1, m-1))
	scores, far, order := tmp.floats.take(m), tmp.floats.take(m), tmp.ints.take(m)
	for i := range m {
		order[i] = i
		far := far[:0]
		for j := range m {
			if j == i {
				continue
			}
			d := max(g.at(i, i)+g.at(j, j)-2*g.at(i, j), 0)
			if a.Euclidean {
				d = math.Sqrt(d)
			}
			far = append(far, d)
		}
		slices.Sort(far)
		for _, d := range far[:company] {
			scores[i] += d
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[i], scores[j]) })
	taken := min(a.Select, m)
	clear(weights)
	for _, i := range order[:taken] {
		weights[i] = 1 / float64(taken)
	}
}
