package mtlkit_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for k := range got {
		if math.Float64bits(got[k]) != math.Float64bits(want[k]) {
			t.Fatalf("%s: number %d is %v, want %v", what, k, got[k], want[k])
		}
	}
}

// balancers returns all balancers of this package for three tasks, and none.
func balancers() map[string]balance.Balancer {
	all := map[string]balance.Balancer{"none": nil, "Uncertainty by Adam": balance.Uncertainty{Rate: 0.025, Adam: true}}
	for _, m := range balance.Methods() {
		all[m.Name] = m.New(3)
	}
	return all
}

func TestTwinsAreAsIfTrainedAlone(t *testing.T) {
	joint := mixed()
	joint.Seed, joint.BatchSize, joint.Epochs, joint.Optimizer = 3, 8, 30, nn.NewAdam(0.02)
	start, err := joint.Start()
	if err != nil {
		t.Fatal(err)
	}
	twins := joint
	independent := mtlkit.Independent{Of: joint.Model}
	twins.Model = independent
	together := train(t, twins)
	for i, task := range joint.Tasks {
		alone := joint
		alone.Model = sharing.HardSharing{Trunk: threeTasks.Trunk, Heads: threeTasks.Heads[i : i+1], Activation: nn.Tanh}
		alone.Tasks = []mtlkit.Task{task}
		alone.Data.Y = joint.Data.Y[i : i+1]
		for _, users := range [][]int{{0, 1, 2}, {i}} {
			for _, s := range mtlkit.SpansOf(joint, users...) {
				alone.Initial = append(alone.Initial, start.Theta[s[0]:s[1]]...)
			}
		}
		run := train(t, alone)
		_, got := independent.Twin(together.Theta, i)
		// The same sums, laid out otherwise in memory: kernels may round them otherwise.
		closeTo(t, task.Name, got, run.Theta, 1e-9)
		closeTo(t, task.Name+": losses", together.History.Losses[i], run.History.Losses[0], 1e-9)
	}
}

// A task with missing labels trains as on the rows that have one; the other tasks keep all rows.
func TestMissingLabelsAreMasked(t *testing.T) {
	masked := mixed()
	separate := masked
	separate.Data = mtlkit.Data{}
	for _, y := range masked.Data.Y {
		var labelled []int
		for r, v := range y.RawMatrix().Data {
			if !math.IsNaN(v) {
				labelled = append(labelled, r)
			}
		}
		rows := mtlkit.Data{X: masked.Data.X, Y: []*mat.Dense{y}}.RowsOf([][]int{labelled})
		x, y := rows.X[0], rows.Y[0]
		separate.Data.X, separate.Data.Y = append(separate.Data.X, x), append(separate.Data.Y, y)
	}
	if n, _ := separate.Data.X[0].Dims(); n != 13 {
		t.Fatalf("task 0 has %d labelled rows, want 13", n)
	}
	for _, b := range []balance.Balancer{nil, balance.PCGrad{}} {
		masked.Balance, separate.Balance = b, b
		closeTo(t, "parameters", train(t, masked).Theta, train(t, separate).Theta, 1e-12)
	}
}

func TestHistory(t *testing.T) {
	trainer := mixed()
	trainer.HeldOut, trainer.Balance, trainer.BatchSize = trainer.Data, balance.Fixed{Weights: []float64{1, 2, 3}}, 10
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for epoch, err := range run.Epochs(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		scores := evaluate(t, run, trainer.Data)
		for i := range scores {
			h, e := run.History, epoch.Number-1
			if len(h.Losses[i]) != epoch.Number || h.Losses[i][e] != epoch.Losses[i] || h.Weights[i][e] != float64(i+1) {
				t.Fatalf("epoch %d, task %d: losses %v, weights %v; heard of %v",
					epoch.Number, i, h.Losses[i], h.Weights[i], epoch)
			}
			if epoch.HeldOut[i] != scores[i].Loss || h.HeldOut[i][e] != scores[i].Loss {
				t.Fatalf("epoch %d, task %d: held-out loss %v, want %v",
					epoch.Number, i, epoch.HeldOut[i], scores[i].Loss)
			}
		}
	}
	if run.History.Epochs() != trainer.Epochs {
		t.Errorf("%d epochs, want %d", run.History.Epochs(), trainer.Epochs)
	}
	// In an epoch of one step, it is the loss before the step.
	trainer.BatchSize, trainer.Epochs = 0, 4
	run = train(t, trainer)
	for i := range trainer.Tasks {
		closeTo(t, "losses before the step", run.History.Losses[i][1:], run.History.HeldOut[i][:3], 1e-14)
	}
	trainer.BatchSize = 10
	// Without a step the epoch's loss is the mean over all labelled rows, however they fall into batches.
	trainer.Optimizer, trainer.Epochs = still{}, 1
	run = train(t, trainer)
	for i, s := range evaluate(t, run, trainer.Data) {
		closeTo(t, s.Task, run.History.Losses[i], []float64{s.Loss}, 1e-14)
	}
}

