package nn

import (
	"fmt"
	"maps"
	"slices"

	"kindred/autodiff"
)

// An Activation names a function applied to every entry of a layer's output. The zero value is the identity.
type Activation string

// The activations. Their derivatives at kinks are those of package autodiff.
const (
	Linear    Activation = ""           // v
	ReLU      Activation = "relu"       // max(v, 0)
	LeakyReLU Activation = "leaky relu" // v for v > 0, 0.01·v elsewhere (Maas, Hannun, Ng 2013)
	GELU      Activation = "gelu"       // v·Φ(v) (Hendrycks and Gimpel 2016, arXiv:1606.08415)
	Tanh      Activation = "tanh"       // (eᵛ − e⁻ᵛ)/(eᵛ + e⁻ᵛ)
	Sigmoid   Activation = "sigmoid"    // 1/(1 + e⁻ᵛ)
	Softplus  Activation = "softplus"   // log(1 + eᵛ)
	Sin       Activation = "sin"        // sin v
)

var activations = map[Activation]func(autodiff.Value) autodiff.Value{
	Linear:    func(v autodiff.Value) autodiff.Value { return v },
	ReLU:      autodiff.Value.ReLU,
	LeakyReLU: func(v autodiff.Value) autodiff.Value { return v.LeakyReLU(0.01) },
	GELU:      autodiff.Value.GELU,
	Tanh:      autodiff.Value.Tanh,
	Sigmoid:   autodiff.Value.Sigmoid,
	Softplus:  autodiff.Value.Softplus,
	Sin:       autodiff.Value.Sin,
}

// Activations lists all activations by name.
func Activations() []Activation { return slices.Sorted(maps.Keys(activations)) }

// Apply returns the activation of every entry of v. It panics if a does not name one.
func (a Activation) Apply(v autodiff.Value) autodiff.Value {
	f, ok := activations[a]
	if !ok {
		panic(fmt.Sprintf("nn: no activation is called %q; there are %q", string(a), Activations()))
	}
	return f(v)
}
