package sharing

import (
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

// forked has two nodes and then three, of which tasks 1 and 3 share the last.
var forked = Tree{2, [][]int{{4}, {3, 3}}, [][]int{{0, 1, 1}}, []int{2, 0, 2, 1}, [][]int{{1}, {3, 2}, {1}, {1}},
	nn.Tanh, nil}

func TestTree(t *testing.T) { mtltest.TestModel(t, forked, []int{1, 2, 1, 1}, 2) }

// ofTree is the naive implementation of a tree whose nodes are called by name.
func ofTree(tree Tree) func(n naive, x []rows, _ [][]float64) (out []rows, penalty complex128) {
	return func(n naive, x []rows, _ [][]float64) (out []rows, penalty complex128) {
		for task, z := range x {
			path := []int{tree.Leaves[task]}
			for l := len(tree.Parents) - 1; l >= 0; l-- {
				path = append(path, tree.Parents[l][path[len(path)-1]])
			}
			for l, units := range tree.Levels {
				for k := range units {
					z = n.dense(cmplx.Tanh, nodeName(l, path[len(path)-1-l]), k+1, z)
				}
			}
			for k := range len(tree.Heads[task]) - 1 {
				z = n.dense(cmplx.Tanh, headName(task), k+1, z)
			}
			out = append(out, n.dense(identity, headName(task), len(tree.Heads[task]), z))
		}
		return out, 0
	}
}

func TestTreeFormula(t *testing.T) {
	agrees(t, forked, moved(forked), rowsOf(4, 3, 2), nil, ofTree(forked))
	for task := range 4 {
		if _, from := forked.Twin(task); !slices.Equal(from, reached(forked, task)) {
			t.Errorf("the twin of task %d starts from %q, the task uses %q", task+1, from, reached(forked, task))
		}
	}
}

// With one node in each level it is hard sharing, bit by bit, with a path for each task its independent twins.
func TestDeterminismTreeAtItsEnds(t *testing.T) {
	line := forked
	line.Parents, line.Leaves = [][]int{{0}}, []int{0, 0, 0, 0}
	hard := HardSharing{Trunk: []int{2, 4, 3, 3}, Heads: forked.Heads, Activation: nn.Tanh}
	apart := forked
	apart.Parents, apart.Leaves = [][]int{{0, 1, 2, 3}}, []int{0, 1, 2, 3}
	x := gaussian(5, 2)
	for _, c := range []struct {
		tree Tree
		is   mtlkit.Model
	}{{line, hard}, {apart, mtlkit.Independent{Of: apart}}} {
		theta := c.tree.Init(rand.New(rand.NewPCG(1, 0)))
		same := theta
		if twins, ok := c.is.(mtlkit.Independent); ok {
			same = twins.Split(theta)
		}
		if len(same) != len(theta) {
			t.Errorf("%d parameters, want %d", len(theta), len(same))
		}
		out, _ := outputsOf(c.tree, theta, x)
		want, _ := outputsOf(c.is, same, x)
		for i := range out {
			if !slices.Equal(out[i].RawMatrix().Data, want[i].RawMatrix().Data) {
				t.Errorf("output %d is %v, of %T %v", i, out[i], c.is, want[i])
			}
		}
	}
}
