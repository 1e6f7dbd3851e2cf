package mtlkit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// BalancedWeights returns [Task.ClassWeights] that make all classes of a task count alike, however many labels each
// has:
//
//	c_k = n / (K·n_k)
//
// for K classes and n labels, n_k of them of class k, missing ones left out. These are the weights that scikit-learn
// calls balanced. A binary label between 0 and 1 is counted for both classes, by its share. It is an error if a class
// has no label, as its weight would be infinite, or if a number is no label of the task. It panics if labels are
// numbers and not classes, or nil.
func BalancedWeights(task Task, labels *mat.Dense) ([]float64, error) {
	checkTasks("BalancedWeights", []Task{task})
	if !task.classifies() {
		panic(fmt.Sprintf("mtlkit: BalancedWeights: the labels of task %q are numbers, not classes", task.Name))
	}
	if labels == nil || labels.IsEmpty() {
		panic(fmt.Sprintf("mtlkit: BalancedWeights: no labels of task %q", task.Name))
	}
	if r, c, ok := find(labels, func(v float64) bool { return task.checkLabel(v) != nil }); ok {
		label := labels.At(r, c)
		return nil, fmt.Errorf("mtlkit: BalancedWeights: task %q: label %v in row %d, column %d: %w; mend it, or "+
			"mark it as missing by NaN", task.Name, label, r, c, task.checkLabel(label))
	}
	weights, n := make([]float64, task.classes()), 0.0
	for _, label := range flat(labels) {
		switch {
		case math.IsNaN(label):
			continue
		case task.Loss.Target().Kind == nn.Binary:
			weights[0] += 1 - label
			weights[1] += label
		default:
			weights[int(label)]++
		}
		n++
	}
	for k, labelled := range weights {
		if labelled == 0 {
			return nil, fmt.Errorf("mtlkit: BalancedWeights: class %d of the %d of task %q has no label, and so no "+
				"balanced weight; leave the class out, or give ClassWeights of your own", k, len(weights), task.Name)
		}
		weights[k] = n / (float64(len(weights)) * labelled)
	}
	return weights, nil
}
