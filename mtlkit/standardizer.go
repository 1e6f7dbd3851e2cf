package mtlkit

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/nn"
)

// A Standardizer brings tables into units in which networks train well, and predictions back. Inputs, and targets that
// are numbers of any sign, are shifted and stretched to mean 0 and standard deviation 1 on the table that it was made
// from, x ↦ (x − mean)/deviation (see [datasets.Scaler]); an input that is constant there becomes 0. Classes stay as they
// are, and so do numbers that must be positive: what a label is, the task's loss says. Inputs that are Fixed in the table
// to train on, such as one-hot columns, stay too ([datasets.Table.Scaler]). [Standardize] makes one.
type Standardizer struct {
	tasks   []Task
	names   []string // of the inputs; nil if they have none, or it was read from a file
	inputs  datasets.Scaler
	targets []*datasets.Scaler // of each task; nil for one whose labels stay
}

// Standardize returns the standardizer of a table to train on, for tasks that are called as the targets they learn. It
// panics if one is not, or if the table is empty.
func Standardize(tasks []Task, train *datasets.Table) *Standardizer {
	checkTasks("Standardize", tasks)
	if train == nil {
		panic("mtlkit: Standardize: the table is nil")
	}
	s := &Standardizer{tasks: slices.Clone(tasks), names: slices.Clone(train.Inputs), inputs: train.Scaler()}
	for _, task := range tasks {
		if !scales(task) {
			s.targets = append(s.targets, nil)
			continue
		}
		scaler := datasets.NewScaler(target(train, task.Name))
		s.targets = append(s.targets, &scaler)
	}
	return s
}

// Data returns a table as data of the tasks, by the numbers of the table that s was made from. A target of NaN stays a
// missing label. It panics if the inputs are called otherwise than those of that table, as of one that is not encoded like
// it.
func (s *Standardizer) Data(table *datasets.Table) Data {
	s.check("Data")
	if table == nil {
		panic("mtlkit: Standardizer.Data: the table is nil")
	}
	d := Data{X: []*mat.Dense{s.scaled("Standardizer.Data", table)}}
	for i, task := range s.tasks {
		labels := target(table, task.Name)
		if s.targets[i] != nil {
			labels = s.targets[i].Apply(labels)
		}
		d.Y = append(d.Y, labels)
	}
	return d
}

// scaled returns the inputs of a table as the network takes them.
func (s *Standardizer) scaled(caller string, table *datasets.Table) *mat.Dense {
	if s.names != nil && table.Inputs != nil && !slices.Equal(s.names, table.Inputs) {
		panic(fmt.Sprintf("mtlkit: %s: the inputs are %q, those of the table to train on %q; encode both by one "+
			"datasets.Encoding", caller, table.Inputs, s.names))
	}
	return s.inputs.Apply(table.X)
}

// Units returns outputs of a task, such as [Run.Predict] gives, in the units of its target; where labels stay as they
// are, so do outputs.
func (s *Standardizer) Units(task int, output *mat.Dense) *mat.Dense {
	s.check("Units")
	if task < 0 || task >= len(s.tasks) {
		panic(fmt.Sprintf("mtlkit: Standardizer.Units: task %d of %d", task, len(s.tasks)))
	}
	if output == nil || output.IsEmpty() {
		panic("mtlkit: Standardizer.Units: no outputs")
	}
	if s.targets[task] == nil {
		return output
	}
	return s.targets[task].Undo(output)
}

// Inputs returns rows of inputs as the network takes them.
func (s *Standardizer) Inputs(x *mat.Dense) *mat.Dense {
	s.check("Inputs")
	if x == nil || x.IsEmpty() {
		panic("mtlkit: Standardizer.Inputs: no rows")
	}
	return s.inputs.Apply(x)
}

func (s *Standardizer) check(method string) {
	if s == nil || s.tasks == nil {
		panic("mtlkit: Standardizer." + method + ": the standardizer was not made; Standardize makes one")
	}
}

// scales reports whether the labels of a task are shifted and stretched.
func scales(t Task) bool {
	label := t.Loss.Target()
	return label.Kind == nn.Number && !label.Positive
}

func target(t *datasets.Table, name string) *mat.Dense {
	return mat.NewDense(t.Len(), 1, t.Target(name))
}
