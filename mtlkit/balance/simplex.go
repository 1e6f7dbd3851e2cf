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

// equalWeights returns m weights of 1/m each.
func equalWeights(m int) []float64 {
	w := make([]float64, m)
	fill(w, 1/float64(m))
	return w
}

// takeShare returns the weights of the tasks that are present, scaled so that they add up to 1, and what they add up to
// in w, the weights of all tasks. If that is 0 they are equal.
func takeShare(tmp *pool, w []float64, s State) (present []float64, share float64) {
	present = tmp.floats.take(s.Count())
	for k := range present {
		present[k] = w[s.Task(k)]
		share += present[k]
	}
	switch {
	case s.Count() == s.Tasks:
		share = 1 // but for rounding, which is left alone
	case share == 0:
		fill(present, 1/float64(len(present)))
	default:
		for k := range present {
			present[k] /= share
		}
	}
	return present, share
}

// giveShare stores the weights of the tasks that are present, which add up to 1, in w, where they add up to share.
func giveShare(w, present []float64, share float64, s State) {
	for k, v := range present {
		w[s.Task(k)] = share * v
	}
}
