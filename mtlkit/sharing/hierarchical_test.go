package sharing

import (
	"slices"
	"testing"

	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

var hierarchical = Hierarchical{[]int{2, 4, 3, 5}, []int{3, 1, 2}, [][]int{{1}, {3, 2}, {1}}, nn.Tanh, nil}

func TestHierarchical(t *testing.T) { mtltest.TestModel(t, hierarchical, []int{1, 2, 1}, 2) }

// Outputs are those of the formula, and the twin has what a task uses.
func TestHierarchicalFormula(t *testing.T) {
	theta, x := moved(hierarchical), gaussian(5, 2)
	out, _ := outputsOf(hierarchical, theta, x)
	p := readerOf(hierarchical, theta)
	z1 := p.tanh("trunk", 1, x)
	z2 := p.tanh("trunk", 2, z1)
	same(t, "output 1", out[0], p.dense("head1", 1, p.tanh("trunk", 3, z2)))
	same(t, "output 2", out[1], p.dense("head2", 2, p.tanh("head2", 1, z1)))
	same(t, "output 3", out[2], p.dense("head3", 1, z2))
	for task := range 3 {
		if _, from := hierarchical.Twin(task); !slices.Equal(from, reached(hierarchical, task)) {
			t.Errorf("the twin of task %d starts from %q, the task uses %q", task+1, from, reached(hierarchical, task))
		}
	}
}

// Where all tasks leave after the last layer it is hard sharing, name by name and bit by bit.
func TestDeterminismHierarchicalIsHard(t *testing.T) {
	deep := hierarchical
	deep.Depths = []int{3, 3, 3}
	hard := HardSharing{Trunk: deep.Trunk, Heads: deep.Heads, Activation: deep.Activation}
	if !slices.Equal(deep.Shapes(), hard.Shapes()) {
		t.Errorf("matrices %v, hard sharing has %v", deep.Shapes(), hard.Shapes())
	}
	theta, x := moved(deep), gaussian(5, 2)
	if !slices.Equal(theta, moved(hard)) {
		t.Error("other first parameters than hard sharing")
	}
	out, _ := outputsOf(deep, theta, x)
	want, _ := outputsOf(hard, theta, x)
	for i := range out {
		if !slices.Equal(out[i].RawMatrix().Data, want[i].RawMatrix().Data) {
			t.Errorf("output %d is %v, of hard sharing %v", i, out[i], want[i])
		}
	}
}
