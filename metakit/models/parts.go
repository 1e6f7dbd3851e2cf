package models

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// parts are the networks of a learner that has several, in the order of its meta-parameters.
type parts []part

// A part is a network with the name that precedes those of its parameters, and a dot.
type part struct {
	name    string
	network nn.Network
}

// check panics if a learner lacks one of its networks.
func (p parts) check(learner string) parts {
	for _, part := range p {
		if part.network == nil {
			panic(fmt.Sprintf("models: %s: the %s is nil; give a network, such as nn.MLP{Widths: []int{2, 40, 40}}", learner,
				part.name))
		}
	}
	return p
}

func (p parts) shapes() (shapes []autodiff.Shape) {
	for _, part := range p {
		for _, s := range part.network.Shapes() {
			s.Name = part.name + "." + s.Name
			shapes = append(shapes, s)
		}
	}
	return shapes
}

func (p parts) init(rng *rand.Rand) (meta []float64) {
	for _, part := range p {
		meta = append(meta, part.network.Init(rng)...)
	}
	return meta
}

// of returns the parameters of each part.
func (p parts) of(meta autodiff.Params) []autodiff.Params {
	all, at := make([]autodiff.Params, len(p)), 0
	for k, part := range p {
		end := at + len(part.network.Shapes())
		all[k] = meta.Slice(at, end)
		at = end
	}
	return all
}
