package balance

import (
	"math"
	"math/rand/v2"
)

// RLW is random loss weighting, which draws new weights for every step:
//
//	V = Σᵢ wᵢLᵢ,   w = softmax(z),   z ~ N(0, I)
//
// Each weight is 1/m on average, over the m tasks that are present. The weights add up to 1, not to m: beside [Equal],
// plain gradient descent needs m times the step size. It is the baseline that a method of weighing has to beat.
//
// The z of a task depends on Seed and on the number of the step alone, not on who is present.
//
// Reference: Lin, Ye, Zhang, Tsang. Reasonable effectiveness of random weighting: a litmus test for multi-task
// learning. TMLR 2022, arXiv:2111.10603.
type RLW struct {
	Seed uint64 // of the draws
}

var _ Scalarizer = RLW{}

// NewState returns the number of steps taken, 0.
func (r RLW) NewState(s Setting) []float64 { return make([]float64, 1) }

// Scalarize stores this step's draw in weights and returns V.
func (r RLW) Scalarize(weights, losses []float64, s State) float64 {
	checkScalarize("RLW", weights, losses, s, 1)
	var source rand.PCG
	source.Seed(r.Seed, uint64(s.Memory[0]))
	for i, k := 0, 0; k < len(weights); i++ {
		z := normal(&source)
		if i == s.Task(k) {
			weights[k] = z
			k++
		}
	}
	softmax(weights, weights)
	s.Memory[0]++
	return inner(weights, losses)
}

// normal draws a standard normal number by Box and Muller's method. Unlike rand.Rand's it needs no allocation for a
// source that lives on the stack.
func normal(source *rand.PCG) float64 {
	u := float64(source.Uint64()>>11+1) / (1 << 53) // in (0, 1]
	v := float64(source.Uint64()>>11) / (1 << 53)
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*v)
}
