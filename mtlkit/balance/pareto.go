package balance

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// ParetoFilter returns the indices, in order, of the points that no other point dominates. All objectives are
// minimised: p dominates q if it is nowhere greater and somewhere less. Of equal points the first is kept, a point with
// a NaN never. It panics on points of unequal length.
func ParetoFilter(points [][]float64) []int {
	for i, p := range points {
		if len(p) != len(points[0]) {
			panic(fmt.Sprintf("balance: ParetoFilter: point %d has %d objectives; the first has %d", i, len(p), len(points[0])))
		}
	}
	var kept []int
	for i, p := range points {
		if !slices.ContainsFunc(p, math.IsNaN) && !beaten(i, points) {
			kept = append(kept, i)
		}
	}
	return kept
}

// beaten reports whether a point dominates point i, or equals it and comes before.
func beaten(i int, points [][]float64) bool {
	for k, q := range points {
		if k != i && noGreater(q, points[i]) && (k < i || !slices.Equal(q, points[i])) {
			return true
		}
	}
	return false
}

func noGreater(q, p []float64) bool {
	for j := range p {
		if !(q[j] <= p[j]) {
			return false
		}
	}
	return true
}

// Hypervolume returns the area or volume that the points dominate within the box below reference: that of all places
// that are no better than some point and no worse than reference. Objectives, two or three of them, are minimised; for
// maximised ones negate points and reference. Points beyond the reference, and those with a NaN, add nothing.
//
// Reference: Zitzler, Thiele. Multiobjective evolutionary algorithms: a comparative case study and the strength Pareto
// approach. IEEE Transactions on Evolutionary Computation 3, 1999.
func Hypervolume(points [][]float64, reference []float64) float64 {
	d := len(reference)
	if d != 2 && d != 3 {
		panic(fmt.Sprintf("balance: Hypervolume: a reference of %d objectives; want 2 or 3", d))
	}
	for _, v := range reference {
		checkFinite("Hypervolume", "reference", v)
	}
	var inside [][]float64
	for i, p := range points {
		if len(p) != d {
			panic(fmt.Sprintf("balance: Hypervolume: point %d has %d objectives; the reference has %d", i, len(p), d))
		}
		if below(p, reference) {
			inside = append(inside, p)
		}
	}
	if d == 2 {
		return area(inside, reference)
	}
	// Slices between neighbouring heights: the area of a slice is that of all points at its height or below.
	slices.SortFunc(inside, func(p, q []float64) int { return cmp.Compare(p[2], q[2]) })
	volume := 0.0
	for i, p := range inside {
		top := reference[2]
		if i+1 < len(inside) {
			top = inside[i+1][2]
		}
		if top > p[2] {
			volume += area(inside[:i+1], reference) * (top - p[2])
		}
	}
	return volume
}

// below reports whether p is less than reference in every objective.
func below(p, reference []float64) bool {
	for j := range p {
		if !(p[j] < reference[j]) {
			return false
		}
	}
	return true
}

// area sweeps the points, all of them below reference, from left to right by their first two objectives.
func area(points [][]float64, reference []float64) float64 {
	order := slices.SortedFunc(slices.Values(points), func(p, q []float64) int { return cmp.Compare(p[0], q[0]) })
	sum, lowest := 0.0, reference[1]
	for _, p := range order {
		if p[1] < lowest {
			sum += (reference[0] - p[0]) * (lowest - p[1])
			lowest = p[1]
		}
	}
	return sum
}
