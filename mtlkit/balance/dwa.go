package balance

import (
	"cmp"
	"fmt"
)

// DWA is the dynamic weight average, which gives more weight to a task whose loss falls slowly:
//
//	V = Σᵢ wᵢLᵢ,   w = m softmax(r/T),   rᵢ = L̄ᵢ(t−1)/L̄ᵢ(t−2)
//
// where L̄ᵢ(t) is the mean loss of epoch t. All weights are 1 in the first two epochs. The ratio of a task whose mean
// loss two epochs ago was 0 counts as 1.
//
// Reference: Liu, Johns, Davison. End-to-end multi-task learning with attention. CVPR 2019, arXiv:1803.10704.
type DWA struct {
	Temperature float64 // T: the greater, the more alike the weights; 0 means 2
	Batches     int     // steps in an epoch; 0 means 1. Set it beside a [Trainer.BatchSize]
}

var _ Scalarizer = DWA{}

// NewState returns the number of steps taken, followed by the sums of the losses in this epoch and their means in the
// last epoch and in the one before, m numbers each.
func (d DWA) NewState(m, n int) []float64 { return make([]float64, 1+3*m) }

// Scalarize stores the weights of this epoch in weights, returns V, and adds the losses to the epoch's mean.
func (d DWA) Scalarize(weights, losses, state []float64) float64 {
	m := len(losses)
	checkScalarize("DWA", weights, losses, state, 1+3*m)
	if d.Batches < 0 {
		panic(fmt.Sprintf("balance: DWA: %d batches in an epoch", d.Batches))
	}
	batches := max(d.Batches, 1)
	sums, last, before := state[1:1+m], state[1+m:1+2*m], state[1+2*m:]
	step := int(state[0])
	for i := range weights {
		weights[i] = 1
	}
	if step >= 2*batches {
		temperature := cmp.Or(d.Temperature, 2)
		for i := range weights {
			if before[i] != 0 {
				weights[i] = last[i] / before[i]
			}
			weights[i] /= temperature
		}
		softmax(weights, weights)
		for i := range weights {
			weights[i] *= float64(m)
		}
	}
	for i, l := range losses {
		sums[i] += l
	}
	state[0]++
	if (step+1)%batches == 0 {
		copy(before, last)
		for i, sum := range sums {
			last[i] = sum / float64(batches)
		}
		clear(sums)
	}
	return inner(weights, losses)
}
