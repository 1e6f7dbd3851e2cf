package balance

import "slices"

// projectSimplex moves x to the nearest point of the simplex x ≥ 0, Σᵢ xᵢ = 1: it takes the same number off all entries
// and what is then negative becomes 0. It uses sorted, of the same length.
func projectSimplex(sorted, x []float64) {
	largest := slices.Max(x)
	for i := range x {
		x[i] -= largest // moves the nearest point nowhere, and lets no 1 be lost beside large entries
	}
	copy(sorted, x)
	slices.Sort(sorted)
	sum, off := 0.0, 0.0
	for i := range sorted {
		v := sorted[len(sorted)-1-i]
		sum += v
		t := (sum - 1) / float64(i+1)
		if v <= t {
			break
		}
		off = t
	}
	for i, v := range x {
		x[i] = max(v-off, 0)
	}
}
