package mtlkit

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/nn"
)

// TableTasks returns a task for each target of a table, called like it, with the usual loss: [nn.SquaredError] for
// numbers, and for a target of words ([datasets.Table.Words]) [nn.LogisticLoss] if there are two, [nn.SoftmaxLoss] if
// there are more, with a column of outputs for each. A class that no row has is one all the same. It panics at a table
// whose targets have no names, or one of a single word.
func TableTasks(table *datasets.Table) []Task {
	if table == nil || len(table.Targets) == 0 {
		panic("mtlkit: TableTasks: the table is nil, or its targets have no names; give it Targets")
	}
	var tasks []Task
	for _, name := range table.Targets {
		task := Task{Name: name, Loss: nn.SquaredError{}}
		switch words, is := table.Words[name]; {
		case !is:
		case len(words) < 2:
			panic(fmt.Sprintf("mtlkit: TableTasks: target %q has the words %q; a class needs two or more: name all in "+
				"datasets.CSV.Categories", name, words))
		case len(words) == 2:
			task.Loss = nn.LogisticLoss{}
		default:
			task.Loss, task.Width = nn.SoftmaxLoss{}, len(words)
		}
		tasks = append(tasks, task)
	}
	return tasks
}

// ClassNames returns for each row of a task's outputs, such as [Predictor.Predict] gives, the word of the class that it
// predicts: with [nn.SoftmaxLoss] and the like that of the largest output, the first of several, and with a loss of two
// classes words[1] where the output is above 0, which is a probability above ½. It panics if the task has no classes,
// or another number than there are words.
func ClassNames(task Task, output *mat.Dense, words []string) []string {
	checkTasks("ClassNames", []Task{task})
	if output == nil || output.IsEmpty() {
		panic("mtlkit: ClassNames: no outputs")
	}
	classes := task.width()
	switch task.Loss.Target().Kind {
	case nn.Number:
		panic(fmt.Sprintf("mtlkit: ClassNames: task %q has a %T, whose labels are numbers", task.Name, task.Loss))
	case nn.Binary:
		classes++
	}
	rows, cols := output.Dims()
	if cols != task.width() || len(words) != classes || task.Loss.Target().Kind == nn.Binary && cols != 1 {
		panic(fmt.Sprintf("mtlkit: ClassNames: %d columns of outputs and %d words for task %q with a %T and Width "+
			"%d; want %d columns and %d words", cols, len(words), task.Name, task.Loss, task.Width, task.width(),
			classes))
	}
	names := make([]string, rows)
	for i := range names {
		row := output.RawRowView(i)
		class := slices.Index(row, slices.Max(row))
		if cols == 1 {
			class = 0
			if row[0] > 0 {
				class = 1
			}
		}
		names[i] = words[class]
	}
	return names
}
