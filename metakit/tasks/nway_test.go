package tasks_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/tasks"
)

// Every row of a task is of the class that its label stands for, no row is there twice, and all classes come.
func TestNWay(t *testing.T) {
	const classes, each = 7, 6
	x, class := mat.NewDense(classes*each, 2, nil), make([]int, classes*each)
	for k := range class {
		class[k] = 10 * (k % classes) // rows of a class are not neighbours
		x.SetRow(k, []float64{float64(class[k]), float64(k)})
	}
	d := tasks.NewNWay(x, class, 3, 2, 4)
	if size := d.Size(0, 0); size != (metakit.Size{Support: 6, Query: 12, In: 2, Out: 1}) {
		t.Fatalf("size %+v", size)
	}
	seen := map[float64]bool{}
	for index := range uint64(50) {
		e := metakit.Draw(d, 1, index)
		rows, named := map[float64]bool{}, map[float64]float64{}
		count := map[float64]int{}
		for _, set := range []metakit.Set{e.Support, e.Query} {
			n, _ := set.X.Dims()
			for i := range n {
				c, row, label := set.X.At(i, 0), set.X.At(i, 1), set.Y.At(i, 0)
				if was, ok := named[label]; ok && was != c || rows[row] {
					t.Fatalf("episode %d: row %v of class %v, label %v: the label was %v's, or the row is there twice",
						index, row, c, label, was)
				}
				named[label], rows[row], seen[c] = c, true, true
				count[label]++
			}
		}
		if len(count) != 3 || count[0] != 6 || count[1] != 6 || count[2] != 6 {
			t.Fatalf("episode %d: rows by label %v, want 6 of 0, 1 and 2", index, count)
		}
	}
	if len(seen) != classes {
		t.Errorf("%d of %d classes were drawn in 50 tasks", len(seen), classes)
	}
	if mat.Equal(metakit.Draw(d, 1, 0).Support.X, metakit.Draw(d, 1, 1).Support.X) ||
		!mat.Equal(metakit.Draw(d, 1, 0).Query.X, metakit.Draw(d, 1, 0).Query.X) {
		t.Error("a task does not depend on its index, or not on it alone")
	}
}
