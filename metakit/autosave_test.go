package metakit_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/internal/durable"
	"kindred/internal/hostile"
	"kindred/metakit"
	"kindred/nn"
)

// kept is a training that keeps its run.
func kept(t *testing.T, every time.Duration) metakit.Training {
	training := resumable()
	training.CheckpointFile, training.CheckpointEvery = filepath.Join(t.TempDir(), "run"), every
	return training
}

func run(t *testing.T, training metakit.Training) *metakit.Run {
	t.Helper()
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Left or cancelled after any number of iterations, a run goes on where it was and ends with the same bits.
func TestDeterminismGoesOnByItself(t *testing.T) {
	for name, learner := range map[string]metakit.Learner{
		"MAML":     resumable().Learner,
		"Reptile":  metakit.Reptile{Network: small, Loss: mse, Steps: 2, Inner: sgd},
		"Meta-SGD": metakit.MetaSGD{Network: small, Loss: mse, Steps: 1, Rate: 0.01},
	} {
		plain := resumable()
		plain.Learner = learner
		want := run(t, plain)
		for stop := range plain.Iterations {
			for _, cancelled := range []bool{false, true} {
				training := kept(t, time.Hour)
				training.Learner = learner
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				for step, err := range begin(t, training).Steps(ctx) {
					if err != nil && !errors.Is(err, context.Canceled) {
						t.Fatal(err)
					}
					if step.Iteration == stop+1 {
						cancel()
						if !cancelled {
							break
						}
					}
				}
				c, err := metakit.ReadCheckpoint(training.CheckpointFile)
				if err != nil || c.Iteration != stop+1 {
					t.Errorf("%s: the file stands at iteration %d, want %d: %v", name, c.Iteration, stop+1, err)
				}
				got := run(t, training)
				if got.Refused != nil {
					t.Errorf("%s: refused: %v", name, got.Refused)
				}
				sameBits(t, name+": meta-parameters", got.Meta, want.Meta)
				sameBits(t, name+": history", got.History, want.History)
			}
		}
	}
}

// A file that is damaged is not used, and the one before it is, with the reason; without one nothing is trained, nor
// overwritten.
func TestRefusedCheckpointFile(t *testing.T) {
	training := kept(t, time.Nanosecond)
	want := run(t, training)
	whole, err := os.ReadFile(training.CheckpointFile)
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(whole)
	damaged[len(damaged)-9] ^= 1
	if err := os.WriteFile(training.CheckpointFile, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	got := run(t, training)
	if got.Refused == nil || !strings.Contains(got.Refused.Error(), "its checksum is wrong") {
		t.Errorf("refused: %v", got.Refused)
	}
	sameBits(t, "meta-parameters", got.Meta, want.Meta)

	if err := os.Remove(training.CheckpointFile + ".previous"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(training.CheckpointFile, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := training.Start(); err == nil || !strings.Contains(err.Error(), "to begin anew, delete "+training.CheckpointFile) {
		t.Errorf("a damaged file alone: %v", err)
	}
	if _, err := metakit.ReadCheckpoint(training.CheckpointFile); err == nil {
		t.Error("a damaged file was read")
	}
	if err := metakit.WriteCheckpoint(training.CheckpointFile, want.Checkpoint()); err != nil {
		t.Fatal(err)
	}
	if kept, _ := os.ReadFile(training.CheckpointFile + ".refused"); !slices.Equal(kept, damaged) {
		t.Error("the damaged file was not kept")
	}
	shorter := training
	shorter.Iterations = 2
	if _, err := shorter.Start(); err == nil || !strings.Contains(err.Error(), "was trained for 6 iterations, Iterations is 2") {
		t.Errorf("with fewer iterations: %v", err)
	}
	training.MetaBatch++
	if _, err := training.Start(); err == nil || !strings.Contains(err.Error(), "MetaBatch 5") {
		t.Errorf("of another meta-batch: %v", err)
	}
}

// A run that diverged says so again, and goes on with another rate.
func TestDivergedCheckpointFile(t *testing.T) {
	training := kept(t, time.Hour)
	training.Optimizer, training.ClipNorm, training.Schedule = nn.SGD{Rate: 1e200}, 0, nil
	r, err := training.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) {
		t.Fatal(err)
	}
	again, err := training.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "with another Optimizer") {
		t.Errorf("started again: %v", err)
	}
	sameBits(t, "meta-parameters", again.Meta, r.Meta)
	training.Optimizer = nn.SGD{Rate: 0.01}
	if on := run(t, training); len(on.History) != training.Iterations {
		t.Errorf("with a smaller rate it ended after %d iterations", len(on.History))
	}
}

// What cannot be kept is not begun.
func TestCheckpointCannotBeWritten(t *testing.T) {
	training := kept(t, time.Hour)
	if err := os.WriteFile(training.CheckpointFile, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	training.CheckpointFile = filepath.Join(training.CheckpointFile, "below a file")
	if r, err := training.Run(t.Context()); err == nil || r != nil && len(r.History) > 0 {
		t.Errorf("below a file: %v", err)
	}
}

// Whatever a file holds is refused, or is a checkpoint of the training, that goes on.
func FuzzCheckpoint(f *testing.F) {
	training := resumable()
	training.Iterations = 2
	var seeds []metakit.Checkpoint
	for _, rate := range []float64{0.1, 1e300} {
		training.Optimizer, training.ClipNorm = nn.SGD{Rate: rate}, 0
		r, _ := training.Run(f.Context())
		seeds = append(seeds, r.Checkpoint())
	}
	hostile.Checkpoints(f, durable.Format{Kind: "metakit-checkpoint", Version: 1}, seeds, metakit.ReadCheckpoint,
		func(t *testing.T, c metakit.Checkpoint, size int) {
			r, err := training.Resume(c)
			if err != nil {
				return
			}
			if len(r.History) != c.Iteration || len(r.History) > size {
				t.Fatalf("accepted after %d iterations, with %d losses from %d bytes", c.Iteration, len(r.History), size)
			}
			for step, err := range r.Steps(t.Context()) {
				if err != nil && !errors.Is(err, metakit.ErrDiverged) {
					t.Fatal(err)
				}
				if step.Iteration > c.Iteration+1 {
					break
				}
			}
		})
}
