package mtlkit

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/nn"
)

// HardSharing is one trunk for all tasks with a head of its own for each:
//
//	z = trunk(x),   outputᵢ = headᵢ(z)
//
// Every layer is dense; every layer but the last of a head is followed by the activation. Parameters are called
// trunk.W1, trunk.b1, …, head1.W1, head1.b1, …: the trunk is shared, a head belongs to its task.
//
// Reference: Caruana. Multitask learning. Machine Learning 28, 1997.
type HardSharing struct {
	Trunk      []int          // inputs, then the units of each shared layer, at least one
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
}

var _ Encoder = HardSharing{}

// Tasks implements [Model].
func (h HardSharing) Tasks() int { return len(h.Heads) }

// Shapes implements [Model].
func (h HardSharing) Shapes() []autodiff.Shape {
	shapes := named("trunk.", h.trunk())
	for i := range h.Heads {
		shapes = append(shapes, named(fmt.Sprintf("head%d.", i+1), h.head(i))...)
	}
	return shapes
}

// named returns the shapes of a network with a prefix before each name.
func named(prefix string, net nn.MLP) []autodiff.Shape {
	shapes := net.Shapes()
	for k := range shapes {
		shapes[k].Name = prefix + shapes[k].Name
	}
	return shapes
}

// Owners implements [Model].
func (h HardSharing) Owners() []int {
	var owners []int
	for range h.trunk().Shapes() {
		owners = append(owners, Shared)
	}
	for i := range h.Heads {
		for range h.head(i).Shapes() {
			owners = append(owners, i)
		}
	}
	return owners
}

// Init implements [Model]: the trunk is drawn first, then the heads in order.
func (h HardSharing) Init(rng *rand.Rand) []float64 {
	theta := h.trunk().Init(rng)
	for i := range h.Heads {
		theta = append(theta, h.head(i).Init(rng)...)
	}
	return theta
}

// Apply implements [Model].
func (h HardSharing) Apply(_ *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	z := make([]autodiff.Value, len(x))
	for i, v := range x {
		if k := slices.Index(x, v); k < i { // the same rows: one trunk, whose gradient is then computed once too
			z[i] = z[k]
			continue
		}
		layers := h.Encode(theta, v)
		z[i] = layers[len(layers)-1]
	}
	return h.Decode(theta, z)
}

// Encode implements [Encoder].
func (h HardSharing) Encode(theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	trunk := h.trunk()
	return trunk.Layers(theta.Slice(0, len(trunk.Shapes())), x)
}

// Decode implements [Encoder].
func (h HardSharing) Decode(theta autodiff.Params, z []autodiff.Value) []autodiff.Value {
	out := make([]autodiff.Value, len(z))
	at := len(h.trunk().Shapes())
	for i := range z {
		head := h.head(i)
		end := at + len(head.Shapes())
		out[i] = head.Apply(nil, theta.Slice(at, end), z[i])
		at = end
	}
	return out
}

func (h HardSharing) trunk() nn.MLP {
	if len(h.Trunk) < 2 {
		panic(fmt.Sprintf("mtlkit: HardSharing: Trunk is %v; it needs the number of inputs and the units of a layer",
			h.Trunk))
	}
	return nn.MLP{Widths: h.Trunk, Activation: h.Activation, Output: h.Activation, Weights: h.Weights}
}

func (h HardSharing) head(i int) nn.MLP {
	if len(h.Heads[i]) == 0 {
		panic(fmt.Sprintf("mtlkit: HardSharing: Heads[%d] is empty; it needs at least the width of the output", i))
	}
	widths := append([]int{h.Trunk[len(h.Trunk)-1]}, h.Heads[i]...)
	return nn.MLP{Widths: widths, Activation: h.Activation, Weights: h.Weights}
}
