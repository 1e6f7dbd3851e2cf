package interval

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Holm returns the p-values of m comparisons adjusted for being made at once, in the order of p. With the values in
// rising order, p₍₁₎ ≤ … ≤ p₍ₘ₎, the adjusted one of p₍ᵢ₎ is
//
//	max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎).
//
// Calling those below α differences is wrong about any of them with probability α at most, however the comparisons
// depend on each other. The least value is multiplied by m, as by Bonferroni; no other is multiplied by more than that.
// It is R's p.adjust with method "holm", but for NaN, the p-value of a comparison that gave none: it stays NaN and
// counts in m, since leaving it out would make the others look surer than they are. It panics at a value outside
// [0, 1].
//
// Reference: Holm. A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 1979.
func Holm(p []float64) []float64 {
	m := len(p)
	order := make([]int, 0, m)
	adjusted := make([]float64, m)
	for i, v := range p {
		switch {
		case math.IsNaN(v):
			adjusted[i] = v
		case v < 0 || v > 1:
			panic(fmt.Sprintf("interval: Holm: p-value %d is %v; it must lie in [0, 1]", i, v))
		default:
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	least := 0.0
	for rank, i := range order {
		least = max(least, min(1, float64(m-rank)*p[i]))
		adjusted[i] = least
	}
	return adjusted
}
