package sharing

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

var ownFirst = OwnFirst{[][]int{{2, 3}, {2, 4, 3}}, []int{4, 2}, nn.Tanh, nil}

func TestOwnFirst(t *testing.T) { mtltest.TestModel(t, ownFirst, []int{2, 2}, 2) }

// Outputs are those of the formula; the trunks are the tasks' own, the head is common, and the twin has what a task
// uses.
func TestOwnFirstFormula(t *testing.T) {
	theta, x := moved(ownFirst), gaussian(5, 2)
	out, _ := outputsOf(ownFirst, theta, x)
	p := readerOf(ownFirst, theta)
	head := func(z *mat.Dense) *mat.Dense { return p.dense("head", 2, p.tanh("head", 1, z)) }
	same(t, "output 1", out[0], head(p.tanh("trunk1", 1, x)))
	same(t, "output 2", out[1], head(p.tanh("trunk2", 2, p.tanh("trunk2", 1, x))))
	for task := range 2 {
		if _, from := ownFirst.Twin(task); !slices.Equal(from, reached(ownFirst, task)) {
			t.Errorf("the twin of task %d starts from %q, the task uses %q", task+1, from, reached(ownFirst, task))
		}
	}
}

// Inputs may differ in kind: the tasks have other numbers of columns.
func TestOwnFirstInputs(t *testing.T) {
	m := OwnFirst{Trunks: [][]int{{2, 3}, {5, 3}}, Head: []int{1}}
	g := autodiff.New()
	out := m.Apply(nil, g.Params(m.Shapes()), []autodiff.Value{g.Input("a", 4, 2), g.Input("b", 7, 5)})
	if out[0].Rows() != 4 || out[1].Rows() != 7 {
		t.Errorf("outputs %v", out)
	}
}
