package mtlkit_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

func TestRepeat(t *testing.T) {
	configure := func(seed uint64) mtlkit.Trainer {
		trainer := mixed()
		trainer.Seed = seed
		return trainer
	}
	runs, err := mtlkit.Repeat(context.Background(), 4, configure)
	if err != nil {
		t.Fatal(err)
	}
	for k, run := range runs {
		sameBits(t, "parameters", run.Theta, train(t, configure(uint64(k))).Theta)
	}
	if runs[0].Theta[0] == runs[1].Theta[0] {
		t.Error("two seeds, one result")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := mtlkit.Repeat(ctx, 2, configure); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "seed ") {
		t.Errorf("a cancelled context gives %v", err)
	}
	runs, err = mtlkit.Repeat(context.Background(), 3, func(seed uint64) mtlkit.Trainer {
		trainer := articleTrainer()
		if seed == 1 {
			trainer.Optimizer = nn.SGD{Rate: 1e3}
		}
		return trainer
	})
	if !errors.Is(err, mtlkit.ErrDiverged) || !strings.Contains(err.Error(), "seed 1: ") || runs[1] == nil {
		t.Errorf("a diverging seed gives %v and run %v", err, runs[1])
	}
}

func TestCompare(t *testing.T) {
	configure := func(seed uint64) mtlkit.Trainer {
		trainer := mixed()
		trainer.Seed, trainer.Balance, trainer.Diagnose = seed, balance.Fixed{Weights: []float64{5, 1, 1}}, true
		trainer.Data, trainer.HeldOut = trainer.Data.Split(0.5, seed)
		return trainer
	}
	c, err := mtlkit.Compare(context.Background(), 3, configure)
	if err != nil {
		t.Fatal(err)
	}
	for task := range 3 {
		joint, alone := c.Losses(task)
		jointValues, aloneValues := c.Values(task)
		var gain []float64
		for k := range 3 {
			trainer := configure(uint64(k))
			want := evaluate(t, train(t, trainer), trainer.HeldOut)[task]
			if joint[k] != want.Loss || jointValues[k] != want.Value {
				t.Errorf("seed %d: joint loss %v and value %v, want %v", k, joint[k], jointValues[k], want)
			}
			trainer.Model, trainer.Balance, trainer.Diagnose = mtlkit.Independent{Of: trainer.Model}, nil, false
			want = evaluate(t, train(t, trainer), trainer.HeldOut)[task]
			if alone[k] != want.Loss || aloneValues[k] != want.Value {
				t.Errorf("seed %d: loss alone %v and value %v, want %v", k, alone[k], aloneValues[k], want)
			}
			gain = append(gain, alone[k]-joint[k])
		}
		if got := c.Gain(task); got != mtlkit.MeanInterval(gain) {
			t.Errorf("gain %v, want %v", got, mtlkit.MeanInterval(gain))
		}
	}
	// From given parameters, the twins begin there too.
	start := threeTasks.Init(rand.New(rand.NewPCG(9, 0)))
	c, err = mtlkit.Compare(context.Background(), 1, func(seed uint64) mtlkit.Trainer {
		trainer := configure(seed)
		trainer.Initial, trainer.Epochs = start, 0
		return trainer
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.JointScores[0], c.AloneScores[0]) {
		t.Errorf("untrained from one start: %v and %v", c.JointScores[0], c.AloneScores[0])
	}
}
