package sharing

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

var (
	cooling   = Temperature{Start: 2, End: 0.2, Steps: 10}
	branching = Branching{2, [][]int{{4}, {3, 3}, {4}}, []int{2, 3, 2}, [][]int{{1}, {3, 2}, {1}}, cooling, nn.Tanh,
		nil}
)

func TestBranching(t *testing.T) {
	mtltest.TestModel(t, branching, []int{1, 2, 1}, 2)
	one := branching
	one.Nodes = []int{1, 2, 1}
	mtltest.TestModel(t, one, []int{1, 2, 1}, 2)
}

// Outputs and gradient in training are those of loops over parents, with the noise and the temperature of the step.
func TestBranchingFormula(t *testing.T) {
	tau := 2 * math.Pow(0.1, scheduledStep/10.0)
	choice := func(logits []complex128, u []float64) []complex128 {
		a := slices.Clone(logits)
		for i := range a {
			a[i] = (a[i] - complex(math.Log(-math.Log(u[i])), 0)) / complex(tau, 0)
		}
		return naiveSoftmax(a)
	}
	mixed := func(d []complex128, h []rows) (z rows) {
		for r := range h[0] {
			row := make([]complex128, len(h[0][r]))
			for c := range row {
				for i := range h {
					row[c] += d[i] * h[i][r][c]
				}
			}
			z = append(z, row)
		}
		return z
	}
	m := branching
	requests := []int{3 * 2, 2 * 3, 2, 2, 2} // of levels 2 and 3, and of the heads
	agrees(t, m, moved(m), rowsOf(3, 3, 2), requests, func(n naive, x []rows,
		u [][]float64) (out []rows, _ complex128) {
		for task := range x {
			h := slices.Repeat(x[task:task+1], m.Nodes[0])
			for l, units := range m.Levels {
				var next []rows
				for j := range m.Nodes[l] {
					z := x[task]
					if l > 0 {
						p := m.Nodes[l-1]
						z = mixed(choice(n.matrix(parentsName(l))[j], u[l-1][j*p:(j+1)*p]), h)
					}
					for k := range units {
						z = n.dense(cmplx.Tanh, nodeName(l, j), k+1, z)
					}
					next = append(next, z)
				}
				h = next
			}
			z := mixed(choice(n.matrix(leafName(task))[0], u[2+task]), h)
			for k := range len(m.Heads[task]) - 1 {
				z = n.dense(cmplx.Tanh, headName(task), k+1, z)
			}
			out = append(out, n.dense(identity, headName(task), len(m.Heads[task]), z))
		}
		return out, 0
	})
}

// At any parameters the tree has the outputs of the branching network in evaluation, to the last bit, and those nodes
// alone which a task reads; of equal logits the first one counts.
func TestDeterminismBranchingTree(t *testing.T) {
	rng, x := rand.New(rand.NewPCG(4, 0)), gaussian(5, 2)
	sizes := map[int]bool{}
	for draw := range 20 {
		theta := branching.Init(rng)
		for k := range theta {
			if draw > 0 { // at first all logits are 0
				theta[k] += rng.NormFloat64()
			}
		}
		tree, params := branching.Tree(theta)
		sizes[len(params)] = true
		want, shown := outputsOf(branching, theta, x)
		got, _ := outputsOf(tree, params, x)
		for i := range want {
			if !slices.Equal(got[i].RawMatrix().Data, want[i].RawMatrix().Data) {
				t.Errorf("output %d is %v, of the tree %v", i, want[i], got[i])
			}
		}
		for name, choices := range shown {
			for r := range choices.RawMatrix().Rows {
				row := slices.Sorted(slices.Values(choices.RawRowView(r)))
				if row[len(row)-1] != 1 || row[len(row)-2] != 0 {
					t.Errorf("row %d of %s is %v in evaluation", r, name, choices.RawRowView(r))
				}
			}
		}
		if draw == 0 && !slices.Equal(tree.Leaves, []int{0, 0, 0}) {
			t.Errorf("of equal logits the leaves are %v", tree.Leaves)
		}
	}
	if len(sizes) < 3 {
		t.Errorf("trees of %v parameters", sizes)
	}
}

