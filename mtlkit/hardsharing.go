package mtlkit

import (
	"fmt"
	"math/rand/v2"

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
	shapes := h.trunk().shapes("trunk.")
	for i := range h.Heads {
		shapes = append(shapes, h.head(i).shapes(fmt.Sprintf("head%d.", i+1))...)
	}
	return shapes
}

// Owners implements [Model].
func (h HardSharing) Owners() []int {
	var owners []int
	for range h.trunk().matrices() {
		owners = append(owners, Shared)
	}
	for i := range h.Heads {
		for range h.head(i).matrices() {
			owners = append(owners, i)
		}
	}
	return owners
}

// Init implements [Model]: the trunk is drawn first, then the heads in order.
func (h HardSharing) Init(rng *rand.Rand) []float64 {
	theta := h.trunk().init(rng)
	for i := range h.Heads {
		theta = append(theta, h.head(i).init(rng)...)
	}
	return theta
}

// Apply implements [Model].
func (h HardSharing) Apply(theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	z := make([]autodiff.Value, len(x))
	for i, v := range x {
		layers := h.Encode(theta, v)
		z[i] = layers[len(layers)-1]
	}
	return h.Decode(theta, z)
}

// Encode implements [Encoder].
func (h HardSharing) Encode(theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	return h.trunk().apply(theta, x)
}

// Decode implements [Encoder].
func (h HardSharing) Decode(theta autodiff.Params, z []autodiff.Value) []autodiff.Value {
	out := make([]autodiff.Value, len(z))
	at := h.trunk().matrices()
	for i := range z {
		head := h.head(i)
		layers := head.apply(theta.Slice(at, at+head.matrices()), z[i])
		out[i] = layers[len(layers)-1]
		at += head.matrices()
	}
	return out
}

func (h HardSharing) trunk() stack {
	if len(h.Trunk) < 2 {
		panic(fmt.Sprintf("mtlkit: HardSharing: Trunk is %v; it needs the number of inputs and the units of a layer", h.Trunk))
	}
	return newStack(h.Trunk, h.Activation, h.Activation, h.Weights)
}

func (h HardSharing) head(i int) stack {
	if len(h.Heads[i]) == 0 {
		panic(fmt.Sprintf("mtlkit: HardSharing: Heads[%d] is empty; it needs at least the width of the output", i))
	}
	widths := append([]int{h.Trunk[len(h.Trunk)-1]}, h.Heads[i]...)
	return newStack(widths, h.Activation, nn.Linear, h.Weights)
}
