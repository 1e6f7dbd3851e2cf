package datasets

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// SplitWithinGroups is [Table.Split] within each group: of each group's examples the given share, rounded, goes to
// train on, and the rest is held out, at least one to each. A group of one example goes to train. The rows keep their
// order. It panics at a table without groups, and if no group has two examples.
func (t *Table) SplitWithinGroups(share float64, seed uint64) (train, test *Table) {
	t.check("SplitWithinGroups")
	if t.Groups == nil {
		panic("datasets: Table.SplitWithinGroups: a table without groups")
	}
	if !(0 < share && share < 1) {
		panic(fmt.Sprintf("datasets: Table.SplitWithinGroups: a share of %v, want one between 0 and 1", share))
	}
	rows := make(map[int][]int)
	for i, g := range t.Groups {
		rows[g] = append(rows[g], i)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	var left, right []int
	for _, g := range slices.Compact(slices.Sorted(slices.Values(t.Groups))) {
		of := rows[g]
		random.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		cut := max(1, min(int(float64(share*float64(len(of)))+0.5), len(of)-1))
		left, right = append(left, of[:cut]...), append(right, of[cut:]...)
	}
	if len(right) == 0 {
		panic("datasets: Table.SplitWithinGroups: no group has two examples, so that nothing is held out; use Split")
	}
	slices.Sort(left)
	slices.Sort(right)
	return t.Rows(left), t.Rows(right)
}

// CheckApart returns an error that names a group which has examples in both tables, unless there is none, as for parts
// of one table by [Table.SplitGroups]. Groups go by their names. It panics at a table without groups.
func CheckApart(train, test *Table) error {
	train.checkFor("CheckApart", "train")
	test.checkFor("CheckApart", "test")
	if train.Groups == nil || test.Groups == nil {
		panic("datasets: CheckApart: a table without groups")
	}
	rows := make(map[string]int)
	for _, g := range train.Groups {
		rows[train.groupName(g)]++
	}
	both := make(map[string]int)
	first := ""
	for _, g := range test.Groups {
		name := test.groupName(g)
		if rows[name] == 0 {
			continue
		}
		if len(both) == 0 {
			first = name
		}
		both[name]++
	}
	if len(both) == 0 {
		return nil
	}
	return fmt.Errorf("datasets: group %q has %d rows to train on and %d to test on, one of %d groups in both parts: "+
		"what is measured is not what a new group would see; split by Table.SplitGroups", first, rows[first],
		both[first], len(both))
}
