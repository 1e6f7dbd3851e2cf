package datasets

import (
	"fmt"
	"testing"
)

func TestSplitWithinGroups(t *testing.T) {
	table := numbered(23, 4) // groups of 6, 6, 6 and 5
	table.Groups[22] = 9     // and one of its own
	train, test := table.SplitWithinGroups(0.75, 3)
	sizes := func(part *Table) map[int]int {
		n := make(map[int]int)
		for i, g := range part.Groups {
			n[g]++
			if i > 0 && part.Y.At(i, 0) <= part.Y.At(i-1, 0) {
				t.Errorf("row %v comes after %v", part.Y.At(i, 0), part.Y.At(i-1, 0))
			}
		}
		return n
	}
	if got, want := fmt.Sprint(sizes(train), sizes(test)),
		"map[0:5 1:5 2:4 3:4 9:1] map[0:1 1:1 2:1 3:1]"; got != want {
		t.Errorf("rows of groups %s, want %s", got, want)
	}
	train.Groups, test.Groups = nil, nil
	rows := make(map[float64]int)
	for _, part := range []*Table{train, test} {
		for _, row := range part.Target("row") {
			rows[row]++
		}
	}
	if len(rows) != 23 || train.Len()+test.Len() != 23 {
		t.Errorf("rows %v, want each of 23 once", rows)
	}
	least, most := numbered(30, 3).SplitWithinGroups(0.001, 1)
	if least.Len() != 3 || most.Len() != 27 {
		t.Errorf("a share of nearly 0: %d and %d rows, want one of each of three groups", least.Len(), most.Len())
	}
	most, least = numbered(30, 3).SplitWithinGroups(0.999, 1)
	if least.Len() != 3 || most.Len() != 27 {
		t.Errorf("a share of nearly 1: %d and %d rows", most.Len(), least.Len())
	}
}

// Each row of a group is held out as often as others: 2,000 draws of 2 of 8, each row 500 times, with a deviation of
// √(2000·¼·¾) = 19.4.
func TestSplitWithinGroupsIsFair(t *testing.T) {
	table := numbered(16, 2)
	counts := make([]int, 16)
	for seed := range uint64(2000) {
		_, test := table.SplitWithinGroups(0.75, seed)
		for _, row := range test.Target("row") {
			counts[int(row)]++
		}
	}
	for row, n := range counts {
		if n < 500-78 || n > 500+78 {
			t.Errorf("row %d is held out %d times, want 500 ± 4 deviations of 19.4", row, n)
		}
	}
}

// A group in both parts is named.
func TestCheckApart(t *testing.T) {
	table := numbered(12, 4)
	train, test := table.SplitGroups(0.5, 1)
	if err := CheckApart(train, test); err != nil {
		t.Error(err)
	}
	train, test = table.Rows([]int{0, 1, 4, 8, 2}), table.Rows([]int{3, 5, 6, 9, 10})
	if got, want := fmt.Sprint(CheckApart(train, test)),
		`datasets: group "1" has 1 rows to train on and 2 to test on, one of 2 `+
			`groups in both parts: what is measured is not what a new group would see; split by `+
			`Table.SplitGroups`; got != want {
		t.Errorf("error\n%s, want\n%s", got, want)
	}
	// Groups go by their names, whatever their numbers.
	train, test = table.Rows([]int{0}), table.Rows([]int{3})
	train.Groups, train.GroupNames = []int{1}, []string{"x", "y"}
	test.Groups, test.GroupNames = []int{0}, []string{"y", "x"}
	if err := CheckApart(train, test); err == nil {
		t.Error(`"y" is in both parts, and not found`)
	}
	test.Groups[0] = 1
	if err := CheckApart(train, test); err != nil {
		t.Error(err)
	}
}
