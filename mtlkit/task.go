package mtlkit

import (
	"errors"
	"fmt"
	"math"

	"kindred/nn"
)

// A Task is one of the things that a model learns.
type Task struct {
	Name   string  // for messages, histories and figures
	Loss   nn.Loss // compares the model's output with the labels
	Width  int     // columns of the model's output; the classes of an nn.SoftmaxLoss; 0 stands for 1
	Metric Metric  // measured beside the loss; zero is Accuracy for the classifying losses of nn, else RSquared
}

func (t Task) width() int { return max(t.Width, 1) }

// metric returns what is measured beside the loss.
func (t Task) metric() Metric {
	switch {
	case t.Metric.Of != nil:
		return t.Metric
	case t.classifies():
		return Accuracy
	}
	return RSquared
}

// classifies tells whether the task's labels are numbers of classes.
func (t Task) classifies() bool {
	switch t.Loss.(type) {
	case nn.LogisticLoss, nn.SoftmaxLoss:
		return true
	}
	return false
}

// checkLabel returns an error that says what a label is, unless v is one or is missing.
func (t Task) checkLabel(v float64) error {
	if math.IsNaN(v) {
		return nil
	}
	if math.IsInf(v, 0) {
		return errors.New("a label must be finite")
	}
	if c, ok := t.Loss.(nn.LabelChecker); ok {
		return c.CheckLabel(v, t.width())
	}
	return nil
}

// checkTasks panics unless there are tasks and each has a name of its own, a loss and a possible width.
func checkTasks(tasks []Task) {
	if len(tasks) == 0 {
		panic("mtlkit: Trainer: no tasks")
	}
	seen := map[string]bool{}
	for i, t := range tasks {
		switch {
		case t.Name == "" || seen[t.Name]:
			panic(fmt.Sprintf("mtlkit: Trainer: task %d is called %q; every task needs a name of its own", i, t.Name))
		case t.Loss == nil:
			panic(fmt.Sprintf("mtlkit: Trainer: task %q has no Loss", t.Name))
		case t.Width < 0:
			panic(fmt.Sprintf("mtlkit: Trainer: task %q has Width %d", t.Name, t.Width))
		}
		if _, ok := t.Loss.(nn.SoftmaxLoss); ok && t.Width < 2 {
			panic(fmt.Sprintf("mtlkit: Trainer: task %q has a SoftmaxLoss and Width %d; Width is the number of classes",
				t.Name, t.Width))
		}
		seen[t.Name] = true
	}
}
