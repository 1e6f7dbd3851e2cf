package mtlkit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/race"
	"kindred/internal/tripping"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// A long step is given up soon after its context ends (see [tripping.Soon]).
//
// KINDRED_CANCEL=30 measures steps of seconds, that many times each.
func TestCancelWithinAStep(t *testing.T) {
	if race.Enabled || testing.Short() {
		t.Skip("it measures time")
	}
	type work struct {
		name             string
		rows, in, hidden int
		balance          balance.Balancer
		precision        autodiff.Precision
	}
	cases := []work{
		{"400 rows, 1,000-1,000", 400, 1000, 1000, balance.Equal{}, autodiff.Float64},
		{"400 rows, 1,000-1,000, a look after the step", 400, 1000, 1000, balance.NewFAMO(), autodiff.Float32},
	}
	tries, atLength := tripping.Tries(t)
	if atLength {
		cases = []work{
			{"4,000 rows, 1,000-1,000", 4000, 1000, 1000, balance.Equal{}, autodiff.Float64},
			{"4,000 rows, 1,000-1,000", 4000, 1000, 1000, balance.Equal{}, autodiff.Float32},
			{"4,000 rows, 1,000-1,000, an aggregator", 4000, 1000, 1000, balance.MGDA{}, autodiff.Float64},
			{"4,000 rows, 2,000-2,000", 4000, 2000, 2000, balance.Equal{}, autodiff.Float64},
			{"4,000 rows, 2,000-2,000", 4000, 2000, 2000, balance.NewFAMO(), autodiff.Float32},
			{"300,000 rows, 64-64", 300_000, 20, 64, balance.Equal{}, autodiff.Float64},
		}
	}
	rng := rand.New(rand.NewPCG(6, 0))
	for _, c := range cases {
		trainer := mtlkit.Trainer{
			Model: sharing.HardSharing{Trunk: []int{c.in, c.hidden, c.hidden}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
			Tasks: []mtlkit.Task{{Name: "one", Loss: nn.SquaredError{}}, {Name: "two", Loss: nn.HuberLoss{Delta: 1}}},
			Data: mtlkit.Data{X: []*mat.Dense{gaussian(rng, c.rows, c.in, 1)},
				Y: []*mat.Dense{gaussian(rng, c.rows, 1, 1), gaussian(rng, c.rows, 1, 1)}},
			Optimizer: nn.NewAdam(1e-4), Epochs: 1000, Balance: c.balance, Precision: c.precision,
		}
		start := time.Now()
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		started := time.Since(start)
		var step time.Duration
		for range 2 { // the first meets memory that was never touched
			start = time.Now()
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
			step = time.Since(start)
		}
		name := fmt.Sprintf("%s, %v, started in %v", c.name, c.precision, started.Round(time.Millisecond))
		tripping.Soon(t, name, rng, tries, step, func(ctx context.Context) {
			for range run.Epochs(ctx) { // of which the last is the error
			}
		})
	}
}
