package nn

import (
	"math/rand/v2"

	"kindred/autodiff"
)

// TransductiveNorm brings each column of its inputs, n × Units, to mean 0 and variance 1 over the rows at hand, in
// training and in evaluation alike, and then scales and shifts it:
//
//	gain ∘ (x − μ)/√(σ² + Epsilon) + bias
//
// μ is the mean of the column and σ² the mean of (x − μ)², divided by n. So the rows that are traced together are one
// batch: in an episode the support set is one and the query set another, and the prediction for a query depends on the
// others in its set. It says so by [Trace.AllRows], and nobody may cut its rows into chunks. It has no running
// statistics; [BatchNorm] does. A single row becomes the bias. The parameters are gain, which starts at 1, and bias,
// which starts at 0, both 1 × Units.
//
// MAML and its followers evaluate so; Nichol, Achiam, Schulman. On first-order meta-learning algorithms. 2018,
// arXiv:1803.02999, tell it apart from predicting each query by itself. An accuracy that was measured so is not
// comparable with one that was not.
type TransductiveNorm struct {
	Units   int
	Epsilon float64 // above 0: it keeps a constant column finite
}

var _ Network = TransductiveNorm{}

// NewTransductiveNorm returns the layer with an epsilon of 1e-5.
func NewTransductiveNorm(units int) TransductiveNorm {
	return TransductiveNorm{Units: units, Epsilon: 1e-5}
}

// Shapes implements [Network].
func (n TransductiveNorm) Shapes() []autodiff.Shape {
	n.check()
	return normShapes(n.Units)
}

// Init implements [Network]. It draws nothing.
func (n TransductiveNorm) Init(*rand.Rand) []float64 {
	n.check()
	return normInit(n.Units)
}

// Apply implements [Network].
func (n TransductiveNorm) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	checkLayer("TransductiveNorm", n.Shapes(), theta, n.Units, x)
	mean, variance := n.moments(t, theta, x)
	return normalised(x.Sub(mean), variance, n.Epsilon, theta)
}

// moments implements columnNorm.
func (n TransductiveNorm) moments(t *Trace, _ autodiff.Params, x autodiff.Value) (mean, variance autodiff.Value) {
	t.AllRows()
	t.Mode("transductive batch normalisation")
	return x.Moments()
}

func (n TransductiveNorm) epsilon() float64 { return n.Epsilon }

// For implements [Norm]: the same layer with other Units.
func (n TransductiveNorm) For(units int) Network {
	n.Units = units
	return n
}

func (n TransductiveNorm) check() {
	checkNorm("TransductiveNorm", "NewTransductiveNorm", n.Units, n.Epsilon)
}
