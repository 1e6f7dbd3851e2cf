package metakit

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// TNet learns the start of a dense network together with a matrix T after each layer, which warps what a step of
// adaptation does: layer k is
//
//	h ↦ activation((h·Wₖ + bₖ)·Tₖ),
//
// the last layer too, and a task adapts W and b by the rule Inner, and T not at all. A step of gradient descent on W of
// rate α then moves W·T by −α·G·(TᵀT), G being the gradient by W·T: T is a metric that is learned. The matrices begin
// as identities, where it is MAML. The meta-parameters are W1, b1, W2, …, then T1, T2, …, and the meta-gradient is
// exact.
//
// The network must be an [nn.MLP]; its norm, if it has one, comes after T. The paper's MT-net, whose learned masks draw
// which rows of W a task adapts, is not here.
//
// Reference: Lee, Choi. Gradient-based meta-learning with learned layerwise metric and subspace. ICML 2018,
// arXiv:1801.05558; the authors' code, MT-net, has T where this has it.
type TNet struct {
	nn.Network
	nn.Loss
	Steps        int     // inner steps in meta-training
	Inner        nn.Rule // of the inner steps, such as nn.SGD{Rate: 0.01}; may be nil where there are none
	InnerPenalty bool    // the network's penalties are part of the inner loss (see [Training]); they see W·T and b·T
}

var _ Stepper = TNet{}

// mlp returns the network.
func (t TNet) mlp() nn.MLP {
	net, ok := t.Network.(nn.MLP)
	if !ok {
		panic(fmt.Sprintf("metakit: TNet: the network is %T; T goes between the layers of an nn.MLP, give one", t.Network))
	}
	return net
}

// Shapes implements [Learner]: those of the network, then "T1", "T2", ….
func (t TNet) Shapes() []autodiff.Shape {
	net := t.mlp()
	shapes := net.Shapes()
	for k, units := range net.Widths[1:] {
		shapes = append(shapes, autodiff.Shape{Name: fmt.Sprintf("T%d", k+1), Rows: units, Cols: units})
	}
	return shapes
}

// Init implements [Learner].
func (t TNet) Init(rng *rand.Rand) []float64 {
	net := t.mlp()
	meta := net.Init(rng)
	for _, units := range net.Widths[1:] {
		meta = appendIdentity(meta, units)
	}
	return meta
}

// TrainingSteps implements [Stepper].
func (t TNet) TrainingSteps() int { return t.Steps }

// Predict implements [Learner].
func (t TNet) Predict(trace *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	net := warped{t.mlp(), meta}
	d := Descent{Step: Follow(t.Inner), Penalty: t.InnerPenalty}
	path := d.Path(trace, meta.Slice(0, len(net.Shapes())), steps, SupportLoss(net, t.Loss, support))
	return Along(trace, net, path, queryX)
}

// warped is a network with the matrices T of meta after its layers: (h·W + b)·T = h·(W·T) + b·T.
type warped struct {
	nn.MLP
	meta autodiff.Params
}

// Apply implements [nn.Network].
func (w warped) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	names, values, layer := make([]string, theta.Len()), make([]autodiff.Value, theta.Len()), -1
	place := 0 // among the matrices of a layer, of which weights and bias come first
	for k, of := range w.LayerOf() {
		if of != layer {
			layer, place = of, 0
		}
		names[k], values[k] = theta.Name(k), theta.At(k)
		if place < 2 {
			values[k] = values[k].MatMul(w.meta.At(theta.Len() + of))
		}
		place++
	}
	return w.MLP.Apply(t, autodiff.ParamsOf(names, values), x)
}
