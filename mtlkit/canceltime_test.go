package mtlkit_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/race"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// A long step is given up soon after its context ends. What is asserted holds on a loaded machine too: half of the tries
// are answered within a quarter of a step, where one that is looked at between steps alone takes half of it, or within
// 100 ms.
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
	cases, tries := []work{
		{"400 rows, 1,000-1,000", 400, 1000, 1000, balance.Equal{}, autodiff.Float64},
		{"400 rows, 1,000-1,000, a look after the step", 400, 1000, 1000, balance.NewFAMO(), autodiff.Float32},
	}, 5
	if s := os.Getenv("KINDRED_CANCEL"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("KINDRED_CANCEL=%q is no number of tries", s)
		}
		tries, cases = n, []work{
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
		var waits []time.Duration
		for range tries {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan time.Time, 1)
			time.AfterFunc(time.Duration((0.1+0.8*rng.Float64())*float64(step)), func() {
				ended <- time.Now()
				cancel()
			})
			for _, err := range run.Epochs(ctx) {
				if err == nil {
					continue
				}
				waits = append(waits, time.Since(<-ended))
			}
		}
		slices.Sort(waits)
		median := waits[len(waits)/2]
		t.Logf("%s, %v: start %v, step %v; cancelled within %v at best, %v in the median, %v at worst", c.name, c.precision,
			started.Round(time.Millisecond), step.Round(time.Millisecond), waits[0].Round(10*time.Microsecond),
			median.Round(10*time.Microsecond), waits[len(waits)-1].Round(10*time.Microsecond))
		if median > 100*time.Millisecond && median > step/4 {
			t.Errorf("%s: half of the tries take over %v of a step of %v", c.name, median, step)
		}
	}
}
