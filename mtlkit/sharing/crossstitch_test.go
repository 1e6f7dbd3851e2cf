package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/nn"
)

var stitched = CrossStitch{2, [][]int{{3}, {4, 2}}, [][]int{{1}, {1}}, nn.Tanh, nil}

// Outputs are those of the formula, written out for two tasks, and the stitches are shown.
func TestCrossStitchFormula(t *testing.T) {
	theta, x := moved(stitched), gaussian(5, 2)
	out, shown := outputsOf(stitched, theta, x)
	p := readerOf(stitched, theta)
	stitch := func(name string, a, b *mat.Dense) (za, zb *mat.Dense) {
		s := p.View(name)
		rows, columns := a.Dims()
		za, zb = mat.NewDense(rows, columns, nil), mat.NewDense(rows, columns, nil)
		weighed(za, mat.NewDense(1, 2, s.RawRowView(0)), 0, a, b)
		weighed(zb, mat.NewDense(1, 2, s.RawRowView(1)), 0, a, b)
		same(t, name, shown[name], s)
		return za, zb
	}
	a, b := stitch("stitch1", p.tanh("column1", 1, x), p.tanh("column2", 1, x))
	a, b = p.tanh("column1", 2, a), p.tanh("column2", 2, b)
	a, b = stitch("stitch2", p.tanh("column1", 3, a), p.tanh("column2", 3, b))
	same(t, "output 1", out[0], p.dense("head1", 1, a))
	same(t, "output 2", out[1], p.dense("head2", 1, b))
	if len(shown) != 2 {
		t.Errorf("%d values are shown", len(shown))
	}
}

// A stitch begins at 0.9 for one's own column and 0.1 among the others; of a single column at 1.
func TestCrossStitchStart(t *testing.T) {
	for tasks, want := range map[int][]float64{
		1: {1}, 2: {0.9, 0.1, 0.1, 0.9}, 3: {0.9, 0.05, 0.05, 0.05, 0.9, 0.05, 0.05, 0.05, 0.9},
	} {
		m := CrossStitch{Inputs: 2, Levels: [][]int{{3}, {2}}, Heads: slices.Repeat([][]int{{1}}, tasks)}
		p := nn.NewParams(m.Shapes(), m.Init(rand.New(rand.NewPCG(1, 0))))
		for l := range m.Levels {
			if got := p.View(fmt.Sprintf("stitch%d", l+1)).RawMatrix().Data; !slices.EqualFunc(got, want,
				func(a, b float64) bool { return math.Abs(a-b) < 1e-16 }) {
				t.Errorf("of %d tasks stitch %d begins as %v", tasks, l+1, got)
			}
		}
	}
}

// The twin is the column of the task with its head.
func TestCrossStitchTwin(t *testing.T) {
	twin, from := stitched.Twin(1)
	if want := []string{"column2.W1", "column2.b1", "column2.W2", "column2.b2", "column2.W3", "column2.b3", "head2.W1",
		"head2.b1"}; !slices.Equal(from, want) {
		t.Errorf("the twin starts from %q", from)
	}
	if got := namesOf(twin); !slices.Equal(got, []string{"trunk.W1", "trunk.b1", "trunk.W2", "trunk.b2", "trunk.W3",
		"trunk.b3", "head1.W1", "head1.b1"}) {
		t.Errorf("the twin has %q", got)
	}
}

// A group gives the stitches a rate of their own.
func TestCrossStitchRate(t *testing.T) {
	x, y := gaussian(8, 2), gaussian(8, 1)
	trainer := mtlkit.Trainer{Model: stitched, Optimizer: nn.SGD{Rate: 0}, Epochs: 1,
		Groups: []nn.Group{{Names: "stitch*", Rule: nn.SGD{Rate: 0.1}}},
		Data:   mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{y, y}},
		Tasks:  []mtlkit.Task{{Name: "a", Loss: nn.SquaredError{}}, {Name: "b", Loss: nn.SquaredError{}}}}
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	first := slices.Clone(run.Theta)
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	before, after := nn.NewParams(stitched.Shapes(), first), run.Params()
	for _, name := range namesOf(stitched) {
		moved := !mat.Equal(before.View(name), after.View(name))
		if stitch := name == "stitch1" || name == "stitch2"; moved != stitch {
			t.Errorf("%s moves: %v", name, moved)
		}
	}
}
