package tasks_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/internal/published"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// grouped is a table of groups 10, 11, … of the given sizes, rows mixed; X is the group and the row, Y the row and its
// double.
func grouped(sizes ...int) *datasets.Table {
	var x, y []float64
	t := &datasets.Table{}
	for k := range sizes[0] + len(sizes)*9 {
		for g, n := range sizes {
			if k < n {
				row := float64(len(t.Groups))
				x, y = append(x, float64(10+g), row), append(y, row, 2*row)
				t.Groups = append(t.Groups, 10+g)
			}
		}
	}
	t.X, t.Y = mat.NewDense(len(t.Groups), 2, x), mat.NewDense(len(t.Groups), 2, y)
	return t
}

// An episode is of one group, no row twice, and the target beside a row is its own; all groups come.
func TestGroups(t *testing.T) {
	table := grouped(5, 9, 6)
	d := tasks.NewGroups(table, 2, 3)
	table.X.Zero() // it was copied
	if size := d.Size(0, 0); size != (metakit.Size{Support: 2, Query: 3, In: 2, Out: 2}) {
		t.Fatalf("size %+v", size)
	}
	seen := map[float64]int{}
	check := func(e *metakit.Episode) {
		group, rows := e.Support.X.At(0, 0), map[float64]bool{}
		for _, set := range []metakit.Set{e.Support, e.Query} {
			for i := range set.X.RawMatrix().Rows {
				row := set.X.At(i, 1)
				if set.X.At(i, 0) != group || rows[row] || set.Y.At(i, 0) != row || set.Y.At(i, 1) != 2*row {
					t.Fatalf("row %v with targets %v in an episode of group %v", set.X.RawRowView(i), set.Y.RawRowView(i), group)
				}
				rows[row] = true
			}
		}
		seen[group] += len(rows)
	}
	for index := range uint64(50) {
		check(metakit.Draw(d, 1, index))
	}
	if len(seen) != 3 {
		t.Errorf("groups %v", seen)
	}
	clear(seen)
	each := d.Each(1)
	for _, e := range each {
		check(e)
	}
	if len(each) != 3 || seen[10] != 5 || seen[11] != 9 || seen[12] != 6 {
		t.Errorf("rows by group %v, want all of each once", seen)
	}
	if mat.Equal(each[1].Support.X, d.Each(2)[1].Support.X) || !mat.Equal(each[1].Support.X, d.Each(1)[1].Support.X) {
		t.Error("the episodes are not told by their seed")
	}
}

// On new schools the mean of five pupils' scores is worse than the mean of all other schools': so few say little.
func TestGroupsOfSchools(t *testing.T) {
	school := published.Set(t, datasets.School)
	train, test := school.SplitGroups(0.7, 1)
	five := tasks.NewGroups(test, 5, 10)
	if got := len(five.Names()); got != 139-int(math.Round(0.7*139)) {
		t.Errorf("%d schools to test on", got)
	}
	e := metakit.Evaluation{Tasks: five.Each(1)}
	of := func(p metakit.Predictor) metakit.Outcome {
		o, err := e.Baseline(t.Context(), p, nn.SquaredError{})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	mean, pooled := of(baseline.Mean{}), of(baseline.BestConstant(tasks.NewGroups(train, 5, 10).Each(1)))
	t.Logf("mean of five %v, of all other schools %v", mean.Interval, pooled.Interval)
	if mean.N != len(five.Names()) || mean.Mean > 1.35*pooled.Mean || mean.Mean < pooled.Mean {
		t.Errorf("mean of five %v, of all other schools %v", mean.Interval, pooled.Interval)
	}
}
