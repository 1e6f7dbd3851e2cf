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

// orderLen returns the length of the memory in which [newOrder] counts the steps, if it shuffles.
func orderLen(shuffle bool) int {
	if shuffle {
		return 1
	}
	return 0
}

// newOrder begins the orders of one step of the m tasks that are present, which depend on the seed, on the number of
// steps in memory[0] and on m alone.
func newOrder(tmp *pool, m int, shuffle bool, seed uint64, memory []float64) order {
	o := order{tasks: tmp.ints.take(m), shuffle: shuffle}
	for i := range o.tasks {
		o.tasks[i] = i
	}
	if shuffle {
		o.rng.Seed(seed, uint64(memory[0]))
		memory[0]++
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
