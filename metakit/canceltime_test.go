package metakit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"kindred/autodiff"
	"kindred/internal/race"
	"kindred/internal/tripping"
	"kindred/metakit"
	"kindred/nn"
)

// A long iteration is given up soon after its context ends (see [tripping.Soon]).
//
// KINDRED_CANCEL=30 measures iterations of seconds, that many times each.
func TestCancelWithinAnIteration(t *testing.T) {
	if race.Enabled || testing.Short() {
		t.Skip("it measures time")
	}
	width, batch := 600, 3
	tries, atLength := tripping.Tries(t)
	if atLength {
		width, batch = 1500, 8
	}
	rng := rand.New(rand.NewPCG(6, 0))
	net := nn.MLP{Widths: []int{1, width, width, 1}, Activation: nn.Tanh}
	for _, precision := range []autodiff.Precision{autodiff.Float64, autodiff.Float32} {
		start := time.Now()
		r, err := metakit.Training{Learner: metakit.MAML{Network: net, Loss: mse, Steps: 5, Inner: sgd}, Tasks: sines,
			Iterations: 1000, MetaBatch: batch, Optimizer: nn.NewAdam(1e-5), Precision: precision}.Start()
		if err != nil {
			t.Fatal(err)
		}
		started := time.Since(start)
		iteration := func(ctx context.Context) {
			for _, err := range r.Steps(ctx) {
				if err == nil {
					return
				}
			}
		}
		iteration(t.Context()) // which meets memory that was never touched
		start = time.Now()
		iteration(t.Context())
		step := time.Since(start)
		name := fmt.Sprintf("MAML of 1-%d-%d-1, %v, %d episodes, started in %v", width, width, precision, batch,
			started.Round(time.Millisecond))
		tripping.Soon(t, name, rng, tries, step, func(ctx context.Context) {
			for ctx.Err() == nil {
				iteration(ctx)
			}
		})
	}
}
