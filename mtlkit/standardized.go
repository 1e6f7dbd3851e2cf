package mtlkit

import (
	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
)

// Standardized returns tables as data of tasks that are called as the targets they learn: the training table first,
// then the others in their order. Inputs, and targets that are not classes, are shifted and stretched to mean 0 and
// standard deviation 1 on the training table, all tables by the same numbers. A target of NaN stays a missing label. It
// panics if a task is not called as a target.
func Standardized(tasks []Task, train *datasets.Table, others ...*datasets.Table) []Data {
	inputs := datasets.NewScaler(train.X)
	all := append([]*datasets.Table{train}, others...)
	data := make([]Data, len(all))
	for i, table := range all {
		data[i].X = []*mat.Dense{inputs.Apply(table.X)}
		for _, task := range tasks {
			labels := target(table, task.Name)
			if !task.classifies() {
				labels = datasets.NewScaler(target(train, task.Name)).Apply(labels)
			}
			data[i].Y = append(data[i].Y, labels)
		}
	}
	return data
}

func target(t *datasets.Table, name string) *mat.Dense {
	return mat.NewDense(t.Len(), 1, t.Target(name))
}
