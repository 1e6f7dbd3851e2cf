package mtlkit_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// common is y = θx for every task, with one θ that all share.
type common struct{ tasks int }

func (c common) Tasks() int { return c.tasks }

func (c common) Shapes() []autodiff.Shape { return []autodiff.Shape{{Name: "theta", Rows: 1, Cols: 1}} }

func (c common) Init(*rand.Rand) []float64 { return []float64{0.5} }

func (c common) Apply(_ *nn.Trace, theta autodiff.Params, x []autodiff.Value) (out []autodiff.Value) {
	for _, v := range x {
		out = append(out, v.MatMul(theta.At(0)))
	}
	return out
}

// The losses Lⱼ = (θaⱼ − bⱼ)² have gradients 2aⱼ(θaⱼ − bⱼ), so that everything a lookahead says follows by hand, at
// every epoch of a descent that it does not disturb.
func TestLookaheadByHand(t *testing.T) {
	a, b := []float64{1, 2, -1}, []float64{3, -1, 1}
	trainer := mtlkit.Trainer{Model: common{3}, Optimizer: nn.SGD{Rate: 0.01}, Epochs: 5}
	for j := range a {
		trainer.Tasks = append(trainer.Tasks, mtlkit.Task{Name: string(rune('a' + j)), Loss: nn.SquaredError{}})
		trainer.Data.X = append(trainer.Data.X, mat.NewDense(1, 1, a[j:j+1]))
		trainer.Data.Y = append(trainer.Data.Y, mat.NewDense(1, 1, b[j:j+1]))
	}
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	theta, rate := 0.5, 0.03
	ahead := run.Lookahead()
	loss := func(j int, theta float64) float64 { return (theta*a[j] - b[j]) * (theta*a[j] - b[j]) }
	slope := func(j int) float64 { return 2 * a[j] * (theta*a[j] - b[j]) }
	look := func() {
		t.Helper()
		before, after := ahead.At(rate)
		for j := range a {
			if math.Abs(before[j]-loss(j, theta)) > 1e-13 {
				t.Errorf("the loss of task %d is %v, want %v", j, before[j], loss(j, theta))
			}
			for i := range a {
				if want := loss(j, theta-rate*slope(i)); math.Abs(after[i][j]-want) > 1e-13 {
					t.Errorf("after a step for task %d that of task %d is %v, want %v", i, j, after[i][j], want)
				}
			}
		}
	}
	look()
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		theta -= 0.01 * (slope(0) + slope(1) + slope(2))
		if math.Abs(run.Theta[0]-theta) > 1e-14 {
			t.Fatalf("θ is %v, want %v", run.Theta[0], theta)
		}
		look()
	}
}

// Own parameters stay, the batch is that of the step that comes next, and the run goes on to the same bits as one that
// nobody looked at.
func TestLookaheadLeavesTheRunAlone(t *testing.T) {
	trainer := mixed()
	trainer.BatchSize = 7
	plain, err := trainer.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	ahead := run.Lookahead()
	ahead.At(0.1)
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		before, after := ahead.At(1e-300)
		for i := range after {
			for j := range before {
				if after[i][j] != before[j] && !(math.IsNaN(after[i][j])) {
					t.Fatalf("a step of nothing changes the loss of task %d from %v to %v", j, before[j], after[i][j])
				}
			}
		}
	}
	for k, v := range plain.Theta {
		if run.Theta[k] != v {
			t.Fatalf("parameter %d is %v, untouched %v", k, run.Theta[k], v)
		}
	}
}

// A task without a label says nothing and hears nothing; tasks that share nothing change nothing.
func TestLookaheadEdges(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{1, 2})
	trainer := mtlkit.Trainer{
		Model: common{2}, Optimizer: nn.SGD{Rate: 0.01}, Epochs: 1,
		Tasks: []mtlkit.Task{{Name: "a", Loss: nn.SquaredError{}}, {Name: "b", Loss: nn.SquaredError{}}},
		Data:  mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{x, nil}},
	}
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	before, after := run.Lookahead().At(0.01)
	if !math.IsNaN(before[1]) || !math.IsNaN(after[0][1]) || !math.IsNaN(after[1][0]) || !(after[0][0] < before[0]) {
		t.Errorf("before %v, after %v", before, after)
	}
	alone := mixed()
	alone.Model, alone.Diagnose = mtlkit.Independent{Of: alone.Model}, false
	if run, err = alone.Start(); err != nil {
		t.Fatal(err)
	}
	before, after = run.Lookahead().At(0.1)
	for i := range before {
		for j := range before {
			if after[i][j] != before[j] {
				t.Errorf("nothing is shared: from %d on %d it is %v, before %v", i, j, after[i][j], before[j])
			}
		}
	}
}
