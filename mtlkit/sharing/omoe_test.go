package sharing

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// Outputs and the gate are those of the formula, and the twin is the same function of its task.
func TestOMoEFormula(t *testing.T) {
	m := OMoE{2, []int{4, 3}, 2, [][]int{{1}, {3, 2}}, nn.Tanh, nil, nil}
	theta, x := moved(m), gaussian(5, 2)
	out, shown := outputsOf(m, theta, x)
	p := readerOf(m, theta)
	gate, z := softmax(p.dense("gate", 1, x)), mat.NewDense(5, 3, nil)
	weighed(z, gate, 0, p.tanh("expert1", 2, p.tanh("expert1", 1, x)), p.tanh("expert2", 2, p.tanh("expert2", 1, x)))
	same(t, "output 1", out[0], p.dense("head1", 1, z))
	same(t, "output 2", out[1], p.dense("head2", 2, p.tanh("head2", 1, z)))
	if same(t, "gate", shown["gate"], gate); len(shown) != 1 {
		t.Errorf("%d values are shown", len(shown))
	}
	if _, from := m.Twin(1); !slices.Equal(from, reached(m, 1)) {
		t.Errorf("the twin starts from %q, task 2 uses %q", from, reached(m, 1))
	}
}
