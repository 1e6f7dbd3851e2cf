package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// Branching learns where the tasks part: levels of nodes, each of dense layers, of which every node but those of the
// first level chooses one parent in the level before, and every task one leaf of the last level. While it is trained
// the choice is soft and random, so that it has a derivative, a Gumbel softmax of the logits a of child j,
//
//	z_{l,j} = node_{l,j}(Σᵢ dⱼᵢ z_{l−1,i}),   dⱼ = softmax((aⱼ + g)/τ),   g = −log(−log u), u from U(0, 1),
//
// with u drawn anew in each step, for all rows alike, and a [Temperature] τ that falls: at a high one all parents are
// mixed, at a low one dⱼ is a draw of one parent, i with probability softmax(aⱼ)ᵢ. In evaluation there is no noise, and
// each child has the parent with the largest logit, the first of equal ones. Once τ is low the two agree, but for the
// draw.
//
// When it is annealed, Branching.Tree gives the [Tree] of these choices with the parameters of its nodes, another model
// with the same outputs in evaluation, to be trained on. It is a tree that works, and no verdict on which tasks are
// related: where several do, other seeds find other ones.
//
// Parameters are called level1.node1.W1, …, level2.parents, nodes × nodes of the level before, …, head1.leaf, 1 × nodes
// of the last level, and head1.W1, …; logits start at 0, and there are none where there is but one parent. Choices d
// are shown as level2.parents and head1.leaf. A task alone has one node of each level, for task t (from 0) of n that of
// number t modulo n, and its head.
//
// In LibMTL's code, which is not the authors', there is a node for each task in each level, and task t reads leaf t;
// draws are made hard, and their gradients are those of the soft ones; τ is epochs/20/√(epoch+1); in the first
// hundredth of the epochs all parents are added up; and evaluation draws too.
//
// Reference: Guo, Lee, Ulbricht. Learning to branch for multi-task learning. ICML 2020, arXiv:2006.01895; of the
// softmax Jang, Gu, Poole, arXiv:1611.01144, and Maddison, Mnih, Teh, arXiv:1611.00712.
type Branching struct {
	Inputs      int            // columns of the inputs
	Levels      [][]int        // the units of the layers of a node, for each level
	Nodes       []int          // for each level the number of its nodes; as many as tasks let each go its own way
	Heads       [][]int        // for each task the units of its own layers; the last is the width of its output
	Temperature Temperature    // of the choices
	Activation  nn.Activation  // of all hidden layers, the last of a node too
	Weights     nn.Initializer // of the matrices of layers; nil is GlorotUniform. Biases start at 0.
}

// A Temperature falls in equal ratios from Start in step 0 to End in step Steps, and stays there:
//
//	τ(step) = Start·(End/Start)^min(step/Steps, 1)
type Temperature struct {
	Start, End float64 // above 0; Start is not below End
	Steps      int     // of training, at least 1
}

var (
	_ mtlkit.Twinned   = Branching{}
	_ mtlkit.Resizable = Branching{}
)

// At returns the temperature in a step, which count from 0.
func (t Temperature) At(step int) float64 {
	if !(t.End > 0) || !(t.Start >= t.End) || math.IsInf(t.Start, 0) || t.Steps < 1 || step < 0 {
		panic(fmt.Sprintf("sharing: Temperature: from %v to %v in %d steps, at step %d; it falls, is finite and "+
			"above 0, and takes 1 step at least", t.Start, t.End, t.Steps, step))
	}
	return t.Start * math.Pow(t.End/t.Start, min(float64(step)/float64(t.Steps), 1))
}

// Tasks implements [mtlkit.Model].
func (m Branching) Tasks() int { return len(m.Heads) }

// Shapes implements [mtlkit.Model].
func (m Branching) Shapes() []autodiff.Shape { return m.parts().shapes() }

// Init implements [mtlkit.Model]: the nodes are drawn level by level, then the heads.
func (m Branching) Init(rng *rand.Rand) []float64 { return m.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (m Branching) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := m.parts().bind("Branching", t, theta, len(x), len(m.Heads))
	choose := m.chooser(b, x[0].Graph())
	parents := make([]autodiff.Value, len(m.Levels))
	for l := 1; l < len(m.Levels); l++ {
		parents[l] = choose(parentsName(l), m.Nodes[l-1])
	}
	leaves := make([]autodiff.Value, len(m.Heads))
	for task := range leaves {
		leaves[task] = choose(leafName(task), last(m.Nodes))
	}
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		in := x[tasks[0]]
		var z []autodiff.Value
		for l, n := range m.Nodes {
			h := make([]autodiff.Value, n)
			for j := range h {
				from := in
				if l > 0 {
					from = of(parents[l], j, z)
				}
				h[j] = b.apply(nodeName(l, j), from)
			}
			z = h
		}
		for _, task := range tasks {
			out[task] = b.apply(headName(task), of(leaves[task], 0, z))
		}
	}
	return out
}

// of returns what child j reads by a choice among z.
func of(choice autodiff.Value, j int, z []autodiff.Value) autodiff.Value {
	if len(z) == 1 {
		return z[0]
	}
	return mix(choice.SliceRows(j, j+1), z)
}