// A choice at a low temperature is a draw of one parent, each as often as the softmax of the logits says: within four
// standard errors over 4000 draws.
func TestBranchingDraws(t *testing.T) {
	const n = 4000
	m := Branching{1, [][]int{{1}}, []int{3}, [][]int{{1}}, Temperature{0.01, 0.01, 1}, nn.Tanh, nil}
	theta := m.Init(rand.New(rand.NewPCG(1, 0)))
	nn.NewParams(m.Shapes(), theta).View("head1.leaf").Copy(mat.NewDense(1, 3, []float64{0, 1, -1}))
	g := autodiff.New()
	trace, params := nn.NewTrace(g, true), g.Params(m.Shapes())
	m.Apply(trace, params, []autodiff.Value{g.Input("x", 1, 1)})
	choice := trace.Shown()[0].Value
	ws := autodiff.Compile(choice).NewWorkspace()
	ws.Set(params, theta)
	for _, s := range trace.ScheduledNumbers() {
		ws.Set(s.Value, []float64{s.At(0)})
	}
	counts := make([]float64, 3)
	for step := range n {
		ws.SetNoise(1, uint64(step), 0)
		ws.Run()
		for i, d := range ws.Read(choice, nil) {
			if math.IsNaN(d) {
				t.Fatal("a choice is NaN")
			}
			counts[i] += d
		}
	}
	sum := math.Exp(0) + math.Exp(1) + math.Exp(-1)
	for i, logit := range []float64{0, 1, -1} {
		p := math.Exp(logit) / sum
		if off := math.Abs(counts[i]/n - p); off > 4*math.Sqrt(p*(1-p)/n) {
			t.Errorf("parent %d is drawn %v times of %d, want %v", i, counts[i], n, p*n)
		}
	}
}

func TestTemperature(t *testing.T) {
	for step, want := range map[int]float64{0: 2, 5: 2 * math.Sqrt(0.1), 10: 0.2, 1000: 0.2} {
		if got := cooling.At(step); math.Abs(got-want) > 1e-15 {
			t.Errorf("in step %d it is %v, want %v", step, got, want)
		}
	}
}

// Two pairs of tasks, each with a function of its own: the branching network is annealed, becomes a tree, and the tree
// is trained on from its numbers.
func ExampleBranching() {
	rng := rand.New(rand.NewPCG(1, 0))
	x := mat.NewDense(128, 2, nil)
	y := make([]*mat.Dense, 4)
	for i := range y {
		y[i] = mat.NewDense(128, 1, nil)
	}
	for r := range 128 {
		a, b := rng.NormFloat64(), rng.NormFloat64()
		x.SetRow(r, []float64{a, b})
		for i := range y {
			y[i].Set(r, 0, math.Tanh(3*[]float64{a, b}[i/2]))
		}
	}
	trainer := mtlkit.Trainer{
		Model: Branching{Inputs: 2, Levels: [][]int{{8}, {8}}, Nodes: []int{4, 4}, Heads: [][]int{{1}, {1}, {1}, {1}},
			Temperature: Temperature{Start: 5, End: 0.1, Steps: 300}, Activation: nn.Tanh},
		Optimizer: nn.NewAdam(0.02), Epochs: 100, BatchSize: 32, Seed: 1,
		Data: mtlkit.Data{X: []*mat.Dense{x}, Y: y},
	}
	for i := range y {
		trainer.Tasks = append(trainer.Tasks, mtlkit.Task{Name: fmt.Sprint("task ", i+1), Loss: nn.SquaredError{}})
	}
	annealed, err := trainer.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	before, err := annealed.Evaluate(trainer.Data)
	if err != nil {
		log.Fatal(err)
	}
	tree, theta := trainer.Model.(Branching).Tree(annealed.Theta)
	trainer.Model, trainer.Initial, trainer.Epochs = tree, theta, 20
	run, err := trainer.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	after, err := run.Evaluate(trainer.Data)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("leaves", tree.Leaves, "parents", tree.Parents)
	for i := range after {
		fmt.Printf("%s: %.2f annealed, %.2f trained on\n", trainer.Tasks[i].Name, before[i].Loss, after[i].Loss)
	}
	// Output:
	// leaves [1 1 0 0] parents [[0 0]]
	// task 1: 0.00 annealed, 0.00 trained on
	// task 2: 0.00 annealed, 0.00 trained on
	// task 3: 0.00 annealed, 0.00 trained on
	// task 4: 0.00 annealed, 0.00 trained on
}
