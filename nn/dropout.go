package nn

import (
	"fmt"

	"kindred/autodiff"
)

// Dropout sets each entry of h to 0 with probability rate while the network is trained, by itself and anew in every step,
// and divides the others by 1 − rate, so that its mean is h:
//
//	h ∘ m/(1 − rate),   mᵢⱼ = 1 with probability 1 − rate, else 0.
//
// In evaluation, and at rate 0, it is h. It panics unless 0 ≤ rate < 1.
//
// Reference: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov. Dropout: a simple way to prevent neural networks
// from overfitting. JMLR 15, 2014.
func Dropout(t *Trace, h autodiff.Value, rate float64) autodiff.Value {
	if !(rate >= 0 && rate < 1) {
		panic(fmt.Sprintf("nn: Dropout: the rate is %v; it must be at least 0 and below 1", rate))
	}
	if !t.Training() || rate == 0 {
		return h
	}
	kept := t.Uniform(h.Rows(), h.Cols()).Greater(h.Graph().Scalar(rate))
	return h.Mul(kept).Scale(1 / (1 - rate))
}
