package datasets

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// checkNames panics unless the names that only some tables have are those of something.
func (t *Table) checkNames(method string) {
	for name := range t.Words {
		if n := count(t.Inputs, name) + count(t.Targets, name); n != 1 {
			panic(fmt.Sprintf("datasets: Table.%s: Words has %q, which is the name of %d columns; it must be that of one "+
				"input or target", method, name, n))
		}
	}
	for _, name := range t.Flags {
		if n := count(t.Inputs, name); n != 1 {
			panic(fmt.Sprintf("datasets: Table.%s: Flags has %q, which is the name of %d inputs, not one", method, name, n))
		}
	}
}

func count(names []string, name string) (n int) {
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}

// copyNames gives t copies of the names that only some tables have.
func (t *Table) copyNames(from *Table) {
	t.Words = maps.Clone(from.Words)
	for name, words := range t.Words {
		t.Words[name] = slices.Clone(words)
	}
	t.Flags, t.GroupNames = slices.Clone(from.Flags), slices.Clone(from.GroupNames)
}

// GroupName returns the name of a group, a number in Groups: that number in digits if the groups have no names.
func (t *Table) GroupName(group int) string {
	t.check("GroupName")
	return t.groupName(group)
}

func (t *Table) groupName(group int) string {
	if t.GroupNames == nil {
		return strconv.Itoa(group)
	}
	if group < 0 || group >= len(t.GroupNames) {
		panic(fmt.Sprintf("datasets: Table.GroupName: no group %d; GroupNames has 0 to %d", group, len(t.GroupNames)-1))
	}
	return t.GroupNames[group]
}

// Scaler is [NewScaler] of the inputs, but for columns of words and Flags, which it leaves as they are: of them Mean is 0
// and Deviation 1.
func (t *Table) Scaler() Scaler {
	t.check("Scaler")
	s := NewScaler(t.X)
	for j, name := range t.Inputs {
		if t.Words[name] != nil || slices.Contains(t.Flags, name) {
			s.Mean[j], s.Deviation[j] = 0, 1
		}
	}
	return s
}
