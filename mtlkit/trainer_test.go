package mtlkit

import (
	"context"
	"testing"
)

func TestTrainingAllocatesNothing(t *testing.T) {
	for name, balance := range map[string]Balancer{
		"equal": nil, "uncertainty": Uncertainty{}, "MGDA": MGDA{}, "PCGrad": PCGrad{},
	} {
		trainer := articleTrainer()
		trainer.Balance, trainer.HeldOut, trainer.Diagnose, trainer.Epochs = balance, trainer.Data, true, 500
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		next := func() {
			if err := run.take(); err != nil {
				t.Fatal(err)
			}
			run.endEpoch()
		}
		next()
		if n := testing.AllocsPerRun(100, next); n != 0 {
			t.Errorf("%s: %v allocations in an epoch of one step", name, n)
		}
	}
}

func TestEpochsCanBeTakenUpAgain(t *testing.T) {
	run, err := articleTrainer().Start()
	if err != nil {
		t.Fatal(err)
	}
	for epoch, err := range run.Epochs(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if epoch.Number == 10 {
			break
		}
	}
	if run.History.Epochs() != 10 {
		t.Fatalf("%d epochs, want 10", run.History.Epochs())
	}
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	sameBits(t, "parameters", run.Theta, train(t, articleTrainer()).Theta)
}

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for k := range got {
		if got[k] != want[k] {
			t.Fatalf("%s: number %d is %v, want %v", what, k, got[k], want[k])
		}
	}
}