// still is the rule that changes nothing.
type still struct{ nn.SGD }

func (still) Step(_, _ autodiff.Value, _ []autodiff.Value, _, param autodiff.Value) ([]autodiff.Value, autodiff.Value) {
	return nil, param.Scale(1)
}

func TestDivergence(t *testing.T) {
	article := articleTrainer()
	article.Optimizer = nn.SGD{Rate: 1e3}
	run, err := article.Train(context.Background())
	if !errors.Is(err, mtlkit.ErrDiverged) {
		t.Fatalf("error %v, want ErrDiverged", err)
	}
	for _, want := range []string{"step ", `task "value"`, "learning rate"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	for _, s := range evaluate(t, run, article.Data) {
		if math.IsNaN(s.Loss) || math.IsInf(s.Loss, 0) {
			t.Errorf("the last good parameters have %v", s)
		}
	}
	if n := run.History.Epochs(); !strings.Contains(err.Error(), fmt.Sprintf("step %d:", n+1)) {
		t.Errorf("%d epochs of one step were good, the error is %q", n, err)
	}
	// The last step led to the bad loss: the parameters are those before it.
	before := article
	before.Epochs = run.History.Epochs() - 1
	sameBits(t, "last good parameters", run.Theta, train(t, before).Theta)
	for _, again := range run.Epochs(context.Background()) {
		if again != err {
			t.Errorf("going on gives %v, want the error again", again)
		}
	}
	article.Optimizer = nn.NewAdam(0.001)
	resumed, err := article.Resume(run.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "resumed", resumed.Theta, run.Theta)

	// The losses of the first step are finite; what is made of them is not.
	for name, change := range map[string]func(t *mtlkit.Trainer){
		"an infinite sum": func(t *mtlkit.Trainer) { t.Balance = balance.Fixed{Weights: []float64{1e308, 1e308, 1e308}} },
		"infinite parameters": func(t *mtlkit.Trainer) {
			t.Balance, t.Optimizer = balance.Fixed{Weights: []float64{1e10, 1, 1}}, nn.SGD{Rate: 1e305}
		},
		"infinite losses after":  func(t *mtlkit.Trainer) { t.Balance, t.Optimizer = balance.NewFAMO(), nn.SGD{Rate: 1e200} },
		"gradients out of range": func(t *mtlkit.Trainer) { t.Balance, t.Tasks[0].Loss = balance.MGDA{}, steep{} },
		"a batch of them":        func(t *mtlkit.Trainer) { t.Balance, t.BatchSize, t.Tasks[0].Loss = balance.NewSDMGrad(), 6, steep{} },
	} {
		trainer := mixed()
		change(&trainer)
		run, err := trainer.Train(context.Background())
		if !errors.Is(err, mtlkit.ErrDiverged) || !strings.Contains(err.Error(), "step 1:") {
			t.Errorf("%s in step 1: %v", name, err)
			continue
		}
		start, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, name, run.Theta, start.Theta)
	}
}

// steep is a loss of 1e200 times the output.
type steep struct{}

func (steep) Target() nn.Target { return nn.Target{} }

func (steep) PerRow(pred, _ autodiff.Value) autodiff.Value { return pred.Scale(1e200).MeanAxis(1) }

// stopper ends a context in its nth step.
type stopper struct {
	balance.Equal
	steps *int
	stop  func()
}

func (s stopper) Scalarize(weights, losses []float64, state balance.State) float64 {
	if *s.steps--; *s.steps == 0 {
		s.stop()
	}
	return s.Equal.Scalarize(weights, losses, state)
}

func TestCancelKeepsWhatWasLearned(t *testing.T) {
	full := mixed()
	full.BatchSize = 6 // 4 steps in an epoch
	want := train(t, full)
	ctx, cancel := context.WithCancel(context.Background())
	steps := 6
	trainer := full
	trainer.Balance = stopper{steps: &steps, stop: cancel}
	run, err := trainer.Train(ctx)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "after 5 steps, in epoch 2 of 5") {
		t.Fatalf("error %v, want the context's, after 5 steps: the sixth is given up", err)
	}
	if run.History.Epochs() != 1 {
		t.Errorf("%d epochs, want 1", run.History.Epochs())
	}
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	sameBits(t, "parameters after going on", run.Theta, want.Theta)
}

