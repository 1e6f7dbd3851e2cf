package nn

import (
	"fmt"
	"path"

	"kindred/autodiff"
)

// A Group is the matrices whose names match a pattern, trained by a rule of their own, or frozen. What is frozen stays as
// it is, whatever decays, and has no part in the norm of a clipped gradient. A trainer computes no gradient by it and
// shows none to a balancer, and a [BatchNorm] whose gain and bias are frozen stays as it is too: it works as in
// evaluation, by its running statistics, and leaves them alone. Dropout is no parameter, and goes on.
type Group struct {
	Names string // a pattern of [path.Match], such as "stitch*" or "*.b?"
	Rule  Rule   // with its own rate, decay, anything; nil leaves the matrices as they are: they are frozen
}

// Frozen returns the names of the matrices that groups freeze. It panics where [NewOptimizer] does.
func Frozen(shapes []autodiff.Shape, groups ...Group) (names []string) {
	for k, group := range groupOf(shapes, groups) {
		if group >= 0 && groups[group].Rule == nil {
			names = append(names, shapes[k].Name)
		}
	}
	return names
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
