package sharing

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// OwnFirst is hard sharing the other way round: each task has first layers of its own, and the last ones are common,
//
//	zᵢ = trunkᵢ(x),   outputᵢ = head(zᵢ)
//
// as the formula f(x; W) = Wᵀσ(W₁ᵀx + b₁) + b reads where W is shared and W₁ is a task's own. All tasks have outputs of
// one width and, through the common last layer, of one scale; it suits tasks that ask the same of inputs that differ in
// kind.
//
// Every layer is dense; every layer but the last of the head is followed by the activation. Parameters are called
// trunk1.W1, trunk1.b1, …, trunk2.W1, …, head.W1, head.b1, …. A task alone has its trunk and the head.
type OwnFirst struct {
	Trunks     [][]int        // for each task the inputs, then the units of its own layers, the last alike for all
	Head       []int          // the units of the common layers; the last is the width of all outputs
	Activation nn.Activation  // of all hidden layers
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
}

var _ mtlkit.Twinned = OwnFirst{}

// Tasks implements [mtlkit.Model].
func (o OwnFirst) Tasks() int { return len(o.Trunks) }

// Shapes implements [mtlkit.Model].
func (o OwnFirst) Shapes() []autodiff.Shape { return o.parts().shapes() }

// Init implements [mtlkit.Model]: the trunks are drawn first, then the head.
func (o OwnFirst) Init(rng *rand.Rand) []float64 { return o.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (o OwnFirst) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := o.parts().bind("OwnFirst", t, theta, len(x), len(o.Trunks))
	out := make([]autodiff.Value, len(x))
	for task, v := range x {
		out[task] = b.apply("head", b.apply(trunkName(task), v))
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (o OwnFirst) Twin(task int) (twin mtlkit.Model, from []string) {
	p := o.parts()
	if task < 0 || task >= len(o.Trunks) {
		panic(fmt.Sprintf("sharing: OwnFirst.Twin: task %d of %d", task, len(o.Trunks)))
	}
	return HardSharing{Trunk: o.Trunks[task], Heads: [][]int{o.Head}, Activation: o.Activation, Weights: o.Weights},
		p.names(trunkName(task), "head")
}

// Resized implements [mtlkit.Resizable].
func (o OwnFirst) Resized(factor float64) mtlkit.Model {
	r := resize("OwnFirst", factor)
	trunks := make([][]int, len(o.Trunks))
	for i, widths := range o.Trunks {
		trunks[i] = r.trunk(widths)
	}
	o.Trunks, o.Head = trunks, r.head(o.Head)
	return o
}

func (o OwnFirst) parts() (p parts) {
	if len(o.Head) == 0 {
		panic("sharing: OwnFirst: Head is empty; it needs at least the width of the outputs")
	}
	if len(o.Trunks) == 0 {
		panic("sharing: OwnFirst: Trunks is empty; it needs the inputs and the units of each task's own layers")
	}
	for i, widths := range o.Trunks {
		if len(widths) < 2 {
			panic(fmt.Sprintf("sharing: OwnFirst: Trunks[%d] is %v; it needs the number of inputs and the units of a "+
				"layer", i, widths))
		}
		if last(widths) != last(o.Trunks[0]) {
			panic(fmt.Sprintf("sharing: OwnFirst: Trunks[%d] ends in %d units, Trunks[0] in %d; the head reads as many "+
				"of each", i, last(widths), last(o.Trunks[0])))
		}
		net := nn.MLP{Widths: widths, Activation: o.Activation, Output: o.Activation, Weights: o.Weights}
		p = append(p, part{trunkName(i), net})
	}
	widths := append([]int{last(o.Trunks[0])}, o.Head...)
	return append(p, part{"head", nn.MLP{Widths: widths, Activation: o.Activation, Weights: o.Weights}})
}

func trunkName(task int) string { return fmt.Sprintf("trunk%d", task+1) }
