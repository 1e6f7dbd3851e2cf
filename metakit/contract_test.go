package metakit_test

import (
	"kindred/autodiff"
	"kindred/nn"
)

// normalised is a network whose hidden units are made to have mean 0 and variance 1 over the rows: those of the batch
// at hand, if transductive, else in evaluation those of training, as running means.
//
// Reference: Ioffe, Szegedy. Batch normalization. ICML 2015, arXiv:1502.03167.
type normalised struct {
	nn.MLP       // of one hidden layer
	Transductive bool
}

func (n normalised) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	h := x.MatMul(theta.At(0)).Add(theta.At(1))
	mean := h.MeanAxis(0)
	variance := h.Sub(mean).Square().MeanAxis(0)
	if n.Transductive {
		t.AllRows()
		t.Mode("transductive normalisation")
	} else {
		was, spread := t.Statistic("mean", 1, h.Cols(), 0), t.Statistic("variance", 1, h.Cols(), 1)
		t.Update("mean", was.Scale(0.9).Add(mean.Scale(0.1)))
		t.Update("variance", spread.Scale(0.9).Add(variance.Scale(0.1)))
		if !t.Training() {
			mean, variance = was, spread
		}
	}
	h = n.Activation.Apply(h.Sub(mean).Div(variance.Shift(1e-5).Sqrt()))
	return h.MatMul(theta.At(2)).Add(theta.At(3))
}
