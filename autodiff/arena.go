package autodiff

import (
	"math"
	"slices"
)

// An arena hands out pieces of one growing array. Sizes are rounded up so that pieces start on cache lines: a vector that
// lies on two is read as two.
type arena struct {
	line int // numbers in a cache line
	size int
	gaps []gap // sorted by start, never adjacent
}

type gap struct{ start, size int }

const cacheLine = 64 // bytes

func newArena(precision Precision) arena { return arena{line: cacheLine / precision.bytes()} }

func (a *arena) roundUp(size int) int { return (size + a.line - 1) / a.line * a.line }

func (a *arena) take(size int) int {
	size = a.roundUp(size)
	best, waste := -1, math.MaxInt
	for k, g := range a.gaps {
		if g.size >= size && g.size-size < waste {
			best, waste = k, g.size-size
		}
	}
	if best < 0 {
		start := a.size
		a.size += size
		return start
	}
	start := a.gaps[best].start
	if waste == 0 {
		a.gaps = slices.Delete(a.gaps, best, best+1)
	} else {
		a.gaps[best] = gap{start + size, waste}
	}
	return start
}

func (a *arena) free(start, size int) {
	size = a.roundUp(size)
	k, _ := slices.BinarySearchFunc(a.gaps, start, func(g gap, s int) int { return g.start - s })
	a.gaps = slices.Insert(a.gaps, k, gap{start, size})
	if k+1 < len(a.gaps) && a.gaps[k].start+a.gaps[k].size == a.gaps[k+1].start {
		a.gaps[k].size += a.gaps[k+1].size
		a.gaps = slices.Delete(a.gaps, k+1, k+2)
	}
	if k > 0 && a.gaps[k-1].start+a.gaps[k-1].size == a.gaps[k].start {
		a.gaps[k-1].size += a.gaps[k].size
		a.gaps = slices.Delete(a.gaps, k, k+1)
	}
}
