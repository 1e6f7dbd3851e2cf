package nn

import (
	"errors"
	"fmt"
	"math"

	"kindred/autodiff"
)

// A Loss compares predictions with targets, one number a row, so that a caller can mask rows without a label before
// it takes the mean.
type Loss interface {
	// PerRow returns the losses of the n rows of pred, n×1. It panics on shapes that do not fit each other: nothing is
	// broadcast.
	PerRow(pred, target autodiff.Value) autodiff.Value
}

// A LabelChecker is a [Loss] that cannot take every finite number for a target. Whoever trains with it asks it about the
// data first: within a traced program a wrong label stops the engine, or passes for a right one.
type LabelChecker interface {
	Loss
	// CheckLabel returns nil if the label is a target for predictions of the given number of columns. Its error says
	// what a label is, as "with 3 outputs, a class is a whole number from 0 to 2".
	CheckLabel(label float64, columns int) error
}

// SquaredError is (1/d) Σⱼ (predⱼ − targetⱼ)², the mean over the d columns of a row.
type SquaredError struct{}

// LogisticLoss is the binary cross-entropy of logits z and labels y between 0 and 1, the mean over the d columns of a
// row of max(z, 0) − z·y + log(1 + e^−|z|) = softplus(z) − z·y. It is finite for every finite logit.
type LogisticLoss struct{}

// SoftmaxLoss is the cross-entropy −log softmax(z)[y] of a row z of logits, one for each class, and the class index y,
// a whole number from 0. pred is n × classes, target n × 1.
type SoftmaxLoss struct{}

// HuberLoss is the mean over the d columns of a row of ½r² for |r| ≤ Delta and Delta·(|r| − ½Delta) elsewhere, where
// r = pred − target. A Delta of 0 stands for 1.
//
// Reference: Huber. Robust estimation of a location parameter. Annals of Mathematical Statistics 35, 1964.
type HuberLoss struct{ Delta float64 }

var (
	_ = []Loss{SquaredError{}, LogisticLoss{}, SoftmaxLoss{}, HuberLoss{}}
	_ = []LabelChecker{LogisticLoss{}, SoftmaxLoss{}}
)

// PerRow implements [Loss].
func (SquaredError) PerRow(pred, target autodiff.Value) autodiff.Value {
	checkAlike("SquaredError", pred, target)
	return pred.Sub(target).Square().MeanAxis(1)
}

// PerRow implements [Loss].
func (LogisticLoss) PerRow(logits, labels autodiff.Value) autodiff.Value {
	checkAlike("LogisticLoss", logits, labels)
	return logits.Softplus().Sub(logits.Mul(labels)).MeanAxis(1)
}

// CheckLabel implements [LabelChecker].
func (LogisticLoss) CheckLabel(label float64, _ int) error {
	if !(label >= 0 && label <= 1) {
		return errors.New("a label of a LogisticLoss lies between 0 and 1")
	}
	return nil
}

// PerRow implements [Loss].
func (SoftmaxLoss) PerRow(logits, classes autodiff.Value) autodiff.Value {
	if classes.Rows() != logits.Rows() || classes.Cols() != 1 || logits.Cols() < 2 {
		panic(fmt.Sprintf("nn: SoftmaxLoss: logits %v and classes %v; n×c logits, c ≥ 2, need n×1 class indices",
			logits, classes))
	}
	return logits.LogSumExp(1).Sub(logits.Gather(classes))
}

// CheckLabel implements [LabelChecker].
func (SoftmaxLoss) CheckLabel(label float64, columns int) error {
	if !(label >= 0 && label < float64(columns) && label == math.Trunc(label)) {
		return fmt.Errorf("with %d outputs, a class is a whole number from 0 to %d", columns, columns-1)
	}
	return nil
}

// PerRow implements [Loss].
func (h HuberLoss) PerRow(pred, target autodiff.Value) autodiff.Value {
	checkAlike("HuberLoss", pred, target)
	delta := h.Delta
	if delta == 0 {
		delta = 1
	}
	if !(delta > 0) {
		panic(fmt.Sprintf("nn: HuberLoss: Delta is %v; it must be positive", delta))
	}
	r := pred.Sub(target)
	near := r.Clamp(-delta, delta) // ½near² + Delta·(|r| − |near|) is both cases in one
	return near.Square().Scale(0.5).Add(r.Abs().Sub(near.Abs()).Scale(delta)).MeanAxis(1)
}

// MSE returns the mean over all entries of (pred − target)², 1×1. It panics unless the shapes are equal.
func MSE(pred, target autodiff.Value) autodiff.Value {
	return SquaredError{}.PerRow(pred, target).Mean()
}

// BinaryCrossEntropy returns the mean over all entries of the cross-entropy of logits and labels between 0 and 1, 1×1
// (see [LogisticLoss]). It panics unless the shapes are equal.
func BinaryCrossEntropy(logits, labels autodiff.Value) autodiff.Value {
	return LogisticLoss{}.PerRow(logits, labels).Mean()
}

// CrossEntropy returns the mean over rows of the softmax cross-entropy of logits and class indices, 1×1 (see
// [SoftmaxLoss]).
func CrossEntropy(logits, classes autodiff.Value) autodiff.Value {
	return SoftmaxLoss{}.PerRow(logits, classes).Mean()
}

// Huber returns the mean over all entries of the Huber loss, 1×1 (see [HuberLoss]). It panics unless the shapes are
// equal.
func Huber(pred, target autodiff.Value, delta float64) autodiff.Value {
	return HuberLoss{Delta: delta}.PerRow(pred, target).Mean()
}

func checkAlike(what string, pred, target autodiff.Value) {
	if pred.Rows() != target.Rows() || pred.Cols() != target.Cols() {
		panic(fmt.Sprintf("nn: %s: prediction %v and target %v differ in shape; nothing is broadcast",
			what, pred, target))
	}
}
