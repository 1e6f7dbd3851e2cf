package tasks

import (
	"fmt"
	"math/rand/v2"

	"kindred/metakit"
)

// Mix draws each task from one of several distributions, each as likely: families of their own, or one of several
// numbers of support points. All must have the same columns.
type Mix []metakit.Distribution

var _ metakit.Distribution = Mix(nil)

// MixShots returns the mixture of the distributions of the given numbers of support points, from least to most, so that
// a learner meets support sets of all these sizes in training:
//
//	tasks.MixShots(3, 10, func(shots int) metakit.Distribution { return tasks.NewGaussianProcess(shots) })
func MixShots(least, most int, of func(shots int) metakit.Distribution) Mix {
	const many = 64 // sizes to compile for
	if least < 1 || most < least || most-least >= many || of == nil {
		panic(fmt.Sprintf("tasks: MixShots: from %d to %d shots; give numbers from 1 on, at most %d of them, and a function", least,
			most, many))
	}
	var m Mix
	for shots := least; shots <= most; shots++ {
		m = append(m, of(shots))
	}
	m.check()
	return m
}

// Size implements [metakit.Distribution].
func (m Mix) Size(seed, index uint64) metakit.Size {
	m.check()
	size, first := m.of(seed, index).Size(seed, index), m[0].Size(seed, index)
	if size.In != first.In || size.Out != first.Out {
		panic(fmt.Sprintf("tasks: Mix: one of its distributions has %d columns of X and %d of Y, the first %d and %d", size.In,
			size.Out, first.In, first.Out))
	}
	return size
}

// Draw implements [metakit.Distribution].
func (m Mix) Draw(e *metakit.Episode, seed, index uint64) {
	m.check()
	m.of(seed, index).Draw(e, seed, index)
}

// of returns the distribution that the task of that seed and index is from.
func (m Mix) of(seed, index uint64) metakit.Distribution {
	return m[pick(seed, index, len(m))]
}

// pick returns a number below n that the seed and the index tell, of a stream that no task draws from: their indices
// end far below its.
func pick(seed, index uint64, n int) int {
	var source rand.PCG
	source.Seed(seed, ^index)
	return int((source.Uint64() >> 32) * uint64(n) >> 32)
}

func (m Mix) check() {
	if len(m) == 0 {
		panic("tasks: Mix: it has no distributions")
	}
	for i, d := range m {
		if d == nil {
			panic(fmt.Sprintf("tasks: Mix: distribution %d is nil", i))
		}
	}
}
