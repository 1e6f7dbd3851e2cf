package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// Tree is a trunk that branches: levels of nodes, each of dense layers, in which a node reads its parent in the level
// before, the nodes of the first level the inputs, and each task a leaf, a node of the last level:
//
//	z_{1,j} = node_{1,j}(x),   z_{l,j} = node_{l,j}(z_{l−1,p}) with p = Parents[l−2][j]
//	outputₜ = headₜ(z_{L,Leaves[t]})
//
// A node is shared by the tasks below it. With one node in each level it is [HardSharing], with a path for each task
// nothing is shared. [Branching] finds a tree.
//
// Parameters are called level1.node1.W1, level1.node1.b1, …, level2.node1.W1, …, head1.W1, …; the nodes of Parents and
// Leaves count from 0. A task alone has the nodes on its path, and its head.
type Tree struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of a node, for each level
	Parents    [][]int        // for each level but the first, for each of its nodes the number of its parent, from 0
	Leaves     []int          // for each task the number of its node in the last level, from 0
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of a node too
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
}

var (
	_ mtlkit.Twinned   = Tree{}
	_ mtlkit.Resizable = Tree{}
)

// Tasks implements [mtlkit.Model].
func (t Tree) Tasks() int { return len(t.Heads) }

// Shapes implements [mtlkit.Model].
func (t Tree) Shapes() []autodiff.Shape { return t.parts().shapes() }

// Init implements [mtlkit.Model]: the nodes are drawn level by level, then the heads.
func (t Tree) Init(rng *rand.Rand) []float64 { return t.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (t Tree) Apply(trace *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := t.parts().bind("Tree", trace, theta, len(x), len(t.Heads))
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		known := map[string]autodiff.Value{}
		for _, task := range tasks {
			z := x[task]
			for l, node := range t.path(task) {
				name := nodeName(l, node)
				if _, ok := known[name]; !ok {
					known[name] = b.apply(name, z)
				}
				z = known[name]
			}
			out[task] = b.apply(headName(task), z)
		}
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (t Tree) Twin(task int) (twin mtlkit.Model, from []string) {
	s := t.stack()
	s.twinOf(task)
	return s.line(task), t.parts().names(append(nodeNames(t.path(task)), headName(task))...)
}

// Resized implements [mtlkit.Resizable].
func (t Tree) Resized(factor float64) mtlkit.Model {
	r := resize("Tree", factor)
	t.Levels, t.Heads = r.levels(t.Levels), r.heads(t.Heads)
	return t
}

// path returns the nodes that a task reads, from the first level on.
func (t Tree) path(task int) (nodes []int) {
	node := t.Leaves[task]
	nodes = []int{node}
	for _, parents := range slices.Backward(t.Parents) {
		node = parents[node]
		nodes = append(nodes, node)
	}
	slices.Reverse(nodes)
	return nodes
}

// line returns the network of a task whose levels have a node each.
func (s stack) line(task int) HardSharing {
	return HardSharing{Trunk: append([]int{s.inputs}, slices.Concat(s.levels...)...), Heads: s.heads[task : task+1],
		Activation: s.activation, Weights: s.weights}
}

func (t Tree) stack() stack {
	s := stack{"Tree", t.Inputs, t.Levels, t.Heads, t.Activation, t.Weights}.checked()
	if len(t.Parents) != len(t.Levels)-1 || len(t.Leaves) != len(t.Heads) {
		panic(fmt.Sprintf("sharing: Tree: %d Parents and %d Leaves for %d Levels and %d Heads; each level but the "+
			"first has the parents of its nodes, each task a leaf", len(t.Parents), len(t.Leaves), len(t.Levels),
			len(t.Heads)))
	}
	for l := range t.Levels {
		children := t.children(l)
		nodes := t.nodes(l)
		for k, node := range children {
			if node < 0 || node >= nodes {
				panic(fmt.Sprintf("sharing: Tree: node %d reads node %d of level %d, which has nodes 0 to %d; of the "+
					"last level, tasks read", k, node, l+1, nodes-1))
			}
		}
		for node := range nodes {
			if !slices.Contains(children, node) {
				panic(fmt.Sprintf("sharing: Tree: nothing reads node %d of level %d; leave it out", node, l+1))
			}
		}
	}
	return s
}

// children returns for each of those that read level l, nodes of the next level or tasks, the node that it reads.
func (t Tree) children(l int) []int {
	if l == len(t.Levels)-1 {
		return t.Leaves
	}
	return t.Parents[l]
}

// nodes returns how many nodes a level has: the first one has those that are read.
func (t Tree) nodes(l int) int {
	if l == 0 {
		return max(1, slices.Max(append([]int{0}, t.children(0)...))+1)
	}
	return len(t.Parents[l-1])
}

func (t Tree) parts() (p parts) {
	s := t.stack()
	for l := range t.Levels {
		for node := range t.nodes(l) {
			p = append(p, part{nodeName(l, node), s.expert(l)})
		}
	}
	return append(p, s.headParts()...)
}

func nodeName(l, node int) string { return fmt.Sprintf("level%d.node%d", l+1, node+1) }

// nodeNames returns the names of a node for each level.
func nodeNames(path []int) (names []string) {
	for l, node := range path {
		names = append(names, nodeName(l, node))
	}
	return names
}
