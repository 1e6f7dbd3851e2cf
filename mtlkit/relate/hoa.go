package relate

import (
	"fmt"
	"math"
	"slices"
)

// HOA returns the higher-order approximation of what each task of a group has of being trained with all others of it:
// the mean of what it has of each of them alone, pairs[i][j] of task j beside task i. A task that is a group of its own
// has pairs[j][j], 0 where pairs are gains. Pairs of NaN, which were not trained, are left out; where all are, so it is
// NaN. Pairs may be losses as well as gains.
//
// Reference: Standley, Zamir, Chen, Guibas, Malik, Savarese. Which tasks should be learned together in multi-task
// learning? ICML 2020, arXiv:1905.07553, section 6.2.
func HOA(pairs [][]float64, group []int) []float64 {
	checkSquare("HOA", pairs)
	checkGroup("HOA", group, len(pairs))
	out := make([]float64, len(group))
	for k, j := range group {
		if len(group) == 1 {
			out[k] = pairs[j][j]
			continue
		}
		sum, n := 0.0, 0.0
		for _, i := range group {
			if v := pairs[i][j]; i != j && !math.IsNaN(v) {
				sum, n = sum+v, n+1
			}
		}
		out[k] = sum / n
	}
	return out
}

func checkSquare(caller string, pairs [][]float64) {
	for _, row := range pairs {
		if len(row) != len(pairs) {
			panic(fmt.Sprintf("relate: %s: a row of %d numbers in a matrix of %d rows; it must be square", caller,
				len(row), len(pairs)))
		}
	}
}

func checkGroup(caller string, group []int, tasks int) {
	if len(group) == 0 {
		panic("relate: " + caller + ": a group without tasks")
	}
	for k, i := range group {
		if i < 0 || i >= tasks || slices.Contains(group[:k], i) {
			panic(fmt.Sprintf("relate: %s: task %d in the group %v of %d tasks; each may be in it once, from 0 on",
				caller, i, group, tasks))
		}
	}
}
