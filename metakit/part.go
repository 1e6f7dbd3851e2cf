package metakit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// A Part of a network's layers is what adapts to a task; the other parameters are shared by all tasks, and learned. A
// network that says nothing of layers, which is not an [nn.Layered], has no parts.
type Part string

// What can adapt.
const (
	Everything Part = ""     // all parameters
	Head       Part = "head" // those of the last layer
	Body       Part = "body" // those of all layers but the last
)

// of tells which of a network's parameters a part has. It panics if there are none, or if the network does not say.
func (p Part) of(what string, net nn.Network) members {
	if p == Everything {
		return nil
	}
	if p != Head && p != Body {
		panic(fmt.Sprintf("metakit: %s: Adapts is %q; it must be Everything, Head or Body", what, string(p)))
	}
	checkNetwork(what, net)
	layered, ok := net.(nn.Layered)
	if !ok {
		panic(fmt.Sprintf("metakit: %s: Adapts is %q, and %T does not say which of its parameters are of the last layer; "+
			"let it implement nn.Layered, or adapt Everything", what, string(p), net))
	}
	layers := layered.LayerOf()
	if n := len(net.Shapes()); len(layers) != n || n == 0 {
		panic(fmt.Sprintf("metakit: %s: %T names the layers of %d parameters and has %d; there must be a layer for each",
			what, net, len(layers), n))
	}
	last := layers[len(layers)-1]
	if p == Body && layers[0] == last {
		panic(fmt.Sprintf("metakit: %s: Adapts is %q, and %T has one layer, which is its head", what, string(p), net))
	}
	all := make(members, len(layers))
	for k, layer := range layers {
		all[k] = (layer == last) == (p == Head)
	}
	return all
}

// Members tells for each parameter of a network whether it adapts; nil is all of them.
type members []bool

// pick returns those that adapt.
func (m members) pick(theta autodiff.Params) autodiff.Params {
	if m == nil {
		return theta
	}
	var names []string
	var values []autodiff.Value
	for k, adapts := range m {
		if adapts {
			names, values = append(names, theta.Name(k)), append(values, theta.At(k))
		}
	}
	return autodiff.ParamsOf(names, values)
}

// put returns theta with what was adapted in its place.
func (m members) put(theta, adapted autodiff.Params) autodiff.Params {
	if m == nil {
		return adapted
	}
	next := 0
	names, values := make([]string, len(m)), make([]autodiff.Value, len(m))
	for k, adapts := range m {
		names[k], values[k] = theta.Name(k), theta.At(k)
		if adapts {
			values[k] = adapted.At(next)
			next++
		}
	}
	return autodiff.ParamsOf(names, values)
}
