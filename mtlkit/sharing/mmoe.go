package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// MMoE is a mixture of experts, which all tasks share, with a gate for each task:
//
//	outputₜ = headₜ(Σₑ gₜ(x)ₑ expertₑ(x)),   gₜ(x) = softmax(x·Wₜ + bₜ)
//
// With several levels, which the paper has not, expert e of the next level reads such a sum of this level's experts, by
// a gate of its own; all gates read x.
//
// Parameters are called level1.expert1.W1, …, level1.gate1.W1, … (gate e of a level is for expert e of the next), at
// the last level level1.task1.gate.W1, …, and head1.W1, …. The gates are shown, rows × experts, as level1.gate1 and
// level1.task1.gate. A task alone has all experts, its gate and its head. [DSelectK] are gates that pick few experts.
//
// The paper's synthetic tasks have 8 experts of one layer of 16 units, and towers of one layer of 8. Its gates have no
// bias; that of the code beside AdaTT, after which several levels work, and most others have. LibMTL's gates read the
// inputs flattened.
//
// Reference: Ma, Zhao, Yi, Chen, Hong, Chi. Modeling task relationships in multi-task learning with multi-gate
// mixture-of-experts. KDD 2018.
type MMoE struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of an expert, for each level
	Experts    int            // of each level
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of an expert too
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
	Gate       Gate           // nil is the softmax above
}

var _ mtlkit.Twinned = MMoE{}

// Tasks implements [mtlkit.Model].
func (m MMoE) Tasks() int { return len(m.Heads) }

// Shapes implements [mtlkit.Model].
func (m MMoE) Shapes() []autodiff.Shape { return m.parts().shapes() }

// Init implements [mtlkit.Model]: level by level the experts are drawn first, then the gates; the heads are last.
func (m MMoE) Init(rng *rand.Rand) []float64 { return m.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (m MMoE) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := m.parts().bind("MMoE", t, theta, len(x), len(m.Heads))
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		in := x[tasks[0]]
		z := slices.Repeat([]autodiff.Value{in}, m.Experts) // what each expert reads
		for l := range m.Levels {
			h := make([]autodiff.Value, m.Experts)
			for e := range h {
				h[e] = b.apply(m.expertName(l, e), z[e])
			}
			mixed := func(gate string) autodiff.Value {
				return mix(b.gated(gate, in, m.Experts, true), h)
			}
			if l < len(m.Levels)-1 {
				for e := range z {
					z[e] = mixed(m.innerGate(l, e))
				}
				continue
			}
			for _, task := range tasks {
				out[task] = b.apply(headName(task), mixed(m.taskGate(task)))
			}
		}
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (m MMoE) Twin(task int) (twin mtlkit.Model, from []string) {
	m.stack().twinOf(task)
	m.Heads = m.Heads[task : task+1]
	return m, twinNames(m, task)
}

// Resized implements [mtlkit.Resizable].
func (m MMoE) Resized(factor float64) mtlkit.Model {
	r := resize("MMoE", factor)
	m.Levels, m.Heads = r.levels(m.Levels), r.heads(m.Heads)
	return m
}

func (m MMoE) stack() stack {
	s := stack{"MMoE", m.Inputs, m.Levels, m.Heads, m.Activation, m.Weights}.checked()
	s.count("Experts", m.Experts)
	return s
}

func (m MMoE) parts() (p parts) {
	s := m.stack()
	gate := gateOf(m.Gate, m.Inputs, m.Experts, m.Weights)
	for l := range m.Levels {
		for e := range m.Experts {
			p = append(p, part{m.expertName(l, e), s.expert(l)})
		}
		if l < len(m.Levels)-1 {
			for e := range m.Experts {
				p = append(p, part{m.innerGate(l, e), gate})
			}
		}
	}
	for task := range m.Heads {
		p = append(p, part{m.taskGate(task), gate})
	}
	return append(p, s.headParts()...)
}

func (m MMoE) expertName(l, e int) string { return fmt.Sprintf("level%d.expert%d", l+1, e+1) }
func (m MMoE) innerGate(l, e int) string  { return fmt.Sprintf("level%d.gate%d", l+1, e+1) }
func (m MMoE) taskGate(task int) string {
	return fmt.Sprintf("level%d.%s.gate", len(m.Levels), taskName(task))
}
