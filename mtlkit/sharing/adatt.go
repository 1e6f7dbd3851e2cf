package sharing

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// AdaTT fuses task to task: a stream z₁ … z_T for each task, all x at first. In each level a stream's own experts read
// it, its gate mixes the experts of all streams, and its own experts are added once more:
//
//	zₜ ← Σₑ gₜ(zₜ)ₑ hₑ + Σ_{e own} vₜₑ hₑ,   gₜ(z) = softmax(z·Wₜ + bₜ)
//
// and outputₜ = headₜ(zₜ). If every stream has a single expert, v is 1; else it is learned, and not normalised. With
// Shared experts there is one more stream, which no head reads: it has a gate as the others have, but for the last
// level.
//
// Parameters are called level1.task1.expert1.W1, …, level1.shared.expert1.W1, …, those of a gate after the streams that
// it mixes, level1.task1.gate.task2.W1, …, v level1.task1.own, and head1.W1, …. The gates are shown, rows × experts, as
// level1.task1.gate, …: the experts of the tasks in order, then the shared ones. A task alone is this network of one
// task, with its part of the gates.
//
// The authors' code draws v from U(−1/√n, 1/√n) for n experts, as here.
//
// Reference: Li, Zhang, Yuan, Gao, Zhang, Yang, Liu, Yang. AdaTT: adaptive task-to-task fusion network for multitask
// learning in recommendations. KDD 2023, arXiv:2304.04959; the code is github.com/facebookresearch/AdaTT.
type AdaTT struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of an expert, for each level
	Own        int            // experts of each task, in each level
	Shared     int            // shared experts, in each level; 0 is the paper's AdaTT-sp
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of an expert too
	Weights    nn.Initializer // of the matrices of layers and gates; nil is GlorotUniform. Biases start at 0.
}

var _ mtlkit.Twinned = AdaTT{}

// Tasks implements [mtlkit.Model].
func (a AdaTT) Tasks() int { return len(a.Heads) }

// Shapes implements [mtlkit.Model].
func (a AdaTT) Shapes() []autodiff.Shape { return a.streams().parts().shapes() }

// Init implements [mtlkit.Model]: level by level the experts are drawn first, then the gates; the heads are last.
func (a AdaTT) Init(rng *rand.Rand) []float64 { return a.streams().parts().init(rng) }

// Apply implements [mtlkit.Model].
func (a AdaTT) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	return a.streams().apply(t, theta, x)
}

// Twin implements [mtlkit.Twinned].
func (a AdaTT) Twin(task int) (twin mtlkit.Model, from []string) {
	a.streams().twinOf(task)
	a.Heads = a.Heads[task : task+1]
	return a, twinNames(a, task)
}

// Resized implements [mtlkit.Resizable].
func (a AdaTT) Resized(factor float64) mtlkit.Model {
	r := resize("AdaTT", factor)
	a.Levels, a.Heads = r.levels(a.Levels), r.heads(a.Heads)
	return a
}

func (a AdaTT) streams() streams {
	s := stack{"AdaTT", a.Inputs, a.Levels, a.Heads, a.Activation, a.Weights}.checked()
	s.count("Own", a.Own)
	if a.Shared < 0 {
		panic(fmt.Sprintf("sharing: AdaTT: Shared is %d; it must not be negative, and 0 is none", a.Shared))
	}
	return streams{stack: s, own: a.Own, shared: a.Shared, all: true, residual: true}
}
