package datasets

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// numbered has n examples: row i has inputs 10i and 10i + 1, target i, and belongs to group i mod groups.
func numbered(n, groups int) *Table {
	t := &Table{
		Inputs: []string{"a", "b"}, Targets: []string{"row"},
		X: mat.NewDense(n, 2, nil), Y: mat.NewDense(n, 1, nil), Groups: make([]int, n),
	}
	for i := range n {
		t.X.SetRow(i, []float64{float64(10 * i), float64(10*i + 1)})
		t.Y.Set(i, 0, float64(i))
		t.Groups[i] = i % groups
	}
	return t
}

// together checks that the parts hold the n rows of numbered once each, cells beside their own.
func together(t *testing.T, n, groups int, parts ...*Table) {
	t.Helper()
	var seen []int
	for _, part := range parts {
		seen = append(seen, rowsOf(t, groups, part)...)
	}
	slices.Sort(seen)
	for i := range n {
		if len(seen) != n || seen[i] != i {
			t.Fatalf("rows %v, want each of %d once", seen, n)
		}
	}
}

// rowsOf returns the rows of numbered that a part holds, and checks that their cells are beside their own.
func rowsOf(t *testing.T, groups int, part *Table) []int {
	t.Helper()
	var rows []int
	for i, row := range part.Target("row") {
		rows = append(rows, int(row))
		if part.Input("a")[i] != 10*row || part.Input("b")[i] != 10*row+1 || part.Groups[i] != int(row)%groups {
			t.Fatalf("row %v has inputs %v and %v, group %d", row, part.Input("a")[i], part.Input("b")[i], part.Groups[i])
		}
	}
	return rows
}

func TestSplit(t *testing.T) {
	table := numbered(10, 3)
	train, test := table.Split(0.75, 1)
	together(t, 10, 3, train, test)
	if train.Len() != 8 || test.Len() != 2 {
		t.Errorf("%d and %d rows, want 8 and 2", train.Len(), test.Len())
	}
	again, _ := table.Split(0.75, 1)
	other, _ := table.Split(0.75, 2)
	if !slices.Equal(train.Target("row"), again.Target("row")) || slices.Equal(train.Target("row"), other.Target("row")) {
		t.Error("a seed does not name one split")
	}
	train.X.Set(0, 0, -1)
	together(t, 10, 3, table)
}

func TestSplitGroups(t *testing.T) {
	train, test := numbered(30, 6).SplitGroups(0.5, 3)
	together(t, 30, 6, train, test)
	for _, g := range test.Groups {
		if slices.Contains(train.Groups, g) {
			t.Fatalf("group %d is on both sides", g)
		}
	}
	if train.Len() != 15 {
		t.Errorf("%d rows in three of six groups of five", train.Len())
	}
}

func TestFolds(t *testing.T) {
	var tests []*Table
	for train, test := range numbered(11, 2).Folds(3, 5) {
		together(t, 11, 2, train, test)
		if test.Len() < 3 || test.Len() > 4 {
			t.Errorf("a fold of %d", test.Len())
		}
		tests = append(tests, test)
	}
	together(t, 11, 2, tests...)
	for range numbered(11, 2).Folds(3, 5) {
		break // a loop may end early
	}
}

func ExampleTable_Split() {
	table := Energy()
	train, test := table.Split(0.75, 1)
	scale := NewScaler(train.X)
	rows, columns := scale.Apply(test.X).Dims()
	fmt.Println(train.Len(), rows, columns, table.Targets)
	// Output: 576 192 8 [Y1 Y2]
}
