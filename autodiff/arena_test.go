package autodiff

import "testing"

// What an arena hands out begins on a cache line in either precision, also where it was used before.
func TestArenaKeepsToCacheLines(t *testing.T) {
	for _, precision := range []Precision{Float64, Float32} {
		a := newArena(precision)
		var starts []int
		for _, size := range []int{1, 9, 16, 17, 40} {
			starts = append(starts, a.take(size))
		}
		a.free(starts[1], 9)
		a.free(starts[3], 17)
		starts = append(starts, a.take(2), a.take(3), a.take(33))
		for _, start := range starts {
			if at := start * precision.bytes(); at%cacheLine != 0 {
				t.Errorf("%v: a piece begins at byte %d", precision, at)
			}
		}
	}
}
