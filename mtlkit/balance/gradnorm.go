package balance

import (
	"cmp"
	"math"
)

// GradNorm learns weights that bring the lengths of the weighed gradients together, longer for tasks that have learned
// less:
//
//	Gᵢ = wᵢ|gᵢ|,   rᵢ = (Lᵢ/Lᵢ(0)) / meanⱼ(Lⱼ/Lⱼ(0)),   w descends Σᵢ |Gᵢ − mean(G)·rᵢ^Alpha|
//	d  = Σᵢ wᵢgᵢ
//
// where mean(G)·r^Alpha is held constant, so that the derivative by wᵢ is ±|gᵢ|. The direction has the weights from
// before the step on them; afterwards they are scaled so that they add up to m. A weight that would become negative
// becomes 0. LibMTL descends on s with w = m·softmax(s) instead (Softmax), which needs neither.
//
// The paper takes |gᵢ| on the last shared layer; this is the length of whatever gradients come. Losses are positive.
//
// The state is w, or s, from 1 each; then, with Adam, the moments and the number of steps; then the Lᵢ(0), 0 before the
// first step.
//
// Reference: Chen et al. GradNorm: gradient normalization for adaptive loss balancing in deep multitask networks.
// ICML 2018, arXiv:1711.02257.
type GradNorm struct {
	Alpha   float64   // how much more a task that has learned less is given; the paper uses 0.12 and 1.5
	Rate    float64   // step size for w or s; 0 means 0.025
	Adam    bool      // step by Adam, not by plain descent
	Softmax bool      // learn s, not w
	First   []float64 // Lᵢ(0), one for each task; nil means the losses of the first step
}

var _ NormLossAggregator = GradNorm{}

// NewState returns ones, followed by zeros.
func (a GradNorm) NewState(m, n int) []float64 {
	state := make([]float64, learnedLen(m, a.Adam)+m)
	fill(state[:m], 1)
	return state
}

func (GradNorm) needsPositiveLosses() bool { return true }

// WeighNorms stores w, and then steps it.
func (a GradNorm) WeighNorms(weights, norms, losses, state []float64) {
	m := len(weights)
	checkLength("GradNorm", "losses", losses, m)
	checkState("GradNorm", state, learnedLen(m, a.Adam)+m)
	learned, first := state[:m], state[learnedLen(m, a.Adam):]
	if first[0] == 0 {
		copy(first, losses)
		if a.First != nil {
			checkLength("GradNorm", "First", a.First, m)
			copy(first, a.First)
		}
	}
	copy(weights, learned)
	if a.Softmax {
		softmax(weights, learned)
		for i := range weights {
			weights[i] *= float64(m)
		}
	}
	meanNorm, meanRatio := 0.0, 0.0
	for i, v := range losses {
		meanNorm += weights[i] * norms[i] / float64(m)
		meanRatio += v / first[i] / float64(m)
	}
	byWeight := func(i int) float64 {
		target := meanNorm * math.Pow(losses[i]/first[i]/meanRatio, a.Alpha)
		switch g := weights[i] * norms[i]; {
		case g > target:
			return norms[i]
		case g < target:
			return -norms[i]
		}
		return 0
	}
	gradient := byWeight
	if a.Softmax {
		mean := 0.0
		for i, w := range weights {
			mean += w * byWeight(i) / float64(m)
		}
		gradient = func(i int) float64 { return weights[i] * (byWeight(i) - mean) }
	}
	learn(state, m, a.Adam, cmp.Or(a.Rate, 0.025), gradient)
	if !a.Softmax {
		toSum(learned, weights)
	}
}

// toSum makes negative entries of w zero and scales w so that it adds up to their number; it takes w back to old if
// nothing is left.
func toSum(w, old []float64) {
	sum := 0.0
	for i := range w {
		w[i] = max(w[i], 0)
		sum += w[i]
	}
	if sum == 0 {
		copy(w, old)
		return
	}
	for i := range w {
		w[i] *= float64(len(w)) / sum
	}
}
