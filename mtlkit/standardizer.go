package mtlkit

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
)

// A Standardizer brings tables into units in which networks train well, and predictions back. Inputs, and targets that
// are numbers, are shifted and stretched to mean 0 and standard deviation 1 on the table that it was made from; classes
// stay as they are. What a label is, the task's loss says.
type Standardizer struct {
	tasks   []Task
	inputs  datasets.Scaler
	targets []datasets.Scaler // of each task; without numbers for classes
}

// Standardize returns the standardizer of a table to train on, for tasks that are called as the targets they learn. It
// panics if one is not.
func Standardize(tasks []Task, train *datasets.Table) *Standardizer {
	checkTasks(tasks)
	s := &Standardizer{tasks: slices.Clone(tasks), inputs: datasets.NewScaler(train.X)}
	for _, task := range tasks {
		var scaler datasets.Scaler
		if !task.classifies() {
			scaler = datasets.NewScaler(target(train, task.Name))
		}
		s.targets = append(s.targets, scaler)
	}
	return s
}

// Data returns a table as data of the tasks, by the numbers of the table that s was made from. A target of NaN stays a
// missing label.
func (s *Standardizer) Data(table *datasets.Table) Data {
	d := Data{X: []*mat.Dense{s.inputs.Apply(table.X)}}
	for i, task := range s.tasks {
		labels := target(table, task.Name)
		if !task.classifies() {
			labels = s.targets[i].Apply(labels)
		}
		d.Y = append(d.Y, labels)
	}
	return d
}

// Units returns outputs of a task, such as [Run.Predict] gives, in the units of its target; those of a class as they are.
func (s *Standardizer) Units(task int, output *mat.Dense) *mat.Dense {
	if s.tasks[task].classifies() {
		return output
	}
	return s.targets[task].Undo(output)
}

// Inputs returns rows of inputs as the network takes them.
func (s *Standardizer) Inputs(x *mat.Dense) *mat.Dense { return s.inputs.Apply(x) }

func target(t *datasets.Table, name string) *mat.Dense {
	return mat.NewDense(t.Len(), 1, t.Target(name))
}
