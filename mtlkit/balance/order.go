package balance

import (
	"math/bits"
	"math/rand/v2"
)

// An order yields the tasks in the order in which they are visited: as they are numbered, or shuffled anew each time.
type order struct {
	tasks   []int
	shuffle bool
	rng     rand.PCG
}

// newOrderState is the part of a state that [newOrder] counts the steps in, if it shuffles.
func newOrderState(shuffle bool) []float64 {
	if !shuffle {
		return nil
	}
	return make([]float64, 1)
}

// newOrder begins the orders of one step, which depend on the seed and on the number of steps in state[0] alone.
func newOrder(tmp *pool, m int, shuffle bool, seed uint64, state []float64) order {
	o := order{tasks: tmp.ints.take(m), shuffle: shuffle}
	for i := range o.tasks {
		o.tasks[i] = i
	}
	if shuffle {
		o.rng.Seed(seed, uint64(state[0]))
		state[0]++
	}
	return o
}

func (o *order) next() []int {
	if o.shuffle {
		for i := len(o.tasks) - 1; i > 0; i-- {
			j, _ := bits.Mul64(o.rng.Uint64(), uint64(i+1)) // in [0, i], its bias below 2⁻⁵⁸
			o.tasks[i], o.tasks[j] = o.tasks[j], o.tasks[i]
		}
	}
	return o.tasks
}
