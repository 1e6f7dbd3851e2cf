package team

import (
	"runtime"
	"slices"
	"testing"
)

func TestCopier(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	var c Copier
	for _, n := range []int{0, 1, leastCopied - 1, leastCopied, 4*copied + 1, 10 * copied} {
		src, dst := make([]float64, n), make([]float64, n)
		for k := range src {
			src[k] = float64(k + 1)
		}
		c.Copy(dst, src)
		if !slices.Equal(dst, src) {
			t.Errorf("%d numbers are copied as others", n)
		}
	}
	src, dst := make([]float64, 1<<16), make([]float64, 1<<16)
	if n := testing.AllocsPerRun(10, func() { c.Copy(dst, src) }); n > 0 {
		t.Errorf("%v allocations a copy", n)
	}
}
