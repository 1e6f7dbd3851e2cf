package sharing

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// PLE is progressive layered extraction: a stream z₁ … z_T for each task and a shared one z_S, all x at first. In each
// level a stream's experts read it, and
//
//	zₜ ← Σₑ gₜ(zₜ)ₑ hₑ   over the experts of task t and the shared ones,
//	z_S ← Σₑ g_S(z_S)ₑ hₑ   over all experts (not in the last level),
//
// where g(z) = softmax(z·W + b); outputₜ = headₜ(zₜ). One level is [CGC].
//
// Parameters are called level1.task1.expert1.W1, …, level1.shared.expert1.W1, …, those of a gate after the streams that
// it mixes, level1.task1.gate.task1.W1, level1.task1.gate.shared.W1, …, and head1.W1, …. The gates are shown, rows ×
// experts, as level1.task1.gate, … and level1.shared.gate: the experts of the tasks in order, then the shared ones. A
// task alone is this network of one task: its experts and the shared ones with its part of the gates.
//
// With a Gate such as [DSelectK] that of a task is in one piece, level1.task1.gate.z, …; the gate of the shared stream,
// which in a task alone has fewer experts to mix, remains a softmax.
//
// The paper's gates have no bias; those of the code beside AdaTT have. LibMTL's PLE has no shared stream: the shared
// experts read each task's own one.
//
// Reference: Tang, Liu, Zhao, Gong. Progressive layered extraction (PLE): a novel multi-task learning (MTL) model for
// personalized recommendations. RecSys 2020.
type PLE struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of an expert, for each level; the paper has two levels
	Own        int            // experts of each task, in each level
	Shared     int            // shared experts, in each level
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of an expert too
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
	Gate       Gate           // of the tasks; nil is the softmax above
}

var _ mtlkit.Twinned = PLE{}

// Tasks implements [mtlkit.Model].
func (p PLE) Tasks() int { return len(p.Heads) }

// Shapes implements [mtlkit.Model].
func (p PLE) Shapes() []autodiff.Shape { return p.streams().parts().shapes() }

// Init implements [mtlkit.Model]: level by level the experts are drawn first, then the gates; the heads are last.
func (p PLE) Init(rng *rand.Rand) []float64 { return p.streams().parts().init(rng) }

// Apply implements [mtlkit.Model].
func (p PLE) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	return p.streams().apply(t, theta, x)
}

// Twin implements [mtlkit.Twinned].
func (p PLE) Twin(task int) (twin mtlkit.Model, from []string) {
	p.streams().twinOf(task)
	p.Heads = p.Heads[task : task+1]
	return p, twinNames(p, task)
}

// Resized implements [mtlkit.Resizable].
func (p PLE) Resized(factor float64) mtlkit.Model {
	r := resize("PLE", factor)
	p.Levels, p.Heads = r.levels(p.Levels), r.heads(p.Heads)
	return p
}

func (p PLE) streams() streams { return p.streamsOf("PLE") }

func (p PLE) streamsOf(name string) streams {
	s := stack{name, p.Inputs, p.Levels, p.Heads, p.Activation, p.Weights}.checked()
	s.count("Own", p.Own)
	s.count("Shared", p.Shared)
	return streams{stack: s, own: p.Own, shared: p.Shared, gates: p.Gate}
}
