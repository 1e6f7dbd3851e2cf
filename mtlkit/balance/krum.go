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
// It is meant for workers of which some lie: up to Byzantine gradients may be anything. It needs m ≥ Byzantine + 3;
// with fewer tasks the nearest one is the company. Of equal scores the lower number goes first: for
// m − Byzantine − 2 = 1 there always are equal ones, the two that are nearest to each other.
//
// TorchJD adds up distances, not their squares (Euclidean).
//
// Distances come from the inner products, |gᵢ|² + |gⱼ|² − 2gᵢ·gⱼ: gradients closer than about 1e-8 of their length
// count as equal.
//
// Reference: Blanchard et al. Machine learning with adversaries: Byzantine tolerant gradient descent. NeurIPS 2017,
// arXiv:1703.02757.
type Krum struct {
	Stateless

	Byzantine int  // how many gradients may be anything
	Select    int  // how many gradients are averaged; 0 means 1
	Euclidean bool // score by distances, not by their squares
}

var _ GramAggregator = Krum{}

// WeighGram stores 1/Select for each gradient taken and 0 for the others.
func (a Krum) WeighGram(weights []float64, gram mat.Symmetric, state []float64) {
	m := len(weights)
	checkGram("Krum", weights, gram, state, 0)
	if a.Byzantine < 0 || a.Select < 0 || a.Select > m {
		panic(fmt.Sprintf("balance: Krum: Byzantine %d and Select %d for %d tasks", a.Byzantine, a.Select, m))
	}
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
	taken := max(a.Select, 1)
	clear(weights)
	for _, i := range order[:taken] {
		weights[i] = 1 / float64(taken)
	}
}
