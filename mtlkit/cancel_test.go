package mtlkit_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"

	"kindred/internal/tripping"
)

// cancelled are trainings that differ in what a step changes and in which programs it runs.
func cancelled() map[string]mtlkit.Trainer {
	all := map[string]mtlkit.Trainer{}
	tanh := sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
	add := func(name string, t mtlkit.Trainer, b balance.Balancer, change func(t *mtlkit.Trainer)) {
		t.Balance, t.Epochs = b, 2
		if change != nil {
			change(&t)
		}
		all[name] = t
	}
	batches := func(t *mtlkit.Trainer) { t.BatchSize = 9 }
	add("fixed weights", regressions(tanh, 2), balance.Equal{}, nil)
	add("labels missing", mixed(), balance.Equal{}, batches)
	add("statistics, diagnosis, held out", full(), balance.NewUncertainty(), nil)
	add("held out, all rows", regressions(tanh, 2), balance.NewDWA(), func(t *mtlkit.Trainer) {
		t.HeldOut, t.Epochs = t.Data, 4
	})
	add("a look after the step", mixed(), balance.NewFAMO(), func(t *mtlkit.Trainer) {
		t.BatchSize, t.HeldOut, t.Schedule = 9, t.Data, nn.CosineDecay{Steps: 9}
		t.Groups = []nn.Group{{Names: "head1.*", Rule: nn.Momentum{Rate: 0.01, Mu: 0.9}}, {Names: "head2.*"}}
	})
	add("a look after the step, statistics", full(), balance.NewFAMO(), nil)
	add("random weights", mixed(), balance.RLW{}, batches)
	add("an aggregator", mixed(), balance.MGDA{}, batches)
	add("an aggregator, diagnosis", mixed(), balance.NewGradNorm(), func(t *mtlkit.Trainer) { t.Diagnose = true })
	add("an aggregator that remembers gradients", mixed(), balance.NewMoCo(), batches)
	add("several batches", regressions(tanh, 2), balance.NewMoDo(), func(t *mtlkit.Trainer) { t.BatchSize = 10 })
	add("by the representation", regressions(tanh, 2), balance.NewMoCo(), func(t *mtlkit.Trainer) {
		t.ByRepresentation, t.Epochs = true, 4
	})
	add("dropout", regressions(thin(), 2), balance.NewUncertainty(), batches)
	wide := sharing.HardSharing{Trunk: []int{2, 256, 256}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU}
	add("looks within programs", regressions(wide, 2), balance.NewFAMO(), nil)
	add("looks within a wide Jacobian", regressions(wide, 2), balance.NewMoCo(), nil)
	add("float32", full(), balance.NewFAMO(), func(t *mtlkit.Trainer) { t.Precision = autodiff.Float32 })
	return all
}

// same fails unless two checkpoints are equal to the bit.
func same(t *testing.T, what string, got, want mtlkit.Checkpoint) {
	t.Helper()
	var a, b bytes.Buffer
	if err := errors.Join(gob.NewEncoder(&a).Encode(got), gob.NewEncoder(&b).Encode(want)); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(a.Bytes(), b.Bytes()) {
		return
	}
	x, y := reflect.ValueOf(got), reflect.ValueOf(want)
	for k := range x.NumField() {
		if f, g := x.Field(k).Interface(), y.Field(k).Interface(); !reflect.DeepEqual(f, g) {
			t.Errorf("%s: %s is %v, want %v", what, x.Type().Field(k).Name, f, g)
		}
	}
	t.Fatalf("%s: other bits", what)
}

