package nn

import (
	"fmt"
	"path"

	"kindred/autodiff"
)

// A Group is the matrices whose names match a pattern, trained by a rule of their own.
type Group struct {
	Names string // a pattern of [path.Match], such as "stitch*" or "*.b?"
	Rule  Rule   // with its own rate, decay, anything; nil leaves the matrices as they are: they are frozen
}

// groupOf returns, for each matrix, the number of its group, or −1. It panics at a pattern that matches nothing or makes
// no sense, and at a matrix in two groups.
func groupOf(shapes []autodiff.Shape, groups []Group) []int {
	of := make([]int, len(shapes))
	for k := range of {
		of[k] = -1
	}
	for i, group := range groups {
		found := false
		for k, s := range shapes {
			matches, err := path.Match(group.Names, s.Name)
			if err != nil {
				panic(fmt.Sprintf("nn: NewOptimizer: group %d: %q is no pattern of path.Match: %v", i, group.Names, err))
			}
			if !matches {
				continue
			}
			if of[k] >= 0 {
				panic(fmt.Sprintf("nn: NewOptimizer: the matrix %v is in two groups, %q and %q",
					s, groups[of[k]].Names, group.Names))
			}
			of[k], found = i, true
		}
		if !found {
			panic(fmt.Sprintf("nn: NewOptimizer: no matrix is called like %q; there are %v", group.Names, shapes))
		}
		if group.Rule != nil {
			CheckRule(group.Rule)
		}
	}
	return of
}
