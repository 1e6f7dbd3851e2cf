package metakit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// mark returns a number that tells the episode from others: all of its entries, and its size, have a part in it.
func (e *Episode) mark() uint64 { return mixed(e.Support.mark(), e.Query.mark()) }

// mark returns a number that tells the set from others.
func (s Set) mark() uint64 {
	rows, in := s.X.Dims()
	_, out := s.Y.Dims()
	h := mixed(0, uint64(rows), uint64(in), uint64(out))
	for _, m := range []*mat.Dense{s.X, s.Y} {
		for _, v := range flat(m) {
			h = mixed(h, math.Float64bits(v))
		}
	}
	return h
}

// fingerprint makes one text of the marks of episodes, whose order counts.
func fingerprint(marks []uint64) string {
	return fmt.Sprintf("%016x", mixed(uint64(len(marks)), marks...))
}

// mixed mixes words into a number, the order of which counts.
func mixed(h uint64, words ...uint64) uint64 {
	for _, w := range words {
		h = (h ^ w) * 0x9e3779b97f4a7c15 // 2⁶⁴ over the golden ratio, odd: no two words lead to one number
		h ^= h >> 32
	}
	return h
}
