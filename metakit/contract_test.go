package metakit_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// How learners of other families look to their authors: each needs its own lines alone.

// prototypes judges a point by its distance to the mean embedding of each class of the support set.
//
// Reference: Snell, Swersky, Zemel. Prototypical networks for few-shot learning. NeurIPS 2017, arXiv:1703.05175.
type prototypes struct {
	nn.Network // the embedding
	nn.Loss
	Ways int
}

func (p prototypes) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	q, s := p.Apply(t, meta, queryX), p.Apply(t, meta, support.X)
	t.Show("embedding", q)
	member := autodiff.OneHot(support.Y, p.Ways)
	centres := member.T().MatMul(s).Div(member.SumAxis(0).T())
	distance := q.Square().SumAxis(1).Add(centres.Square().SumAxis(1).T()).Sub(q.MatMulT(centres).Scale(2))
	return []autodiff.Value{distance.Neg()}
}

// neuralProcess predicts a mean and a deviation from the mean of what it makes of the points of the support set,
// however many there are.
//
// Reference: Garnelo and others. Conditional neural processes. ICML 2018, arXiv:1807.01613.
type neuralProcess struct {
	Encoder, Decoder nn.MLP
	gaussian
}

func (n neuralProcess) Shapes() []autodiff.Shape {
	return slices.Concat(named("encoder ", n.Encoder.Shapes()), named("decoder ", n.Decoder.Shapes()))
}

func (n neuralProcess) Init(rng *rand.Rand) []float64 {
	return append(n.Encoder.Init(rng), n.Decoder.Init(rng)...)
}

func (n neuralProcess) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	half := len(n.Encoder.Shapes())
	r := n.Encoder.Apply(t, meta.Slice(0, half), autodiff.ConcatCols(support.X, support.Y)).MeanAxis(0)
	x := autodiff.ConcatCols(r.BroadcastTo(queryX.Rows(), r.Cols()), queryX)
	return []autodiff.Value{n.Decoder.Apply(t, meta.Slice(half, meta.Len()), x)}
}

// gaussian is the negative log-likelihood of labels y by outputs (μ, s): of N(μ, σ²), σ = 0.1 + 0.9·softplus(s).
type gaussian struct{}

func (gaussian) PerRow(pred, y autodiff.Value) autodiff.Value {
	d := y.Cols()
	sigma := pred.SliceCols(d, 2*d).Softplus().Scale(0.9).Shift(0.1)
	z := y.Sub(pred.SliceCols(0, d)).Div(sigma)
	return z.Square().Scale(0.5).Add(sigma.Log()).Shift(0.5 * math.Log(2*math.Pi)).MeanAxis(1)
}

func (gaussian) Target() nn.Target {
	return nn.Target{Extra: 1, Metric: nn.Metric{Name: "mean squared error", Of: func(output, labels *mat.Dense) float64 {
		rows, d := labels.Dims()
		return nn.MeanSquared.Of(mat.DenseCopyOf(output.Slice(0, rows, 0, d)), labels)
	}}}
}

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
	if !n.Transductive {
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

func named(prefix string, shapes []autodiff.Shape) []autodiff.Shape {
	out := slices.Clone(shapes)
	for k := range out {
		out[k].Name = prefix + out[k].Name
	}
	return out
}
