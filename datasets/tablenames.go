package datasets

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// checkNames panics unless the names that only some tables have are those of something.
func (t *Table) checkNames(kind, method string) {
	for name := range t.Words {
		if n := count(t.Inputs, name) + count(t.Targets, name); n != 1 {
			panic(fmt.Sprintf("datasets: %s.%s: Words has %q, which is the name of %d columns; it must be that of one "+
				"input or target", kind, method, name, n))
		}
	}
	for _, name := range t.Fixed {
		if n := count(t.Inputs, name); n != 1 {
			panic(fmt.Sprintf("datasets: %s.%s: Fixed has %q, which is the name of %d inputs, not one", kind, method,
				name, n))
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
	t.Fixed, t.GroupNames = slices.Clone(from.Fixed), slices.Clone(from.GroupNames)
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

// Scaler is [NewScaler] of the inputs, but for those of Fixed, which it leaves as they are: of them Mean is 0 and
// Deviation 1. It panics if an input that is not among them holds words, whose numbers mean no size.
func (t *Table) Scaler() Scaler {
	t.check("Scaler")
	for _, name := range t.Inputs {
		if t.Words[name] != nil && !slices.Contains(t.Fixed, name) {
			panic(fmt.Sprintf("datasets: Table.Scaler: input %q holds words; encode the table by an Encoder first, "+
				"or name the input in Fixed", name))
		}
	}
	s := NewScaler(t.X)
	for j, name := range t.Inputs {
		if slices.Contains(t.Fixed, name) {
			s.Mean[j], s.Deviation[j] = 0, 1
		}
	}
	return s
}

// wordOf returns the place of a cell of a column of words, and panics if it is none.
func wordOf(name string, words []string, v float64) int {
	if k := int(v); float64(k) == v && k >= 0 && k < len(words) {
		return k
	}
	panic(fmt.Sprintf("datasets: Table: column %q holds %v; its %d Words are numbered from 0", name, v, len(words)))
}

// Complete returns the rows without a missing input. It is an error if there are none.
func (t *Table) Complete() (*Table, error) {
	t.check("Complete")
	var rows []int
	for i := range t.Len() {
		if !slices.ContainsFunc(t.X.RawRowView(i), math.IsNaN) {
			rows = append(rows, i)
		}
	}
	if rows == nil {
		return nil, fmt.Errorf("datasets: each of the %d rows misses an input; leave out the columns with most "+
			"missing cells, or set Encoder.Fill", t.Len())
	}
	return t.Rows(rows), nil
}
