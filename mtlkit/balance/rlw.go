package balance

import (
	"math"
	"math/rand/v2"
)

// RLW is random loss weighting, which draws new weights for every step:
//
//	V = Σᵢ wᵢLᵢ,   w = softmax(z),   z ~ N(0, I)
//
// Each weight is 1/m on average. The weights add up to 1, not to m: beside [Equal], plain gradient descent needs m
// times the step size. It is the baseline that a method of weighing has to beat.
//
// The draws depend on Seed and on the number of the step alone.
//
// Reference: Lin, Ye, Zhang, Tsang. Reasonable effectiveness of random weighting: a litmus test for multi-task
// learning. TMLR 2022, arXiv:2111.10603.
type RLW struct {
	Seed uint64
}

var _ Scalarizer = RLW{}

// NewState returns the number of steps taken, 0.
func (r RLW) NewState(m, n int) []float64 { return make([]float64, 1) }

// Scalarize stores this step's draw in weights and returns V.
func (r RLW) Scalarize(weights, losses, state []float64) float64 {
	checkScalarize("RLW", weights, losses, state, 1)
	var source rand.PCG
	source.Seed(r.Seed, uint64(state[0]))
	for i := range weights {
		weights[i] = normal(&source)
	}
	softmax(weights, weights)
	state[0]++
	return inner(weights, losses)
}

// normal draws a standard normal number by Box and Muller's method. Unlike rand.Rand's it needs no allocation for a
// source that lives on the stack.
func normal(source *rand.PCG) float64 {
	u := float64(source.Uint64()>>11+1) / (1 << 53) // in (0, 1]
	v := float64(source.Uint64()>>11) / (1 << 53)
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}
