package nn

import (
	"fmt"
	"math"

	"kindred/autodiff"
)

// A Loss compares predictions with targets, one number a row, so that a caller can mask rows without a label before
// it takes the mean. Losses are plain values that print fully with %#v.
type Loss interface {
	// PerRow returns the losses of the n rows of pred, n×1. It panics on shapes that do not fit each other: nothing is
	// broadcast. With several labels a row, most losses are the mean of what PerRow makes of a label with its outputs
	// alone, as rows of one label: these need no more for rows that lack some of their labels, or weigh them apart, and
	// whoever trains on such rows tries it on numbers. The outputs of a label then stand side by side, or in blocks,
	// the first of all labels before the second.
	PerRow(pred, target autodiff.Value) autodiff.Value
	// Target says what a label of this loss is and how predictions are scored against it. Whoever trains with the loss
	// asks it about the data first: within a traced program a wrong label stops the engine, or passes for a right one.
	Target() Target
}

// SquaredError is (1/d) Σⱼ (predⱼ − targetⱼ)², the mean over the d columns of a row.
type SquaredError struct{}

// LogisticLoss is the binary cross-entropy of logits z and labels y between 0 and 1, the mean over the d columns of a
// row of y·log(1 + e⁻ᶻ) + (1 − y)·log(1 + eᶻ) = softplus(z) − z·y. It is finite for every finite logit, and a loss that
// is almost 0 is as exact as a large one.
type LogisticLoss struct{}

// SoftmaxLoss is the cross-entropy −log softmax(z)[y] of a row z of logits, one for each class, and the class index y,
// a whole number from 0. pred is n × classes, target n × 1. A loss that is almost 0 is as exact as a large one.
type SoftmaxLoss struct{}

// HuberLoss is the mean over the d columns of a row of ½r² for |r| ≤ Delta and Delta·(|r| − ½Delta) elsewhere, where
// r = pred − target. Delta must be finite and above 0; 1 is usual.
//
// Reference: Huber. Robust estimation of a location parameter. Annals of Mathematical Statistics 35, 1964.
type HuberLoss struct{ Delta float64 }

var _ = []Loss{SquaredError{}, LogisticLoss{}, SoftmaxLoss{}, HuberLoss{}}

// PerRow implements [Loss].
func (SquaredError) PerRow(pred, target autodiff.Value) autodiff.Value {
	checkAlike("SquaredError", pred, target)
	return pred.Sub(target).Square().MeanAxis(1)
}

// Target implements [Loss].
func (SquaredError) Target() Target { return Target{} }

// PerRow implements [Loss].
func (LogisticLoss) PerRow(logits, labels autodiff.Value) autodiff.Value {
	checkAlike("LogisticLoss", logits, labels)
	// softplus(z) is max(z, 0) + log(1 + e^−|z|). A label of 0 or 1 weighs the first term without rounding, where
	// softplus(z) − z loses all digits. The sign of z is a constant to derivatives, and all of them are exact, at z = 0
	// too: log(1 + eᶻ) and z + log(1 + e⁻ᶻ) are the same function.
	positive := logits.Greater(logits.Graph().Scalar(0))
	minusAbs := logits.LeakyReLU(-1).Neg() // whose derivative at 0 is 1, as positive has it
	return logits.Mul(positive.Sub(labels)).Add(minusAbs.Softplus()).MeanAxis(1)
}

// Target implements [Loss].
func (LogisticLoss) Target() Target { return Target{Kind: Binary} }

// never is a logit that is far below all others, and finite in float32 too.
const never = -1e38

// PerRow implements [Loss].
func (SoftmaxLoss) PerRow(logits, classes autodiff.Value) autodiff.Value {
	if classes.Rows() != logits.Rows() || classes.Cols() != 1 || logits.Cols() < 2 {
		panic(fmt.Sprintf("nn: SoftmaxLoss: logits %v and classes %v; n×c logits, c ≥ 2, need n×1 class indices",
			logits, classes))
	}
	// log(1 + Σ exp(zⱼ − z_y) over the others j ≠ y) is the softplus of their LogSumExp less
	// z_y.
	gone := logits.Graph().Fill(classes.Rows(), 1, never).Scatter(classes, logits.Cols())
	others := logits.Add(gone)
	most := others.MaxAxis(1).StopGradient()
	return others.Sub(most).Exp().SumAxis(1).Log().Add(most.Sub(logits.Gather(classes))).Softplus()
}

// Target implements [Loss].
func (SoftmaxLoss) Target() Target { return Target{Kind: Class} }

// PerRow implements [Loss].
func (h HuberLoss) PerRow(pred, target autodiff.Value) autodiff.Value {
	h.check()
	checkAlike("HuberLoss", pred, target)
	r := pred.Sub(target)
	near := r.Clamp(-h.Delta, h.Delta)
	return near.Mul(r.Sub(near.Scale(0.5))).MeanAxis(1) // both cases in one
}

// Target implements [Loss].
func (h HuberLoss) Target() Target {
	h.check()
	return Target{}
}

func (h HuberLoss) check() {
	if !(h.Delta > 0) || math.IsInf(h.Delta, 1) {
		panic(fmt.Sprintf("nn: HuberLoss: Delta is %v; it must be finite and above 0, and 1 is usual", h.Delta))
	}
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
