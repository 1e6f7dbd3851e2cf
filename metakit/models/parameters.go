package models

import (
	"fmt"
	"math"

	"kindred/autodiff"
	"kindred/nn"
)

// extended returns the shapes of a network, then those of a learner's own meta-parameters.
func extended(network nn.Network, own ...autodiff.Shape) []autodiff.Shape {
	theirs := network.Shapes()
	return append(append(make([]autodiff.Shape, 0, len(theirs)+len(own)), theirs...), own...)
}

// split is the inverse of extended: the network's parameters, and the learner's own, as many as are said.
func split(meta autodiff.Params, own int) (theirs, ours autodiff.Params) {
	k := meta.Len() - own
	return meta.Slice(0, k), meta.Slice(k, meta.Len())
}

// scalar is the shape of one number.
func scalar(name string) autodiff.Shape { return autodiff.Shape{Name: name, Rows: 1, Cols: 1} }

// logOf returns the logarithm of what a meta-parameter begins with, so that it stays positive whatever it is moved
// by. It panics unless that is positive and finite.
func logOf(learner, field string, v float64) float64 {
	checkPositive(learner, field, v)
	return math.Log(v)
}

func checkPositive(learner, field string, v float64) {
	if !(v > 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("models: %s: %s is %v; it must be finite and above 0, and New%s sets a usual one", learner, field,
			v, learner))
	}
}