// chooser returns the choices by the logits of that name among n parents, children × n. There are none for one parent.
func (m Branching) chooser(b bound, g *autodiff.Graph) func(name string, n int) autodiff.Value {
	end := m.Temperature.At(m.Temperature.Steps)
	temperature := b.trace.Scheduled(g, m.Temperature.At, end)
	return func(name string, n int) (choice autodiff.Value) {
		if n == 1 {
			return choice
		}
		logits := b.matrix(name)
		if b.trace.Training() {
			choice = logits.Add(gumbel(b.trace, logits.Rows(), n)).Div(temperature).Softmax(1)
		} else {
			choice = largest(logits)
		}
		b.trace.Show(name, choice)
		return choice
	}
}

// gumbel returns Gumbel noise: −log(−log u), between −4.3 and 16.7, beyond which it is about once in 10⁷ draws.
func gumbel(t *nn.Trace, rows, columns int) autodiff.Value {
	return t.Uniform(rows, columns).Clamp(1e-30, 1-1.0/(1<<24)).Log().Neg().Log().Neg()
}

// largest returns 1 at the first of the largest entries of each row, and 0 at the others.
func largest(logits autodiff.Value) autodiff.Value {
	var columns []autodiff.Value
	for i := range logits.Cols() {
		is, one := logits.SliceCols(i, i+1), logits.Graph().Scalar(1)
		chosen := one
		for k := range logits.Cols() {
			other := logits.SliceCols(k, k+1)
			switch {
			case k < i:
				chosen = chosen.Mul(is.Greater(other))
			case k > i:
				chosen = chosen.Mul(one.Sub(other.Greater(is)))
			}
		}
		columns = append(columns, chosen)
	}
	return autodiff.ConcatCols(columns...)
}

// Tree returns the tree of the choices that the parameters make in evaluation, and its parameters: those of the nodes
// that a task reads, which are numbered anew, and of the heads. It has the outputs that m has in evaluation.
func (m Branching) Tree(theta []float64) (tree Tree, params []float64) {
	shapes := m.Shapes()
	if n := nn.Size(shapes); len(theta) != n {
		panic(fmt.Sprintf("sharing: Branching.Tree: %d parameters, the network has %d", len(theta), n))
	}
	from := nn.NewParams(shapes, theta)
	choice := func(name string, n, row int) int {
		if n == 1 {
			return 0
		}
		logits := from.View(name).RawRowView(row)
		return slices.Index(logits, slices.Max(logits))
	}
	tree = Tree{Inputs: m.Inputs, Levels: m.Levels, Heads: m.Heads, Activation: m.Activation, Weights: m.Weights,
		Parents: make([][]int, len(m.Levels)-1)}
	for task := range m.Heads {
		tree.Leaves = append(tree.Leaves, choice(leafName(task), last(m.Nodes), 0))
	}
	kept := make([][]int, len(m.Levels)) // the nodes that are read, of each level
	for l := len(m.Levels) - 1; l >= 0; l-- {
		children := tree.children(l)
		kept[l] = slices.Compact(slices.Sorted(slices.Values(children)))
		for k, node := range children {
			children[k] = slices.Index(kept[l], node)
		}
		for _, node := range kept[l] {
			if l > 0 {
				tree.Parents[l-1] = append(tree.Parents[l-1], choice(parentsName(l), m.Nodes[l-1], node))
			}
		}
	}
	var names []string
	for l, nodes := range kept {
		for _, node := range nodes {
			names = append(names, nodeName(l, node))
		}
	}
	for task := range m.Heads {
		names = append(names, headName(task))
	}
	for _, name := range m.parts().names(names...) {
		params = append(params, from.View(name).RawMatrix().Data...)
	}
	return tree, params
}

// Twin implements [mtlkit.Twinned].
func (m Branching) Twin(task int) (twin mtlkit.Model, from []string) {
	s := m.stack()
	s.twinOf(task)
	var path []int
	for _, n := range m.Nodes {
		path = append(path, task%n)
	}
	return s.line(task), m.parts().names(append(nodeNames(path), headName(task))...)
}

// Resized implements [mtlkit.Resizable].
func (m Branching) Resized(factor float64) mtlkit.Model {
	r := resize("Branching", factor)
	m.Levels, m.Heads = r.levels(m.Levels), r.heads(m.Heads)
	return m
}

func (m Branching) stack() stack {
	s := stack{"Branching", m.Inputs, m.Levels, m.Heads, m.Activation, m.Weights}.checked()
	if len(m.Nodes) != len(m.Levels) {
		panic(fmt.Sprintf("sharing: Branching: %d Nodes for %d Levels; each level has a number of them", len(m.Nodes),
			len(m.Levels)))
	}
	for l, n := range m.Nodes {
		s.count(fmt.Sprintf("Nodes[%d]", l), n)
	}
	m.Temperature.At(0)
	return s
}

func (m Branching) parts() (p parts) {
	s := m.stack()
	for l, n := range m.Nodes {
		for node := range n {
			p = append(p, part{nodeName(l, node), s.expert(l)})
		}
		if l > 0 && m.Nodes[l-1] > 1 {
			p = append(p, part{parentsName(l), matrix{n, m.Nodes[l-1], startAtZero}})
		}
	}
	if n := last(m.Nodes); n > 1 {
		for task := range m.Heads {
			p = append(p, part{leafName(task), matrix{1, n, startAtZero}})
		}
	}
	return append(p, s.headParts()...)
}

func startAtZero(w []float64, _ *rand.Rand) { clear(w) }

func parentsName(l int) string { return fmt.Sprintf("level%d.parents", l+1) }
func leafName(task int) string { return headName(task) + ".leaf" }
