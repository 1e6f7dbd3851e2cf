package metakit_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"kindred/autodiff"
	"kindred/internal/race"
	"kindred/metakit"
	"kindred/nn"
)

// A long iteration is given up soon after its context ends. What is asserted holds on a loaded machine too: half of the
// tries are answered within a quarter of an iteration, where one that is looked at between iterations alone takes half
// of it, or within 100 ms.
//
// KINDRED_CANCEL=30 measures iterations of seconds, that many times each.
func TestCancelWithinAnIteration(t *testing.T) {
	if race.Enabled || testing.Short() {
		t.Skip("it measures time")
	}
	tries, width, batch := 5, 600, 3
	if s := os.Getenv("KINDRED_CANCEL"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("KINDRED_CANCEL=%q is no number of tries", s)
		}
		tries, width, batch = n, 1500, 8
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
		var waits []time.Duration
		for range tries {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan time.Time, 1)
			time.AfterFunc(time.Duration((0.1+0.8*rng.Float64())*float64(step)), func() {
				ended <- time.Now()
				cancel()
			})
			for ctx.Err() == nil {
				iteration(ctx)
			}
			waits = append(waits, time.Since(<-ended))
		}
		slices.Sort(waits)
		median := waits[len(waits)/2]
		t.Logf("MAML of 1-%d-%d-1, %v, %d episodes: start %v, iteration %v; cancelled within %v at best, %v in the median, "+
			"%v at worst", width, width, precision, batch, started.Round(time.Millisecond), step.Round(time.Millisecond),
			waits[0].Round(10*time.Microsecond), median.Round(10*time.Microsecond),
			waits[len(waits)-1].Round(10*time.Microsecond))
		if median > 100*time.Millisecond && median > step/4 {
			t.Errorf("%v: half of the tries take over %v of an iteration of %v", precision, median, step)
		}
	}
}
