package mtlkit_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// absentIn is a trainer whose second task has no label in a step of the first epoch, whichever batches it has.
func absentIn(step int, b balance.Balancer) mtlkit.Trainer {
	trainer := mixed()
	trainer.Balance, trainer.BatchSize, trainer.Optimizer = b, 4, nn.NewAdam(0.01)
	batches := 1
	if several, ok := b.(balance.BatchAggregator); ok {
		batches = several.Batches()
	}
	for stream := range batches {
		for _, r := range mtlkit.BatchRows(trainer, stream, batches, step) {
			trainer.Data.Y[1].Set(r, 0, math.NaN())
		}
	}
	return trainer
}

// A task that is absent from a batch leaves its own parameters as they are, with their moments and counts, and its
// weight is 0; what the tasks have in common moves. In the steps around it moves too.
func TestDeterminismAbsentTask(t *testing.T) {
	for name, b := range balancers() {
		run, err := absentIn(1, b).Start()
		if err != nil {
			t.Fatal(err)
		}
		head := mtlkit.SpansOf(mixed(), 1)[0]
		take := func() (own []float64, counts []float64, trunk float64) {
			t.Helper()
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
			matrices, n := len(threeTasks.Shapes()), len(run.Theta)
			state := run.Checkpoint().Optimizer // counts, first moments, second moments
			own = slices.Clone(run.Theta[head[0]:head[1]])
			for slot := range 2 {
				own = append(own, state[matrices+slot*n:][head[0]:head[1]]...)
			}
			return own, state[:matrices], run.Theta[0]
		}
		before, counts, trunk := take()
		during, countsDuring, trunkDuring := take()
		after, countsAfter, _ := take()
		sameBits(t, name+": what is the absent task's own", during, before)
		if counts[6] != 1 || countsDuring[6] != 1 || countsAfter[6] != 2 || countsDuring[4] != 2 || countsDuring[0] != 2 {
			t.Errorf("%s: steps counted %v, %v and %v", name, counts, countsDuring, countsAfter)
		}
		if trunkDuring == trunk {
			t.Errorf("%s: the trunk stands still while one of three tasks is absent", name)
		}
		if slices.Equal(after, during) {
			t.Errorf("%s: the task is not trained when it is back", name)
		}
	}
}

// The weight that is recorded is that of the epoch's last step: 0 for a task that is absent from it.
func TestWeightOfAnAbsentTask(t *testing.T) {
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}, balance.NewFAMO()} {
		trainer := absentIn(4, b)
		trainer.Epochs = 1
		if w := train(t, trainer).History.Weights; w[1][0] != 0 || w[0][0] == 0 && w[2][0] == 0 {
			t.Errorf("%T: weights %v, the second task is absent", b, w)
		}
	}
}

// What a balancer remembers of a task stays while it is absent.
func TestDeterminismAbsentTaskIsRemembered(t *testing.T) {
	for name, b := range map[string]balance.Balancer{
		"Uncertainty": balance.NewUncertainty(), "IMTL-L": balance.NewIMTLL(), "FAMO": balance.NewFAMO(),
	} {
		run, err := absentIn(1, b).Start()
		if err != nil {
			t.Fatal(err)
		}
		var memories [][]float64
		for range 3 {
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
			memories = append(memories, run.BalanceState())
		}
		if m := memories; m[1][1] != m[0][1] || m[1][0] == m[0][0] || m[2][1] == m[1][1] {
			t.Errorf("%s: remembers %v", name, memories)
		}
	}
}

