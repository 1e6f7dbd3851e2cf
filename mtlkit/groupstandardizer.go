package mtlkit

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
)

// A GroupStandardizer makes one task for each group of a table, such as one for each school, which all learn the same
// target, each from its own rows. Inputs and target are standardised over the rows of all groups together, as
// [Standardizer] does, so that groups stay comparable. [StandardizeGroups] makes one.
//
//	train, test := table.SplitWithinGroups(0.75, seed)
//	units := mtlkit.StandardizeGroups(mtlkit.Task{Name: "score", Loss: nn.SquaredError{}}, train)
//	data, err := units.Data(train)
//	trainer := mtlkit.Trainer{Tasks: units.Tasks(), Data: data, …}
//	held, err := units.Data(test)
//	outputs, err := predictor.PredictTask(k, held.X[k])
//	scores := units.Units(k, outputs)
//
// Units and Inputs are those of the Standardizer within, whose tasks are those of the groups; [Predictor.WriteFile]
// takes it.
type GroupStandardizer struct {
	*Standardizer
	target string
	groups map[string]int // of each group's name the task
}

// StandardizeGroups returns the standardizer of a table to train on for a task that is called as the target it learns.
// The tasks of the groups, in the order of their numbers in Groups, are called as the groups
// ([datasets.Table.GroupName]). It panics at a table without groups, or without that target.
func StandardizeGroups(task Task, train *datasets.Table) *GroupStandardizer {
	checkTasks("StandardizeGroups", []Task{task})
	if train == nil || train.Groups == nil {
		panic("mtlkit: StandardizeGroups: the table is nil, or has no groups")
	}
	pooled := Standardize([]Task{task}, train)
	g := &GroupStandardizer{&Standardizer{names: pooled.names, inputs: pooled.inputs}, task.Name, make(map[string]int)}
	for k, group := range slices.Compact(slices.Sorted(slices.Values(train.Groups))) {
		own := task
		own.Name = train.GroupName(group)
		g.groups[own.Name] = k
		g.tasks, g.targets = append(g.tasks, own), append(g.targets, pooled.targets[0])
	}
	checkTasks("StandardizeGroups", g.tasks)
	return g
}

// Tasks returns the tasks, one for each group.
func (g *GroupStandardizer) Tasks() []Task {
	g.check("Tasks")
	return slices.Clone(g.tasks)
}

// Data returns a table as data of the tasks: each with the rows of its group, in their order. A group without a row in
// this table has no labels, so that its task is not measured, and one row of inputs, all 0. A group that the table to
// train on has not is an error that names it.
func (g *GroupStandardizer) Data(table *datasets.Table) (Data, error) {
	g.check("Data")
	if table == nil || table.Groups == nil {
		panic("mtlkit: GroupStandardizer.Data: the table is nil, or has no groups")
	}
	x := g.scaled("GroupStandardizer.Data", table)
	y := target(table, g.target)
	if scaler := g.targets[0]; scaler != nil {
		y = scaler.Apply(y)
	}
	taskOf, unknown := make(map[int]int), []string(nil)
	rows := make([][]int, len(g.tasks))
	for i, group := range table.Groups {
		k, seen := taskOf[group]
		if !seen {
			name, known := table.GroupName(group), false
			if k, known = g.groups[name]; !known {
				unknown, k = append(unknown, fmt.Sprintf("%q", name)), -1
			}
			taskOf[group] = k
		}
		if k >= 0 {
			rows[k] = append(rows[k], i)
		}
	}
	if n := len(unknown); n > 0 {
		return Data{}, fmt.Errorf("mtlkit: GroupStandardizer.Data: %d groups are not in the table to train on, %s "+
			"among them: there is no task for them; split by Table.SplitWithinGroups, or leave their rows out", n,
			strings.Join(unknown[:min(n, 3)], ", "))
	}
	_, cols := x.Dims()
	var d Data
	for _, index := range rows {
		if len(index) == 0 {
			d.X, d.Y = append(d.X, mat.NewDense(1, cols, nil)), append(d.Y, nil)
			continue
		}
		d.X, d.Y = append(d.X, takeRows(x, index)), append(d.Y, takeRows(y, index))
	}
	return d, nil
}

func (g *GroupStandardizer) check(method string) {
	if g == nil || g.Standardizer == nil || g.groups == nil {
		panic("mtlkit: GroupStandardizer." + method + ": the standardizer was not made; StandardizeGroups makes one")
	}
}
