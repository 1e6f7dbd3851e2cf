package mtlkit

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A stack is a sequence of dense layers, from which architectures are built. It may be empty.
type stack []nn.MLP

// newStack returns the layers between the given widths, with an activation after each of them and another after the
// last.
func newStack(widths []int, each, last nn.Activation, weights nn.Initializer) stack {
	var s stack
	for k := 1; k < len(widths); k++ {
		activation := each
		if k == len(widths)-1 {
			activation = last
		}
		s = append(s, nn.MLP{Widths: widths[k-1 : k+1], Output: activation, Weights: weights})
	}
	return s
}

// shapes returns the parameters W1, b1, W2, …, each with the prefix before its name.
func (s stack) shapes(prefix string) []autodiff.Shape {
	var shapes []autodiff.Shape
	for k, layer := range s {
		for _, shape := range layer.Shapes() {
			shape.Name = fmt.Sprintf("%s%s%d", prefix, shape.Name[:1], k+1)
			shapes = append(shapes, shape)
		}
	}
	return shapes
}

func (s stack) init(rng *rand.Rand) []float64 {
	var theta []float64
	for _, layer := range s {
		theta = append(theta, layer.Init(rng)...)
	}
	return theta
}

// matrices returns how many matrices the parameters are.
func (s stack) matrices() int { return 2 * len(s) }

// apply returns the output of each layer.
func (s stack) apply(theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	out := make([]autodiff.Value, len(s))
	for k, layer := range s {
		x = layer.Apply(theta.Slice(2*k, 2*k+2), x)
		out[k] = x
	}
	return out
}