// A task without a single label is never touched, and the others train, to the bit, as without it.
func TestDeterminismTaskWithoutLabels(t *testing.T) {
	for name, b := range map[string]func(m int) balance.Balancer{
		"none": func(int) balance.Balancer { return nil },
		"mean": func(int) balance.Balancer { return balance.Equal{Mean: true} },
		"fixed": func(m int) balance.Balancer {
			return balance.Fixed{Weights: map[int][]float64{3: {2, 1, 3}, 2: {2, 3}}[m]}
		},
		"FAMO": func(int) balance.Balancer { return balance.NewFAMO() },
		"DWA":  func(int) balance.Balancer { return balance.NewDWA() },
		"MGDA": func(int) balance.Balancer { return balance.MGDA{} }, "UPGrad": func(int) balance.Balancer { return balance.UPGrad{} },
		"IMTL-G": func(int) balance.Balancer { return balance.IMTLG{} }, "MoCo": func(int) balance.Balancer { return balance.NewMoCo() },
	} {
		with := mixed()
		with.Balance, with.Data.Y[1], with.HeldOut = b(3), nil, with.Data
		start, err := with.Start()
		if err != nil {
			t.Fatal(err)
		}
		first := slices.Clone(start.Theta)
		run := finish(t, start)
		head := mtlkit.SpansOf(mixed(), 1)[0]
		sameBits(t, name+": head of the task without labels", run.Theta[head[0]:head[1]], first[head[0]:head[1]])
		without := with
		without.Model = sharing.HardSharing{Trunk: threeTasks.Trunk, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
		without.Tasks = []mtlkit.Task{with.Tasks[0], with.Tasks[2]}
		without.Data.Y = []*mat.Dense{with.Data.Y[0], with.Data.Y[2]}
		without.HeldOut, without.Balance = without.Data, b(2)
		without.Initial = slices.Delete(first, head[0], head[1])
		want := train(t, without)
		got := slices.Delete(slices.Clone(run.Theta), head[0], head[1])
		sameBits(t, name+": the others", got, want.Theta)
		for e := range 5 {
			if h := run.History; !math.IsNaN(h.Losses[1][e]) || !math.IsNaN(h.HeldOut[1][e]) || h.Weights[1][e] != 0 {
				t.Errorf("%s: the task without labels has the loss %v, held out %v, and the weight %v", name, h.Losses[1][e],
					h.HeldOut[1][e], h.Weights[1][e])
			}
		}
		sameBits(t, name+": losses", run.History.Losses[2], want.History.Losses[1])
	}
}

// In a step in which nobody has a label nothing changes.
func TestDeterminismNobodyIsPresent(t *testing.T) {
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}} {
		trainer := mixed()
		trainer.Balance, trainer.BatchSize, trainer.Diagnose = b, 4, true
		for _, r := range mtlkit.BatchRows(trainer, 0, 1, 1) {
			for _, y := range trainer.Data.Y {
				y.Set(r, 0, math.NaN())
			}
		}
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		var kept []float64
		for k := range 2 {
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
			c := run.Checkpoint()
			all := slices.Concat(c.Theta, c.Optimizer, c.Balance)
			if k == 1 {
				sameBits(t, fmt.Sprintf("%T: after a step without labels", b), all, kept)
			}
			kept = all
		}
		if n := run.History.Norms[0][1]; n != 0 {
			t.Errorf("%T: without a label a gradient has the norm %v", b, n)
		}
	}
}

// Evaluating, and training on, with one task unlabelled: that task has no score, and stays.
func TestOneTaskUnlabelled(t *testing.T) {
	trainer := mixed()
	run := train(t, trainer)
	want := evaluate(t, run, trainer.Data)
	data := trainer.Data
	data.Y = []*mat.Dense{data.Y[0], nil, data.Y[2]}
	got := evaluate(t, run, data)
	if s := got[1]; s.Rows != 0 || !math.IsNaN(s.Loss) || !math.IsNaN(s.Value) || s.String() != "kind: no labels" {
		t.Errorf("the unlabelled task has %v", s)
	}
	if got[0] != want[0] || got[2] != want[2] {
		t.Errorf("beside it %v and %v, want %v and %v", got[0], got[2], want[0], want[2])
	}
	trainer.Data, trainer.Initial = data, run.Theta
	tuned := train(t, trainer)
	head := mtlkit.SpansOf(mixed(), 1)[0]
	sameBits(t, "its head", tuned.Theta[head[0]:head[1]], run.Theta[head[0]:head[1]])
	if tuned.Theta[0] == run.Theta[0] {
		t.Error("the trunk was not trained")
	}
}
