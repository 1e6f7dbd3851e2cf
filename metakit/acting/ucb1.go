package acting

import "math"

// UCB1 pulls every arm once, and then the arm of the largest
//
//	wins/pulls + √(2·ln n/pulls)
//
// where n is the number of all pulls so far; equal ones with equal probabilities.
//
// Reference: Auer, Cesa-Bianchi, Fischer. Finite-time analysis of the multiarmed bandit problem. Machine Learning 47,
// 2002.
type UCB1 struct{}

var _ Player = UCB1{}

// Choose implements [Player].
func (UCB1) Choose(p []float64, arms []Tally, left int) {
	checkState("UCB1.Choose", arms, left)
	n := 0
	for _, t := range arms {
		n += t.Pulls()
	}
	index := make([]float64, len(arms))
	for k, t := range arms {
		index[k] = math.Inf(1)
		if pulls := float64(t.Pulls()); pulls > 0 {
			index[k] = float64(t.Wins)/pulls + math.Sqrt(2*math.Log(float64(n))/pulls)
		}
	}
	best(p, index)
}
