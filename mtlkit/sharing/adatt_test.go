package sharing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// Outputs and gates of two levels are those of the formula, without shared experts and with some.
func TestAdaTTFormula(t *testing.T) {
	for _, c := range []struct{ own, shared int }{{1, 0}, {2, 0}, {1, 1}, {1, 2}, {2, 1}} {
		m := AdaTT{2, [][]int{{4}, {3}}, c.own, c.shared, [][]int{{1}, {2}}, nn.Tanh, nil}
		theta, x := moved(m), gaussian(5, 2)
		out, shown := outputsOf(m, theta, x)
		p := readerOf(m, theta)
		streams, counts := []string{"task1", "task2"}, []int{c.own, c.own}
		if c.shared > 0 {
			streams, counts = append(streams, "shared"), append(counts, c.shared)
		}
		z := []*mat.Dense{x, x, x}
		for l, width := range []int{4, 3} {
			var h []*mat.Dense
			for k, s := range streams {
				for e := range counts[k] {
					h = append(h, p.tanh(fmt.Sprintf("level%d.%s.expert%d", l+1, s, e+1), 1, z[k]))
				}
			}
			next, at := slices.Clone(z), 0
			for k, s := range streams {
				if s == "shared" && l == 1 {
					continue
				}
				name := fmt.Sprintf("level%d.%s.", l+1, s)
				var logits []*mat.Dense
				for _, from := range streams {
					logits = append(logits, p.dense(name+"gate."+from, 1, z[k]))
				}
				own := mat.NewDense(1, 1, []float64{1})
				if c.own > 1 || c.shared > 1 {
					own = p.View(name + "own")
				}
				gate := softmax(logits...)
				next[k] = mat.NewDense(5, width, nil)
				weighed(next[k], gate, 0, h...)
				weighed(next[k], own, 0, h[at:at+counts[k]]...)
				same(t, name+"gate", shown[name+"gate"], gate)
				at += counts[k]
			}
			z = next
		}
		for i := range out {
			same(t, fmt.Sprintf("of %+v output %d", c, i+1), out[i], p.dense(headName(i), 1, z[i]))
		}
	}
}

// The twin has the task's own experts, the shared ones, and its part of all gates.
func TestAdaTTTwin(t *testing.T) {
	m := AdaTT{2, [][]int{{4}, {3}}, 2, 1, [][]int{{1}, {2}}, nn.Tanh, nil}
	_, from := m.Twin(1)
	var want []string
	for _, name := range namesOf(m) {
		if !strings.Contains(name, "task1.") && !strings.Contains(name, "head1.") {
			want = append(want, name)
		}
	}
	if !slices.Equal(from, want) {
		t.Errorf("the twin starts from %q, want %q", from, want)
	}
}
