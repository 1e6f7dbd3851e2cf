package nn

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
)

// BatchNorm brings each column of its inputs, n × Units, to mean 0 and variance 1, and then scales and shifts it:
//
//	gain ∘ (x − μ)/√(σ² + Epsilon) + bias
//
// In training μ and σ² are those of the rows that are traced together, a batch: the mean, and the mean of (x − μ)², divided
// by n. In evaluation they are running statistics ([Trace.Statistic]), so that each row is for itself:
//
//	mean ← (1 − Rate)·mean + Rate·μ,   variance ← (1 − Rate)·variance + Rate·σ²·n/(n − 1)
//
// once a step, from 0 and 1. The parameters are gain, which starts at 1, and bias, which starts at 0, both 1 × Units.
//
// Rate is what PyTorch calls momentum (0.1). Keras and Flax call 1 − Rate so (0.99). As in the paper and in PyTorch the
// running variance is the unbiased one; Keras and Flax keep σ² itself. Their epsilons are 1e-5, 1e-3 and 1e-5.
//
// A layer that several tasks share normalises the rows of each by themselves, if they have rows of their own; the
// statistics become the mean of what the tasks say. The variance of rows from all tasks is larger, by that of the tasks'
// means. Each layer needs a scope of its own ([Trace.Scope]), as statistics go by names; two in one are refused. The nil
// Trace has no statistics, and is refused too. One whose gain and bias are frozen ([Group]) works as in evaluation.
//
// Reference: Ioffe, Szegedy. Batch normalization: accelerating deep network training by reducing internal covariate shift.
// ICML 2015, arXiv:1502.03167.
type BatchNorm struct {
	Units   int
	Epsilon float64 // above 0: it keeps a constant column finite
	Rate    float64 // of the running statistics, above 0 and at most 1
}

var _ Network = BatchNorm{}

// NewBatchNorm returns the layer with an epsilon of 1e-5 and a rate of 0.1.
func NewBatchNorm(units int) BatchNorm { return BatchNorm{Units: units, Epsilon: 1e-5, Rate: 0.1} }

// Shapes implements [Network].
func (b BatchNorm) Shapes() []autodiff.Shape {
	b.check()
	return normShapes(b.Units)
}

// Init implements [Network]. It draws nothing.
func (b BatchNorm) Init(*rand.Rand) []float64 {
	b.check()
	return normInit(b.Units)
}

// Apply implements [Network]. It panics if a batch to train on has one row, which has no variance.
func (b BatchNorm) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	b.check()
	checkLayer("BatchNorm", b.Shapes(), theta, b.Units, x)
	mean, variance := b.moments(t, theta, x)
	return normalised(x.Sub(mean), variance, b.Epsilon, theta)
}

// moments implements columnNorm.
func (b BatchNorm) moments(t *Trace, theta autodiff.Params, x autodiff.Value) (_, _ autodiff.Value) {
	t.claim("BatchNorm", theta)
	mean, variance := t.Statistic("mean", 1, b.Units, 0), t.Statistic("variance", 1, b.Units, 1)
	if !t.Training() || t.Frozen(theta) {
		t.Mode("running batch normalisation")
		return mean, variance
	}
	n := float64(x.Rows())
	if n < 2 {
		panic(fmt.Sprintf("nn: BatchNorm: a batch of one row, %v, has no variance; train on two rows or more at a time", x))
	}
	batchMean, batchVariance := x.Moments()
	t.Update("mean", mean.Scale(1-b.Rate).Add(batchMean.Scale(b.Rate)))
	t.Update("variance", variance.Scale(1-b.Rate).Add(batchVariance.Scale(b.Rate*n/(n-1))))
	return batchMean, batchVariance
}

func (b BatchNorm) epsilon() float64 { return b.Epsilon }

func (b BatchNorm) check() {
	checkNorm("BatchNorm", "NewBatchNorm", b.Units, b.Epsilon)
	if !(b.Rate > 0 && b.Rate <= 1) {
		panic(fmt.Sprintf("nn: BatchNorm: Rate is %v; it must be above 0 and at most 1, and 0.1 is usual", b.Rate))
	}
}
