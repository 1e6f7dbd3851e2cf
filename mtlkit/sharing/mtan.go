package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// MTAN is a multi-task attention network: one trunk, from whose levels each task takes what its own masks let through.
// uₗ is what the first layer of level l makes, pₗ what the last one makes, both the same in a level of one layer, and
// for each task t, from level to level,
//
//	aₗ = sigmoid(hₗ(gₗ([uₗ; fₗ(âₗ₋₁)]))),   âₗ = aₗ ∘ pₗ,   outputₜ = headₜ(â_L)
//
// with g₁ of u₁ alone. f, g and h are dense layers, f and g with the activation: f belongs to all tasks and has the
// units of uₗ, g, with as many, and h, with those of pₗ, are a task's own. The masks, rows × units in (0, 1), are
// shown.
//
// Parameters are called trunk.W1, trunk.b1, …, pass2.W1, … (f, by level), task1.attention1.W1 and .b1 (g of level 1),
// .W2 and .b2 (h), …, head1.W1, …. A task alone has the trunk, f, its masks and its head.
//
// The paper's are convolutions, in blocks of a SegNet or a wide residual network. This is their form at a single pixel:
// g and h, which are 1×1 convolutions there, become dense as they are; f, 3×3 with pooling, which brings the features
// to the size of the next block, becomes the layer that brings them to its width; the decoder of an image has nothing
// to answer to. Batch normalisation, after each of them in the authors' code, is left out, so that a row does not
// depend on others: masks begin around ½. LibMTL's, on ResNets, takes for uₗ all but the last block of a level.
//
// Reference: Liu, Johns, Davison. End-to-end multi-task learning with attention. CVPR 2019, arXiv:1803.10704; the code
// is github.com/lorenmt/mtan.
type MTAN struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of the trunk, for each level; each has a mask of each task
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers but the masks, which are sigmoids; the paper's is nn.ReLU
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
}

var (
	_ mtlkit.Twinned   = MTAN{}
	_ mtlkit.Resizable = MTAN{}
)

// Tasks implements [mtlkit.Model].
func (m MTAN) Tasks() int { return len(m.Heads) }

// Shapes implements [mtlkit.Model].
func (m MTAN) Shapes() []autodiff.Shape { return m.parts().shapes() }

// Init implements [mtlkit.Model]: the trunk is drawn first, then f, then the masks task by task, then the heads.
func (m MTAN) Init(rng *rand.Rand) []float64 { return m.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (m MTAN) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := m.parts().bind("MTAN", t, theta, len(x), len(m.Heads))
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		layers := m.trunk().Layers(t.Scope("trunk"), b.theta["trunk"], x[tasks[0]])
		for _, task := range tasks {
			var passed autodiff.Value
			first := 0
			for l, units := range m.Levels {
				u, p := layers[first], layers[first+len(units)-1]
				first += len(units)
				if l > 0 {
					u = autodiff.ConcatCols(u, b.apply(passName(l), passed))
				}
				mask := b.apply(attentionName(task, l), u)
				t.Show(fmt.Sprintf("%s.mask%d", taskName(task), l+1), mask)
				passed = mask.Mul(p)
			}
			out[task] = b.apply(headName(task), passed)
		}
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (m MTAN) Twin(task int) (twin mtlkit.Model, from []string) {
	m.stack().twinOf(task)
	m.Heads = m.Heads[task : task+1]
	return m, twinNames(m, task)
}

// Resized implements [mtlkit.Resizable].
func (m MTAN) Resized(factor float64) mtlkit.Model {
	r := resize("MTAN", factor)
	m.Levels, m.Heads = r.levels(m.Levels), r.heads(m.Heads)
	return m
}

func (m MTAN) stack() stack {
	return stack{"MTAN", m.Inputs, m.Levels, m.Heads, m.Activation, m.Weights}.checked()
}

func (m MTAN) trunk() nn.MLP {
	return nn.MLP{Widths: append([]int{m.Inputs}, slices.Concat(m.Levels...)...), Activation: m.Activation,
		Output: m.Activation, Weights: m.Weights}
}

func (m MTAN) parts() (p parts) {
	s := m.stack()
	p = parts{{"trunk", m.trunk()}}
	for l := 1; l < len(m.Levels); l++ {
		p = append(p, part{passName(l), nn.MLP{Widths: []int{s.columns(l), m.Levels[l][0]}, Output: m.Activation,
			Weights: m.Weights}})
	}
	for task := range m.Heads {
		for l, units := range m.Levels {
			reads := units[0]
			if l > 0 {
				reads *= 2
			}
			p = append(p, part{attentionName(task, l), nn.MLP{Widths: []int{reads, units[0], last(units)},
				Activation: m.Activation, Output: nn.Sigmoid, Weights: m.Weights}})
		}
	}
	return append(p, s.headParts()...)
}

func passName(l int) string            { return fmt.Sprintf("pass%d", l+1) }
func attentionName(task, l int) string { return fmt.Sprintf("%s.attention%d", taskName(task), l+1) }