// A training that is cancelled at any look at its context is where it was before the step under way, or before the
// evaluation at the end of an epoch; and goes on, by itself and from a checkpoint, to the bits of one that was not.
func TestDeterminismAfterCancelling(t *testing.T) {
	for name, trainer := range cancelled() {
		t.Run(name, func(t *testing.T) {
			var at []mtlkit.Checkpoint // after each number of steps
			run, err := trainer.Start()
			if err != nil {
				t.Fatal(err)
			}
			at = append(at, run.Checkpoint())
			for len(at) <= trainer.Epochs*run.StepsPerEpoch() {
				if err := run.Take(); err != nil {
					t.Fatal(err)
				}
				at = append(at, run.Checkpoint())
			}
			want := at[len(at)-1]
			all := tripping.Never()
			if run, err = trainer.Train(all); err != nil {
				t.Fatal(err)
			}
			same(t, "with a context that does not end", run.Checkpoint(), want)

			evaluations := 0
			every := 1
			if len(want.Theta) > 10_000 {
				every = 9
			}
			for k := 0; k < all.Looks(); k += every {
				if run, err = trainer.Train(tripping.After(k)); err == nil {
					continue // side by side, pieces of an evaluation look once more or less
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				stopped := run.Checkpoint()
				before := at[stopped.Steps]
				sameBits(t, "Theta", stopped.Theta, before.Theta)
				sameBits(t, "Statistics", stopped.Statistics, before.Statistics)
				if len(stopped.BestTheta) > 0 {
					sameBits(t, "the best Theta", run.Theta, stopped.BestTheta)
					sameBits(t, "the best Statistics", run.Statistics, stopped.BestStatistics)
				} else {
					sameBits(t, "the last Theta", run.Theta, before.Theta)
					sameBits(t, "the last Statistics", run.Statistics, before.Statistics)
				}
				sameBits(t, "Optimizer", stopped.Optimizer, before.Optimizer)
				sameBits(t, "Balance", stopped.Balance, before.Balance)
				sameBits(t, "Sums", stopped.Sums, before.Sums)
				if len(stopped.History.HeldOut) > 0 && len(stopped.History.HeldOut[0]) < len(stopped.History.Losses[0]) {
					evaluations++
					if n := len(stopped.History.HeldOut[0]); run.History.Epochs() != n {
						t.Fatalf("%d epochs in the history, with the held-out losses of %d", run.History.Epochs(), n)
					}
				} else {
					same(t, "stopped", stopped, before)
				}
				again, err := trainer.Resume(stopped)
				if err != nil {
					t.Fatal(err)
				}
				same(t, "resumed", again.Checkpoint(), stopped)
				same(t, "from a checkpoint", finish(t, again).Checkpoint(), want)
				same(t, "in place", finish(t, run).Checkpoint(), want)
			}
			if trainer.HeldOut.X != nil && evaluations == 0 {
				t.Error("no evaluation was given up")
			}
			t.Logf("%d looks in %d steps, %d evaluations given up", all.Looks(), want.Steps, evaluations)
		})
	}
}

// A run that is cancelled again and again, each time some looks later, comes to its end with the same bits, and hears
// of every epoch once.
func TestDeterminismAfterCancellingOften(t *testing.T) {
	rng, all := rand.New(rand.NewPCG(5, 0)), 0
	for name, trainer := range cancelled() {
		looks := tripping.Never()
		run, err := trainer.Train(looks)
		if err != nil {
			t.Fatal(err)
		}
		want := run.Checkpoint()
		run, err = trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		epochs, stops := 0, 0
		for done := false; !done; {
			done = true
			for epoch, err := range run.Epochs(tripping.After(rng.IntN(looks.Looks()))) {
				if err != nil {
					done = false
					stops++
					break
				}
				epochs++
				if epoch.Number != epochs || epoch.Losses[0] != want.History.Losses[0][epochs-1] {
					t.Fatalf("%s: epoch %d has number %d and loss %v", name, epochs, epoch.Number, epoch.Losses[0])
				}
			}
		}
		same(t, name, run.Checkpoint(), want)
		if epochs != trainer.Epochs {
			t.Errorf("%s: heard of %d epochs, want %d", name, epochs, trainer.Epochs)
		}
		all += stops
	}
	if all < 20 {
		t.Errorf("cancelled %d times", all)
	}
}
