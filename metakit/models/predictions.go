package models

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// checkLeast panics unless least is one for [deviations].
func checkLeast(learner string, least float64) {
	if !(least >= 0 && least < 1) {
		panic(fmt.Sprintf("models: %s: Least is %v; it must be at least 0 and below 1, and 0.1 is usual", learner, least))
	}
}

// predictions makes what the loss takes of a network's outputs: for [nn.GaussianLoss] the second half of the columns
// become standard deviations, least + (1 − least)·softplus; other losses take them as they are.
func predictions(loss nn.Loss, outputs autodiff.Value, least float64) autodiff.Value {
	if _, ok := loss.(nn.GaussianLoss); !ok {
		return outputs
	}
	d := outputs.Cols() / 2
	if 2*d != outputs.Cols() {
		panic(fmt.Sprintf("models: the network's outputs %v are not a mean and a standard deviation for each label; their "+
			"number of columns must be even", outputs))
	}
	deviation := outputs.SliceCols(d, 2*d).Softplus().Scale(1 - least).Shift(least)
	return autodiff.ConcatCols(outputs.SliceCols(0, d), deviation)
}

// outputs returns how many columns a network must predict: one for each of Ways classes, or what the loss wants for
// each of the labels.
func outputs(learner string, loss nn.Loss, labels, ways int) int {
	if loss == nil {
		panic(fmt.Sprintf("models: %s: Loss is nil; give one, such as nn.SquaredError{} for numbers or nn.SoftmaxLoss{} for "+
			"classes", learner))
	}
	target := loss.Target()
	switch class := target.Kind == nn.Class; {
	case class:
		checkWays(learner, ways)
		return ways
	case ways != 0:
		panic(fmt.Sprintf("models: %s: Ways is %d and %T has labels that are no classes; leave it 0", learner, ways, loss))
	}
	if labels < 1 {
		panic(fmt.Sprintf("models: %s: Labels is %d; it must be at least 1, the columns of y", learner, labels))
	}
	return labels * (1 + target.Extra)
}

// encoded returns labels as a network reads them: classes one-hot, numbers as they are.
func encoded(y autodiff.Value, ways int) autodiff.Value {
	if ways > 0 {
		return autodiff.OneHot(y, ways)
	}
	return y
}

// overPrefixes returns the loss of a learner that reads n support points in their order and is trained to predict each
// of them from those before it, and the query points from all:
//
//	(Σᵢ loss of yᵢ by points 1 … i−1, i = 1 … n, + the mean loss of the query points) / (n + 1)
func overPrefixes(loss nn.Loss, before, supportY, after, queryY autodiff.Value) autodiff.Value {
	n := float64(supportY.Rows())
	return loss.PerRow(before, supportY).Sum().Add(loss.PerRow(after, queryY).Mean()).Scale(1 / (n + 1))
}
