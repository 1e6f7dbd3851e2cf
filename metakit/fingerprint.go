package metakit

import (
	"fmt"
	"math"
)

// mark returns a number that tells the episode from others: all of its entries, and its size, have a part in it.
func (e *Episode) mark() uint64 {
	s := e.Size()
	h := mixed(0, uint64(s.Support), uint64(s.Query), uint64(s.In), uint64(s.Out))
	for _, set := range []Set{e.Support, e.Query} {
		for _, v := range flat(set.X) {
			h = mixed(h, math.Float64bits(v))
		}
		for _, v := range flat(set.Y) {
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
