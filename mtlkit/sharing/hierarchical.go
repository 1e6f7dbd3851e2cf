package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// Hierarchical is a trunk that the tasks leave at different depths, the simple ones early:
//
//	z₀ = x,   z_l = layer_l(z_{l−1}),   outputₜ = headₜ(z_{dₜ})
//
// with dₜ = Depths[t]. A layer is shared by the tasks that leave after it. Parameters are called trunk.W1, trunk.b1, …,
// head1.W1, head1.b1, …, as those of [HardSharing], which it is if all leave after the last layer. A task alone has the
// trunk up to its depth, and its head.
//
// The paper tags words with recurrent layers, parts of speech after the first of three, and draws a task at random in
// each step; it hands on no predictions to later layers, as Hashimoto 2017 (arXiv:1611.01587) does.
//
// Reference: Søgaard, Goldberg. Deep multi-task learning with low level tasks supervised at lower layers. ACL 2016.
type Hierarchical struct {
	Trunk      []int          // inputs, then the units of each layer, at least one
	Depths     []int          // for each task how many layers of the trunk it sees, from 1; the largest is all
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
}

var _ mtlkit.Twinned = Hierarchical{}

// Tasks implements [mtlkit.Model].
func (h Hierarchical) Tasks() int { return len(h.Heads) }

// Shapes implements [mtlkit.Model].
func (h Hierarchical) Shapes() []autodiff.Shape { return h.parts().shapes() }

// Init implements [mtlkit.Model]: the trunk is drawn first, then the heads.
func (h Hierarchical) Init(rng *rand.Rand) []float64 { return h.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (h Hierarchical) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := h.parts().bind("Hierarchical", t, theta, len(x), len(h.Heads))
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		z := h.trunk(len(h.Trunk)-1).Layers(t.Scope("trunk"), b.theta["trunk"], x[tasks[0]])
		for _, task := range tasks {
			out[task] = b.apply(headName(task), z[h.Depths[task]-1])
		}
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (h Hierarchical) Twin(task int) (twin mtlkit.Model, from []string) {
	p := h.parts()
	if task < 0 || task >= len(h.Heads) {
		panic(fmt.Sprintf("sharing: Hierarchical.Twin: task %d of %d", task, len(h.Heads)))
	}
	depth := h.Depths[task]
	return HardSharing{Trunk: h.Trunk[:depth+1], Heads: h.Heads[task : task+1], Activation: h.Activation,
		Weights: h.Weights}, append(p.names("trunk")[:2*depth], p.names(headName(task))...)
}

// Resized implements [mtlkit.Resizable].
func (h Hierarchical) Resized(factor float64) mtlkit.Model {
	r := resize("Hierarchical", factor)
	h.Trunk, h.Heads = r.trunk(h.Trunk), r.heads(h.Heads)
	return h
}

// trunk returns the first layers of the trunk.
func (h Hierarchical) trunk(depth int) nn.MLP {
	return nn.MLP{Widths: h.Trunk[:depth+1], Activation: h.Activation, Output: h.Activation, Weights: h.Weights}
}

func (h Hierarchical) parts() (p parts) {
	layers := len(h.Trunk) - 1
	if layers < 1 {
		panic(fmt.Sprintf("sharing: Hierarchical: Trunk is %v; it needs the number of inputs and the units of a layer",
			h.Trunk))
	}
	if len(h.Depths) != len(h.Heads) || len(h.Heads) == 0 {
		panic(fmt.Sprintf("sharing: Hierarchical: %d Depths for %d Heads; each task has one of both",
			len(h.Depths), len(h.Heads)))
	}
	for i, d := range h.Depths {
		if d < 1 || d > layers {
			panic(fmt.Sprintf("sharing: Hierarchical: Depths[%d] is %d; the trunk has layers 1 to %d", i, d, layers))
		}
	}
	if deepest := slices.Max(h.Depths); deepest < layers {
		panic(fmt.Sprintf("sharing: Hierarchical: no task sees more than %d layers of the trunk's %d; leave out the "+
			"rest", deepest, layers))
	}
	p = parts{{"trunk", h.trunk(layers)}}
	for i, units := range h.Heads {
		if len(units) == 0 {
			panic(fmt.Sprintf("sharing: Hierarchical: Heads[%d] is empty; it needs at least the width of the output", i))
		}
		widths := append([]int{h.Trunk[h.Depths[i]]}, units...)
		p = append(p, part{headName(i), nn.MLP{Widths: widths, Activation: h.Activation, Weights: h.Weights}})
	}
	return p
}
