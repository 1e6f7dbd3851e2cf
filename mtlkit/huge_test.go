package mtlkit_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/race"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Numbers that may never be reached take no memory: a run of so many epochs starts, trains and stops as any other.
func TestHugeEpochs(t *testing.T) {
	for _, epochs := range []int{1e9, 1 << 40, math.MaxInt} {
		for _, diagnose := range []bool{false, true} {
			bytes := allocated(func() {
				trainer := mixed()
				trainer.Epochs, trainer.Diagnose, trainer.HeldOut = epochs, diagnose, trainer.Data
				run, err := trainer.Start()
				if err != nil {
					t.Fatal(err)
				}
				for epoch, err := range run.Epochs(context.Background()) {
					if err != nil {
						t.Fatal(err)
					}
					if epoch.Number == 3 {
						break
					}
				}
				if run, err = trainer.Resume(run.Checkpoint()); err != nil || run.History.Epochs() != 3 {
					t.Errorf("resumed: %v", err)
				}
			})
			if bytes > 20<<20 {
				t.Errorf("%d epochs: %d bytes", epochs, bytes)
			}
		}
	}
}

// So many seeds are begun as long as nothing fails.
func TestHugeSeeds(t *testing.T) {
	fails := func(seed uint64) mtlkit.Trainer {
		trainer := mixed()
		if trainer.Epochs = 1; seed == 3 {
			trainer.Data.X[0].Set(0, 0, math.NaN())
		}
		return trainer
	}
	var errRepeat, errCompare error
	var runs []*mtlkit.Run
	bytes := allocated(func() {
		runs, errRepeat = mtlkit.Repeat(t.Context(), math.MaxInt, fails)
		_, errCompare = mtlkit.Compare(t.Context(), 1<<40, fails)
	})
	for _, err := range []error{errRepeat, errCompare} {
		if err == nil || !strings.HasPrefix(err.Error(), "seed 3: ") {
			t.Errorf("%v does not name seed 3", err)
		}
	}
	if len(runs) < 4 || len(runs) > 1000 { // how many others end before seed 3 fails is up to a busy machine
		t.Errorf("%d runs were configured", len(runs))
	}
	if !race.Enabled && bytes > 50<<20 {
		t.Errorf("%d bytes", bytes)
	}
	c := cup()
	c.Seeds = math.MaxInt
	played := 0
	for _, err := range c.Play(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if played++; played == 2 {
			break
		}
	}
}

// A gradient whose square is beyond float64 is an error, not an infinity in the optimiser's state.
func TestOptimiserStateOverflows(t *testing.T) {
	model := sharing.HardSharing{Trunk: []int{1, 2}, Heads: [][]int{{1}}, Activation: nn.Tanh}
	trainer := mtlkit.Trainer{Model: model, Tasks: []mtlkit.Task{{Name: "y", Loss: nn.SquaredError{}}},
		Data:      mtlkit.SharedInputs(mat.NewDense(2, 1, []float64{1e156, 1}), []float64{1, -1}),
		Optimizer: nn.NewAdam(0.01), Epochs: 500, Initial: []float64{0, 0, 0, 0, 1, 1, 0}}
	run, err := trainer.Train(t.Context())
	if !errors.Is(err, mtlkit.ErrDiverged) || !strings.Contains(err.Error(), "step 1:") ||
		!strings.Contains(err.Error(), "what the optimiser remembers of trunk.W1 is not finite") {
		t.Errorf("error %v", err)
	}
	sameBits(t, "parameters", run.Theta, trainer.Initial)
}

// A part of the work that ends its goroutine ends all, with a sentence.
func TestGoexit(t *testing.T) {
	ended := func(name string, f func()) {
		t.Helper()
		done := make(chan any, 1)
		go func() { done <- recovered(f) }()
		select {
		case said := <-done:
			if text, ok := said.(string); !ok || !strings.Contains(text, "runtime.Goexit") {
				t.Errorf("%s: %v", name, said)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: it hangs", name)
		}
	}
	quitting := func(seed uint64) mtlkit.Trainer {
		trainer := mixed()
		if trainer.Epochs = 1000; seed == 1 {
			trainer.Balance = quitter{}
		}
		return trainer
	}
	ended("Repeat", func() { _, _ = mtlkit.Repeat(context.Background(), 3, quitting) })
	ended("Compare", func() { _, _ = mtlkit.Compare(context.Background(), 3, quitting) })
	c := cup()
	c.Trial = func(uint64, int) (mtlkit.Trainer, mtlkit.Data) {
		runtime.Goexit()
		return mtlkit.Trainer{}, mtlkit.Data{}
	}
	ended("Tournament", func() { c.Play(context.Background(), nil)(ignore) })
}

// quitter ends the goroutine that asks it.
type quitter struct{ balance.Stateless }

func (quitter) Scalarize(_, _ []float64, _ balance.State) float64 {
	runtime.Goexit()
	return 0
}
