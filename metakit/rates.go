package metakit

import (
	"fmt"
	"math"

	"kindred/autodiff"
	"kindred/nn"
)

// RatesOf says what has a learned rate of its own.
type RatesOf int

// What has a learned rate of its own.
const (
	EveryParameter RatesOf = iota // each entry of each matrix
	EveryLayer                    // each layer of an [nn.Layered] network: its matrices share one
	TheNetwork                    // all parameters share one
)

func (r RatesOf) String() string {
	switch r {
	case EveryParameter:
		return "EveryParameter"
	case EveryLayer:
		return "EveryLayer"
	case TheNetwork:
		return "TheNetwork"
	}
	return fmt.Sprintf("RatesOf(%d)", int(r))
}

// shapes returns the shapes of the rates α for a network: of every parameter one matrix of rates for each of the
// network's, and as many again for each step after the first; else one matrix "alpha" with a row for each step and a
// column for each layer, or one column.
func (r RatesOf) shapes(what string, net nn.Network, steps int) []autodiff.Shape {
	switch r {
	case EveryParameter:
		var shapes []autodiff.Shape
		for k := range steps {
			for _, s := range net.Shapes() {
				s.Name = "alpha " + s.Name
				if k > 0 {
					s.Name = fmt.Sprintf("%s, step %d", s.Name, k+1)
				}
				shapes = append(shapes, s)
			}
		}
		return shapes
	case EveryLayer, TheNetwork:
		of := r.columns(what, net)
		if steps == 0 {
			return nil
		}
		return []autodiff.Shape{{Name: "alpha", Rows: steps, Cols: of[len(of)-1] + 1}}
	}
	panic(fmt.Sprintf("metakit: %s: Of is %v; it must be EveryParameter, EveryLayer or TheNetwork", what, r))
}

// columns returns the column of "alpha" that each matrix of the network has.
func (r RatesOf) columns(what string, net nn.Network) []int {
	if r == TheNetwork {
		return make([]int, len(net.Shapes()))
	}
	return layersOf(what, net)
}

// layersOf returns the number of the layer of each matrix of a network.
func layersOf(what string, net nn.Network) []int {
	layered, ok := net.(nn.Layered)
	if !ok {
		panic(fmt.Sprintf("metakit: %s: %T does not say which layer a parameter belongs to; give an nn.Layered network, "+
			"such as nn.MLP", what, net))
	}
	of := layered.LayerOf()
	if n := len(net.Shapes()); len(of) != n || n == 0 {
		panic(fmt.Sprintf("metakit: %s: LayerOf of %T has %d numbers for %d matrices", what, net, len(of), n))
	}
	return of
}

// follow returns θ − α∘∇L as the step of a [Descent]. Steps beyond the last that has rates of its own have its rates.
func (r RatesOf) follow(what string, net nn.Network, alpha autodiff.Params, steps int) func(int, autodiff.Params,
	autodiff.Params) autodiff.Params {
	return func(k int, theta, gradient autodiff.Params) autodiff.Params {
		if steps == 0 {
			panic("metakit: " + what + ": there is a step and no rates; PerStep with Steps 0 has none")
		}
		k = min(k, steps-1)
		if r == EveryParameter {
			return theta.Sub(alpha.Slice(k*theta.Len(), (k+1)*theta.Len()).Mul(gradient))
		}
		of, names, next := r.columns(what, net), make([]string, theta.Len()), make([]autodiff.Value, theta.Len())
		for i := range next {
			rate := alpha.At(0).Slice(k, k+1, of[i], of[i]+1)
			names[i], next[i] = theta.Name(i), theta.At(i).Sub(gradient.At(i).Mul(rate))
		}
		return autodiff.ParamsOf(names, next)
	}
}

// checkRate panics unless the first value of learned rates is finite.
func checkRate(what string, rate float64) {
	if math.IsNaN(rate) || math.IsInf(rate, 0) {
		panic(fmt.Sprintf("metakit: %s: Rate is %v; it must be finite", what, rate))
	}
}
