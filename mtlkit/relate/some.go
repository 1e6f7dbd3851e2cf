package relate

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
)

// Some returns a trainer for some of the tasks of t, by their numbers: their Tasks, Data, HeldOut and Validation. Its
// Model is still that of all tasks: set it to one of these.
func Some(t mtlkit.Trainer, tasks []int) mtlkit.Trainer {
	all := t.Tasks
	t.Tasks = nil
	for _, i := range tasks {
		if i < 0 || i >= len(all) {
			panic(fmt.Sprintf("relate: Some: task %d of %d", i, len(all)))
		}
		t.Tasks = append(t.Tasks, all[i])
	}
	t.Data, t.HeldOut, t.Validation = SomeData(t.Data, tasks), SomeData(t.HeldOut, tasks), SomeData(t.Validation, tasks)
	return t
}

// SomeData returns the data of some tasks, by their numbers. Matrices are shared with d.
func SomeData(d mtlkit.Data, tasks []int) mtlkit.Data {
	if len(d.X) == 0 && len(d.Y) == 0 {
		return d
	}
	var out mtlkit.Data
	for _, i := range tasks {
		if i < 0 || i >= len(d.Y) || len(d.X) != 1 && i >= len(d.X) {
			panic(fmt.Sprintf("relate: SomeData: task %d; there are %d matrices of inputs and %d of labels", i,
				len(d.X), len(d.Y)))
		}
		out.Y = append(out.Y, d.Y[i])
		if len(d.X) > 1 {
			out.X = append(out.X, d.X[i])
		}
		if len(d.Weights) > i {
			out.Weights = append(out.Weights, d.Weights[i])
		}
	}
	if len(d.X) == 1 {
		out.X = d.X
	}
	return out
}

// labelled returns the number of rows that have a label, or some of their labels.
func labelled(y *mat.Dense) (n int) {
	if y == nil {
		return 0
	}
	for r := range y.RawMatrix().Rows {
		if slices.ContainsFunc(y.RawRowView(r), func(v float64) bool { return v == v }) {
			n++
		}
	}
	return n
}
