package metakit

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// MetaCurvature learns the start θ and matrices that turn the gradient of each inner step: for a matrix W of weights
// with gradient G, and a bias b with gradient g, both as rows times matrices,
//
//	W ← W − Rate·M_in·G·M_out,  b ← b − Rate·g·M_b,
//
// the same at each step. They begin as identities, where it is MAML. A matrix of weights, inputs × outputs, has M_in,
// inputs × inputs, and M_out, outputs × outputs; one with a single row has M_out alone, here called M_b. In an
// [nn.Layered] network, such as nn.MLP, the first matrix of each layer is taken for weights, even of one row. In other
// networks, and for other parameters, shape alone decides: filters of convolutions are matrices here, patch × filters,
// whose inputs are the entries of a patch, where the paper has one matrix for channels and one for positions.
//
// The meta-parameters are θ, then the matrices, and the meta-gradient is exact. A wide layer has many: they grow as the
// squares of the widths. learn2learn's MetaCurvatureTransform has a vector for a bias, M_b of this on its diagonal.
//
// Reference: Park, Oliva. Meta-curvature. NeurIPS 2019, arXiv:1902.03356.
type MetaCurvature struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training
	Rate         float64 // of the inner steps, finite; it is not learned, the matrices hold what is
	InnerPenalty bool    // the network's penalties are part of the inner loss (see [Training])
}

var _ Stepper = MetaCurvature{}

// Shapes implements [Learner]: those of the network, then for each of its matrices "in W1" and "out W1".
func (m MetaCurvature) Shapes() []autodiff.Shape {
	theta := m.Network.Shapes()
	shapes, weights := append([]autodiff.Shape(nil), theta...), m.weights(theta)
	for k, s := range theta {
		if weights[k] {
			shapes = append(shapes, autodiff.Shape{Name: "in " + s.Name, Rows: s.Rows, Cols: s.Rows})
		}
		shapes = append(shapes, autodiff.Shape{Name: "out " + s.Name, Rows: s.Cols, Cols: s.Cols})
	}
	return shapes
}

// weights tells which matrices of the network have a matrix on either side.
func (m MetaCurvature) weights(theta []autodiff.Shape) []bool {
	weights, layer := make([]bool, len(theta)), -1
	var of []int
	if _, ok := m.Network.(nn.Layered); ok {
		of = layersOf("MetaCurvature", m.Network)
	}
	for k, s := range theta {
		weights[k] = s.Rows > 1 || of != nil && of[k] != layer
		if of != nil {
			layer = of[k]
		}
	}
	return weights
}

// Init implements [Learner].
func (m MetaCurvature) Init(rng *rand.Rand) []float64 {
	checkRate("MetaCurvature", m.Rate)
	meta := m.Network.Init(rng)
	for _, s := range m.Shapes()[len(m.Network.Shapes()):] {
		meta = appendIdentity(meta, s.Rows)
	}
	return meta
}

// appendIdentity appends the entries of an identity matrix.
func appendIdentity(v []float64, n int) []float64 {
	for i := range n * n {
		one := 0.0
		if i%(n+1) == 0 {
			one = 1
		}
		v = append(v, one)
	}
	return v
}

// TrainingSteps implements [Stepper].
func (m MetaCurvature) TrainingSteps() int { return m.Steps }

// Predict implements [Learner].
func (m MetaCurvature) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	shapes := m.Network.Shapes()
	n, weights := len(shapes), m.weights(shapes)
	step := func(_ int, theta, gradient autodiff.Params) autodiff.Params {
		names, next, at := make([]string, n), make([]autodiff.Value, n), n
		for k := range next {
			g := gradient.At(k)
			if weights[k] {
				g, at = meta.At(at).MatMul(g), at+1
			}
			g, at = g.MatMul(meta.At(at)), at+1
			names[k], next[k] = theta.Name(k), theta.At(k).Sub(g.Scale(m.Rate))
		}
		return autodiff.ParamsOf(names, next)
	}
	d := Descent{Step: step, Penalty: m.InnerPenalty}
	return Along(t, m.Network, d.Path(t, meta.Slice(0, n), steps, SupportLoss(m.Network, m.Loss, support)), queryX)
}
