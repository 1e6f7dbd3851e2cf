package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// HardSharing is one trunk for all tasks with a head of its own for each:
//
//	z = trunk(x),   outputᵢ = headᵢ(z)
//
// Every layer is dense; every layer but the last of a head is hidden: it has the norm, if there is one, then the
// activation, then the dropout. Parameters are called trunk.W1, trunk.b1, …, head1.W1, head1.b1, …, and with a norm
// trunk.norm1.gain and so on: the trunk is shared, a head belongs to its task. A task alone has the trunk and its head.
//
// Tasks that share their inputs have the same units of the trunk dropped. Of tasks with rows of their own, batch
// normalisation takes the rows of each by themselves (see [nn.BatchNorm]).
//
// Reference: Caruana. Multitask learning. Machine Learning 28, 1997.
type HardSharing struct {
	Trunk      []int          // inputs, then the units of each shared layer, at least one
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
	Norm       nn.Norm        // of all hidden layers, such as nn.NewBatchNorm(1); nil is none
	Dropout    float64        // rate at which hidden units are dropped in training
}

var (
	_ mtlkit.Encoder = HardSharing{}
	_ mtlkit.Twinned = HardSharing{}
)

// Tasks implements [mtlkit.Model].
func (h HardSharing) Tasks() int { return len(h.Heads) }

// Shapes implements [mtlkit.Model].
func (h HardSharing) Shapes() []autodiff.Shape {
	shapes := named("trunk.", h.trunk())
	for i := range h.Heads {
		shapes = append(shapes, named(fmt.Sprintf("head%d.", i+1), h.head(i))...)
	}
	return shapes
}

// Init implements [mtlkit.Model]: the trunk is drawn first, then the heads in order.
func (h HardSharing) Init(rng *rand.Rand) []float64 {
	theta := h.trunk().Init(rng)
	for i := range h.Heads {
		theta = append(theta, h.head(i).Init(rng)...)
	}
	return theta
}

// Apply implements [mtlkit.Model].
func (h HardSharing) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	z := make([]autodiff.Value, len(x))
	for i, v := range x {
		if k := slices.Index(x, v); k < i { // the same rows: one trunk, whose gradient is then computed once too
			z[i] = z[k]
			continue
		}
		layers := h.Encode(t, theta, v)
		z[i] = layers[len(layers)-1]
	}
	return h.Decode(t, theta, z)
}

// Encode implements [mtlkit.Encoder].
func (h HardSharing) Encode(t *nn.Trace, theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	h.check(theta)
	trunk := h.trunk()
	return trunk.Layers(t.Scope("trunk"), theta.Slice(0, len(trunk.Shapes())), x)
}

// Decode implements [mtlkit.Encoder].
func (h HardSharing) Decode(t *nn.Trace, theta autodiff.Params, z []autodiff.Value) []autodiff.Value {
	h.check(theta)
	if len(z) != len(h.Heads) {
		panic(fmt.Sprintf("sharing: HardSharing: %d inputs for %d heads", len(z), len(h.Heads)))
	}
	out := make([]autodiff.Value, len(z))
	at := len(h.trunk().Shapes())
	for i := range z {
		head := h.head(i)
		end := at + len(head.Shapes())
		out[i] = head.Apply(t.Scope(headName(i)), theta.Slice(at, end), z[i])
		at = end
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (h HardSharing) Twin(task int) (twin mtlkit.Model, from []string) {
	if task < 0 || task >= len(h.Heads) {
		panic(fmt.Sprintf("sharing: HardSharing.Twin: task %d of %d", task, len(h.Heads)))
	}
	for _, s := range named("trunk.", h.trunk()) {
		from = append(from, s.Name)
	}
	for _, s := range named(fmt.Sprintf("head%d.", task+1), h.head(task)) {
		from = append(from, s.Name)
	}
	h.Heads = h.Heads[task : task+1]
	return h, from
}

// Resized implements [mtlkit.Resizable].
func (h HardSharing) Resized(factor float64) mtlkit.Model {
	r := resize("HardSharing", factor)
	h.Trunk, h.Heads = r.trunk(h.Trunk), r.heads(h.Heads)
	return h
}

// check panics unless theta are the parameters of the network.
func (h HardSharing) check(theta autodiff.Params) {
	if n := len(h.Shapes()); theta.Len() != n {
		panic(fmt.Sprintf("sharing: HardSharing: %d matrices of parameters, want %d", theta.Len(), n))
	}
}

func (h HardSharing) trunk() nn.MLP {
	if len(h.Trunk) < 2 {
		panic(fmt.Sprintf("sharing: HardSharing: Trunk is %v; it needs the number of inputs and the units of a layer",
			h.Trunk))
	}
	return nn.MLP{Widths: h.Trunk, Activation: h.Activation, Output: h.Activation, Weights: h.Weights, Norm: h.Norm,
		Dropout: h.Dropout, Hidden: true}
}

func (h HardSharing) head(i int) nn.MLP {
	if len(h.Heads[i]) == 0 {
		panic(fmt.Sprintf("sharing: HardSharing: Heads[%d] is empty; it needs at least the width of the output", i))
	}
	widths := append([]int{h.Trunk[len(h.Trunk)-1]}, h.Heads[i]...)
	return nn.MLP{Widths: widths, Activation: h.Activation, Weights: h.Weights, Norm: h.Norm, Dropout: h.Dropout}
}

// named returns the shapes of a network with a prefix before each name.
func named(prefix string, net nn.Network) []autodiff.Shape {
	shapes := net.Shapes()
	for k := range shapes {
		shapes[k].Name = prefix + shapes[k].Name
	}
	return shapes
}
