package sharing

import (
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// Outputs and gates of two levels with the shared stream are those of the formula.
func TestPLEFormula(t *testing.T) {
	m := PLE{2, [][]int{{4}, {3}}, 1, 1, [][]int{{1}, {2}}, nn.Tanh, nil, nil}
	theta, x := moved(m), gaussian(5, 2)
	out, shown := outputsOf(m, theta, x)
	p := readerOf(m, theta)
	mixed := func(stream string, z *mat.Dense, width int, from []string, h ...*mat.Dense) *mat.Dense {
		var logits []*mat.Dense
		for _, f := range from {
			logits = append(logits, p.dense(stream+".gate."+f, 1, z))
		}
		g, sum := softmax(logits...), mat.NewDense(5, width, nil)
		same(t, stream+".gate", shown[stream+".gate"], g)
		weighed(sum, g, 0, h...)
		return sum
	}
	z1, z2, zs := x, x, x
	for _, level := range []struct {
		name  string
		width int
	}{{"level1.", 4}, {"level2.", 3}} {
		h1, h2 := p.tanh(level.name+"task1.expert1", 1, z1), p.tanh(level.name+"task2.expert1", 1, z2)
		hs := p.tanh(level.name+"shared.expert1", 1, zs)
		z1 = mixed(level.name+"task1", z1, level.width, []string{"task1", "shared"}, h1, hs)
		z2 = mixed(level.name+"task2", z2, level.width, []string{"task2", "shared"}, h2, hs)
		if level.width == 4 {
			zs = mixed(level.name+"shared", zs, level.width, []string{"task1", "task2", "shared"}, h1, h2, hs)
		}
	}
	same(t, "output 1", out[0], p.dense("head1", 1, z1))
	same(t, "output 2", out[1], p.dense("head2", 1, z2))
	if len(shown) != 5 {
		t.Errorf("%d values are shown", len(shown))
	}
}

// The twin has the task's own experts, the shared ones, and its part of all gates.
func TestPLETwin(t *testing.T) {
	m := PLE{2, [][]int{{4}, {3}}, 1, 1, [][]int{{1}, {2}}, nn.Tanh, nil, nil}
	twin, from := m.Twin(1)
	var want []string
	for _, name := range namesOf(m) {
		if !strings.Contains(name, "task1.") && !strings.Contains(name, "head1.") {
			want = append(want, name)
		}
	}
	if !slices.Equal(from, want) || twin.Tasks() != 1 {
		t.Errorf("the twin starts from %q, want %q", from, want)
	}
}
