package mtlkit_test

import (
	"fmt"
	"testing"

	"kindred/autodiff"
	"kindred/internal/race"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

func TestTrainingAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	for name, balance := range balancers() {
		trainer := mixed()
		trainer.Balance, trainer.HeldOut, trainer.Diagnose = balance, trainer.Data, true
		trainer.Epochs, trainer.BatchSize, trainer.ClipNorm = 500, 7, 1
		allocatesNothing(t, name, trainer)
	}
}

// allocatesNothing takes all steps of a hundred epochs, after one.
func allocatesNothing(t *testing.T, name string, trainer mtlkit.Trainer) {
	t.Helper()
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	next := func() {
		for range run.StepsPerEpoch() {
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
		}
	}
	next()
	if n := testing.AllocsPerRun(100, next); n != 0 {
		t.Errorf("%s: %v allocations in an epoch", name, n)
	}
}

func TestWeightedTrainingAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}} {
		trainer := weighed(1)
		trainer.Balance, trainer.HeldOut, trainer.BatchSize, trainer.Epochs = b, trainer.Data, 7, 500
		allocatesNothing(t, fmt.Sprintf("%T", b), trainer)
	}
}

// restless asks for all that a model may ask for in a step.
type restless struct{ thinned }

func (m restless) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	out := m.thinned.Apply(t, theta, x)
	for i := range out {
		t.Update("mean", t.Statistic("mean", 1, 1, 0).Scale(0.9).Add(out[i].Mean().Scale(0.1)))
		out[i] = out[i].Mul(t.Scheduled(out[i].Graph(), temperature, 0.5))
		t.Penalty("size", theta.Dot(theta))
	}
	return out
}

func TestRestlessTrainingAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}, balance.NewMoDo()} {
		trainer := regressions(restless{thin()}, 2)
		trainer.Balance, trainer.BatchSize = b, 5
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		next := func() {
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
		}
		for range 50 {
			next()
		}
		// In 50 steps the lists of the history may grow once or twice.
		if n := testing.AllocsPerRun(50, next); n >= 1 {
			t.Errorf("%T: %v allocations in a step", b, n)
		}
	}
}
