package mtlkit

import (
	"fmt"
	"math"

	"kindred/nn"
)

// A Task is one of the things that a model learns.
type Task struct {
	Name  string  // for messages, histories and figures
	Loss  nn.Loss // compares the model's output with the labels
	Width int     // columns of the model's output beyond a single one, such as the number of classes; 0 and 1 are one

	Metric nn.Metric // measured beside the loss; zero is the one that the loss names

	// ClassWeights say what labels count for in the loss by their class, beside the weights of rows (see [Data] for the
	// formula): one for each class, two for a binary label, of which one between 0 and 1 has (1−y)·c₀ + y·c₁. They are
	// finite and not negative; the labels of a class of weight 0 are as if they were missing. Nil lets all count alike;
	// [BalancedWeights] makes classes count alike. Metrics count every label alike.
	ClassWeights []float64
}

func (t Task) width() int { return max(t.Width, 1) }

// metric returns what is measured beside the loss.
func (t Task) metric() nn.Metric {
	if t.Metric.Of != nil {
		return t.Metric
	}
	return t.Loss.Target().Score()
}

// classifies tells whether a label is one of several classes.
func (t Task) classifies() bool { return t.Loss.Target().Kind != nn.Number }

// columns returns the number of columns of the task's labels.
func (t Task) columns() int { return t.Loss.Target().Columns(t.width()) }

// checkLabel returns an error that says what a label is, unless v is one or is missing.
func (t Task) checkLabel(v float64) error {
	if math.IsNaN(v) {
		return nil
	}
	return t.Loss.Target().Check(v, t.width())
}

// checkTasks panics unless there are tasks and each has a name of its own, a loss and a possible width.
func checkTasks(caller string, tasks []Task) {
	if len(tasks) == 0 {
		panic("mtlkit: " + caller + ": no tasks")
	}
	seen := map[string]bool{}
	for i, t := range tasks {
		switch {
		case t.Name == "" || seen[t.Name]:
			panic(fmt.Sprintf("mtlkit: %s: task %d is called %q; every task needs a name of its own", caller, i, t.Name))
		case t.Loss == nil:
			panic(fmt.Sprintf("mtlkit: %s: task %q has no Loss", caller, t.Name))
		case t.Width < 0:
			panic(fmt.Sprintf("mtlkit: %s: task %q has Width %d", caller, t.Name, t.Width))
		}
		if err := t.Loss.Target().CheckOutputs(t.width()); err != nil {
			panic(fmt.Sprintf("mtlkit: %s: task %q has a %T and Width %d: %v; Width is the number of outputs, such as "+
				"that of the classes", caller, t.Name, t.Loss, t.Width, err))
		}
		t.checkClassWeights(caller)
		seen[t.Name] = true
	}
}
