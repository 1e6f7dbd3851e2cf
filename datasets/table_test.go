package datasets

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// numbered has n examples: row i has inputs 10i and 10i + 1, target i, and belongs to group i mod groups.
func numbered(n, groups int) *Table {
	t := &Table{Inputs: []string{"a", "b"}, Targets: []string{"row"}, X: mat.NewDense(n, 2, nil), Y: mat.NewDense(n, 1, nil),
		Groups: make([]int, n)}
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
		for i, row := range part.Target("row") {
			seen = append(seen, int(row))
			if part.Input("b")[i] != 10*row+1 || part.Groups[i] != int(row)%groups {
				t.Fatalf("row %v has input %v, group %d", row, part.Input("b")[i], part.Groups[i])
			}
		}
	}
	slices.Sort(seen)
	for i := range n {
		if len(seen) != n || seen[i] != i {
			t.Fatalf("rows %v, want each of %d once", seen, n)
		}
	}
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

func TestScaler(t *testing.T) {
	m := mat.NewDense(4, 3, []float64{1, 7, 0.1, 2, 7, 0.1, 3, 7, 0.1, 4, 7, 0.1})
	s := NewScaler(m)
	scaled := s.Apply(m)
	again := NewScaler(scaled)
	near(t, "mean", again.Mean, []float64{0, 0, 0}, 1e-15)
	near(t, "deviation", again.Deviation, []float64{1, 1, 1}, 1e-15)
	equal(t, "a constant column", mat.Col(nil, 2, scaled), []float64{0, 0, 0, 0})
	near(t, "undone", flat(s.Undo(scaled)), flat(m), 1e-15)
}

func TestTableRefuses(t *testing.T) {
	table := numbered(4, 2)
	bare := &Table{X: table.X, Y: table.Y}
	for name, f := range map[string]func(){
		"a target it has not":   func() { table.Target("column") },
		"an input it has not":   func() { table.Input("row") },
		"no rows":               func() { table.Rows(nil) },
		"a share of nothing":    func() { table.Split(0.1, 1) },
		"a share of all":        func() { table.Split(1, 1) },
		"groups it has not":     func() { bare.SplitGroups(0.5, 1) },
		"more folds than rows":  func() { table.Folds(5, 1) },
		"columns it never saw":  func() { NewScaler(table.X).Apply(table.Y) },
		"a subject not taught":  func() { Student("latin", NoGrades) },
		"a set that is not one": func() { MultiTarget(t.Context(), "iris") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestScalerLeavesMissingNumbersOut(t *testing.T) {
	nan := math.NaN()
	m := mat.NewDense(4, 3, []float64{
		1, nan, nan,
		nan, nan, 4,
		3, nan, 4,
		nan, nan, nan,
	})
	got := NewScaler(m).Apply(m)
	want := mat.NewDense(4, 3, []float64{
		-1, nan, nan,
		nan, nan, 0,
		1, nan, 0,
		nan, nan, nan,
	})
	for i, v := range got.RawMatrix().Data {
		if w := want.RawMatrix().Data[i]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
			t.Fatalf("scaled to\n%v, want\n%v", mat.Formatted(got), mat.Formatted(want))
		}
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