func TestLoopLeftEarlyIsTakenUpAgain(t *testing.T) {
	run, err := mixed().Start()
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range run.Epochs(context.Background()) {
		if epoch.Number == 2 {
			break
		}
	}
	if run.History.Epochs() != 2 {
		t.Fatalf("%d epochs, want 2", run.History.Epochs())
	}
	for range run.Epochs(context.Background()) {
	}
	sameBits(t, "parameters", run.Theta, train(t, mixed()).Theta)
}

func TestDeterminismTraining(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for name, balance := range balancers() {
		var want []float64
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			trainer := mixed()
			trainer.Balance, trainer.BatchSize, trainer.Epochs, trainer.Optimizer = balance, 8, 100, nn.NewAdam(0.01)
			runs, err := mtlkit.Repeat(context.Background(), 2, func(seed uint64) mtlkit.Trainer {
				trainer.Seed = seed
				return trainer
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []float64
			for _, run := range runs {
				got = append(got, run.Theta...)
			}
			if want == nil {
				want = got
			}
			sameBits(t, fmt.Sprintf("%s, %d processors", name, procs), got, want)
		}
	}
}

func TestPrecision(t *testing.T) {
	trainer := articleTrainer()
	want := train(t, trainer)
	trainer.Precision = autodiff.Float32
	got := train(t, trainer)
	closeTo(t, "losses in float32", got.History.Losses[1], want.History.Losses[1], 1e-4)
	if got.History.Losses[1][50] == want.History.Losses[1][50] {
		t.Error("float32 gives float64's losses to the last bit")
	}
}

func TestTrainerRefuses(t *testing.T) {
	for what, change := range map[string]func(t *mtlkit.Trainer){
		"no tasks":                 func(t *mtlkit.Trainer) { t.Tasks = nil },
		"no model":                 func(t *mtlkit.Trainer) { t.Model = nil },
		"no loss":                  func(t *mtlkit.Trainer) { t.Tasks[0].Loss = nil },
		"two tasks of one name":    func(t *mtlkit.Trainer) { t.Tasks[1].Name = "some" },
		"a softmax of one class":   func(t *mtlkit.Trainer) { t.Tasks[1].Width = 1 },
		"negative epochs":          func(t *mtlkit.Trainer) { t.Epochs = -1 },
		"first parameters too few": func(t *mtlkit.Trainer) { t.Initial = make([]float64, 3) },
		"a head of another width": func(t *mtlkit.Trainer) {
			t.Model = sharing.HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {1}, {1}}}
		},
		"a head too few":      func(t *mtlkit.Trainer) { t.Model = sharing.HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {2}}} },
		"nothing to diagnose": func(t *mtlkit.Trainer) { t.Model, t.Diagnose = mtlkit.Independent{Of: t.Model}, true },
		"a scalarizer by z":   func(t *mtlkit.Trainer) { t.ByRepresentation = true },
		"a z of separate inputs": func(t *mtlkit.Trainer) {
			t.ByRepresentation, t.Balance = true, balance.MGDA{}
			t.Data.X = []*mat.Dense{t.Data.X[0], t.Data.X[0], t.Data.X[0]}
		},
		"a z of two batches":         func(t *mtlkit.Trainer) { t.ByRepresentation, t.Balance, t.BatchSize = true, balance.NewMoDo(), 6 },
		"remembered gradients by z":  func(t *mtlkit.Trainer) { t.ByRepresentation, t.Balance, t.BatchSize = true, balance.NewMoCo(), 6 },
		"an output too few":          func(t *mtlkit.Trainer) { t.Model = oneOutput{threeTasks} },
		"a balancer of no kind":      func(t *mtlkit.Trainer) { t.Balance = balance.Stateless{} },
		"weights for too many tasks": func(t *mtlkit.Trainer) { t.Balance = balance.Fixed{Weights: make([]float64, 4)} },
	} {
		trainer := mixed()
		change(&trainer)
		mustPanic(t, what, func() { trainer.Start() })
	}
	whole := mixed()
	whole.ByRepresentation, whole.Balance = true, balance.NewMoCo()
	if _, err := whole.Start(); err != nil {
		t.Errorf("remembered gradients by z where a batch is all the data: %v", err)
	}
	bad := mixed()
	bad.HeldOut = mtlkit.Data{X: bad.Data.X}
	if _, err := bad.Start(); err == nil || !strings.Contains(err.Error(), "held out") {
		t.Errorf("held-out data without labels: %v", err)
	}
}

// oneOutput is a model that traces the output of its first task alone.
type oneOutput struct{ sharing.HardSharing }

func (o oneOutput) Apply(_ *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	return o.HardSharing.Apply(nil, theta, x)[:1]
}
