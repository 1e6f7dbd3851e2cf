package nn

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// GaussianLoss is the negative log density of numbers under normal distributions whose means and standard deviations are
// predicted. A prediction of d labels has 2d columns, first the d means μ, then the d standard deviations σ, which must
// be above 0; the loss of a row is the mean over its labels of
//
//	½·log 2π + log σ + (y − μ)²/2σ².
//
// It is scored by the mean squared error of the means, like what predicts no more than them.
type GaussianLoss struct{}

var _ Loss = GaussianLoss{}

// PerRow implements [Loss].
func (GaussianLoss) PerRow(pred, target autodiff.Value) autodiff.Value {
	d := target.Cols()
	if pred.Rows() != target.Rows() || pred.Cols() != 2*d {
		panic(fmt.Sprintf("nn: GaussianLoss: prediction %v and target %v; d labels need d means and then d standard "+
			"deviations, in equally many rows", pred, target))
	}
	mean, deviation := pred.SliceCols(0, d), pred.SliceCols(d, 2*d)
	z := target.Sub(mean).Div(deviation)
	return z.Square().Scale(0.5).Add(deviation.Log()).Shift(0.5 * math.Log(2*math.Pi)).MeanAxis(1)
}

// Target implements [Loss].
func (GaussianLoss) Target() Target { return Target{Extra: 1, Metric: meansSquared} }

var meansSquared = Metric{MeanSquared.Name, func(output, labels *mat.Dense) float64 {
	rows, outputs, cols := dimensions("GaussianLoss", output, labels)
	if outputs != 2*cols {
		panic(fmt.Sprintf("nn: GaussianLoss: %d columns of outputs for %d of labels; there must be a mean and a standard "+
			"deviation for each", outputs, cols))
	}
	return meanSquared(mat.DenseCopyOf(output.Slice(0, rows, 0, cols)), labels)
}}
