package sharing

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// CGC is customised gate control, a mixture of experts of which some are a task's own:
//
//	outputₜ = headₜ(Σₑ gₜ(x)ₑ hₑ(x))   over the experts of task t and the shared ones,   gₜ(x) = softmax(x·Wₜ + bₜ)
//
// It is [PLE] of one level, with the same names. A task alone has its own experts and the shared ones, its gate and its
// head. The paper's gates have no bias. [DSelectK] are gates that pick few experts, level1.task1.gate.z, ….
//
// Reference: Tang, Liu, Zhao, Gong. Progressive layered extraction (PLE): a novel multi-task learning (MTL) model for
// personalized recommendations. RecSys 2020.
type CGC struct {
	Inputs     int            // columns of the inputs
	Expert     []int          // the units of the layers of an expert
	Own        int            // experts of each task
	Shared     int            // shared experts
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of an expert too
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
	Gate       Gate           // of the tasks; nil is the softmax above
}

var _ mtlkit.Twinned = CGC{}

// Tasks implements [mtlkit.Model].
func (c CGC) Tasks() int { return len(c.Heads) }

// Shapes implements [mtlkit.Model].
func (c CGC) Shapes() []autodiff.Shape { return c.streams().parts().shapes() }

// Init implements [mtlkit.Model]: the experts are drawn first, then the gates, then the heads.
func (c CGC) Init(rng *rand.Rand) []float64 { return c.streams().parts().init(rng) }

// Apply implements [mtlkit.Model].
func (c CGC) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	return c.streams().apply(t, theta, x)
}

// Twin implements [mtlkit.Twinned].
func (c CGC) Twin(task int) (twin mtlkit.Model, from []string) {
	c.streams().twinOf(task)
	c.Heads = c.Heads[task : task+1]
	return c, twinNames(c, task)
}

// Resized implements [mtlkit.Resizable].
func (c CGC) Resized(factor float64) mtlkit.Model {
	r := resize("CGC", factor)
	c.Expert, c.Heads = r.layers(c.Expert), r.heads(c.Heads)
	return c
}

func (c CGC) streams() streams {
	return PLE{c.Inputs, oneLevel("CGC", c.Expert), c.Own, c.Shared, c.Heads, c.Activation, c.Weights,
		c.Gate}.streamsOf("CGC")
}
