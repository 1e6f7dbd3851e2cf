package sharing

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// Outputs and gates of two levels are those of the formula, and the twin is the same function of its task.
func TestMMoEFormula(t *testing.T) {
	m := MMoE{2, [][]int{{4}, {3}}, 2, [][]int{{1}, {2}}, nn.Tanh, nil, nil}
	theta, x := moved(m), gaussian(5, 2)
	out, shown := outputsOf(m, theta, x)
	p := readerOf(m, theta)
	mixed := func(gate string, width int, h ...*mat.Dense) *mat.Dense {
		g, sum := softmax(p.dense(gate, 1, x)), mat.NewDense(5, width, nil)
		same(t, gate, shown[gate], g)
		weighed(sum, g, 0, h...)
		return sum
	}
	a, b := p.tanh("level1.expert1", 1, x), p.tanh("level1.expert2", 1, x)
	c, d := mixed("level1.gate1", 4, a, b), mixed("level1.gate2", 4, a, b)
	a, b = p.tanh("level2.expert1", 1, c), p.tanh("level2.expert2", 1, d)
	same(t, "output 1", out[0], p.dense("head1", 1, mixed("level2.task1.gate", 3, a, b)))
	same(t, "output 2", out[1], p.dense("head2", 1, mixed("level2.task2.gate", 3, a, b)))
	if len(shown) != 4 {
		t.Errorf("%d values are shown", len(shown))
	}

	twin, from := m.Twin(1)
	var own []float64
	for _, name := range from {
		own = append(own, p.View(name).RawMatrix().Data...)
	}
	alone, _ := outputsOf(twin, own, x)
	same(t, "the twin's output", alone[0], out[1])
	if !slices.Equal(from, reached(m, 1)) {
		t.Errorf("the twin starts from %q, task 2 uses %q", from, reached(m, 1))
	}
}
