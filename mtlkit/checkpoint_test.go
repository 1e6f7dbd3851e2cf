package mtlkit_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"strings"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

func TestDeterminismResume(t *testing.T) {
	for name, balance := range balancers() {
		trainer := mixed()
		trainer.Balance, trainer.BatchSize, trainer.Seed, trainer.Diagnose = balance, 6, 4, true
		trainer.Optimizer, trainer.Schedule, trainer.HeldOut = nn.NewAdam(0.01), nn.CosineDecay{Steps: 15}, trainer.Data
		want := train(t, trainer)
		first, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		for range 7 { // into the second epoch
			if err := first.Take(); err != nil {
				t.Fatal(err)
			}
		}
		var file bytes.Buffer
		if err := gob.NewEncoder(&file).Encode(first.Checkpoint()); err != nil {
			t.Fatal(err)
		}
		for range first.Epochs(context.Background()) { // must not change what was saved
		}
		var c mtlkit.Checkpoint
		if err := gob.NewDecoder(&file).Decode(&c); err != nil {
			t.Fatal(err)
		}
		run, err := trainer.Resume(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range run.Epochs(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		sameBits(t, name+": parameters", run.Theta, want.Theta)
		sameBits(t, name+": balancer", run.BalanceState(), want.BalanceState())
		for i := range trainer.Tasks {
			sameBits(t, name+": losses", run.History.Losses[i], want.History.Losses[i])
			sameBits(t, name+": weights", run.History.Weights[i], want.History.Weights[i])
			sameBits(t, name+": held out", run.History.HeldOut[i], want.History.HeldOut[i])
			sameBits(t, name+": norms", run.History.Norms[i], want.History.Norms[i])
		}
	}
}

func TestResumeRefusesAForeignCheckpoint(t *testing.T) {
	c := train(t, mixed()).Checkpoint()
	if _, err := articleTrainer().Resume(c); err == nil || !strings.Contains(err.Error(), "another Model") {
		t.Errorf("a checkpoint of another model: %v", err)
	}
	other := mixed()
	other.Optimizer = nn.SGD{Rate: 0.01}
	if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "another Optimizer") {
		t.Errorf("a checkpoint of another optimiser: %v", err)
	}
	other = mixed()
	other.Balance = balance.NewUncertainty()
	if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "another Balance:") {
		t.Errorf("a checkpoint of another balancer: %v", err)
	}
}

func TestResumeRefusesOtherBatches(t *testing.T) {
	trainer := mixed()
	trainer.BatchSize = 5
	c := train(t, trainer).Checkpoint()
	trainer.Epochs *= 2
	if _, err := trainer.Resume(c); err != nil {
		t.Fatal(err)
	}
	other := trainer
	other.Seed++
	if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "Seed") {
		t.Errorf("a checkpoint of another seed: %v", err)
	}
	trainer.BatchSize = 10
	if _, err := trainer.Resume(c); err == nil || !strings.Contains(err.Error(), "BatchSize") {
		t.Errorf("a checkpoint of another batch size: %v", err)
	}
}
