package nn

import (
	"fmt"

	"kindred/autodiff"
)

// Dropout returns, in training, h with each entry set to 0 with probability rate, and the others scaled so that the mean
// stays:
//
//	hᵢⱼ·mᵢⱼ/(1 − rate),   mᵢⱼ = 1 with probability 1 − rate, else 0
//
// The mask m is new in every step, and the same wherever the step uses it. In evaluation, and on a nil trace, it returns h.
// It panics unless 0 ≤ rate < 1.
//
// Reference: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov. Dropout. Journal of Machine Learning Research 15,
// 2014.
func Dropout(t *Trace, h autodiff.Value, rate float64) autodiff.Value {
	if !(rate >= 0 && rate < 1) {
		panic(fmt.Sprintf("nn: Dropout: the rate is %v; it must be at least 0 and below 1", rate))
	}
	if !t.Training() || rate == 0 {
		return h
	}
	g := h.Graph()
	dropped := g.Scalar(rate).Greater(g.Uniform(h.Rows(), h.Cols()))
	return h.Mul(g.Scalar(1).Sub(dropped)).Scale(1 / (1 - rate))
}
