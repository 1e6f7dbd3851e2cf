package mtlkit_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/internal/durable"
	"kindred/internal/hostile"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// kept is a trainer that keeps its run, with everything that a run remembers.
func kept(t *testing.T, every time.Duration) mtlkit.Trainer {
	trainer := full()
	trainer.Epochs, trainer.Optimizer = 6, nn.NewAdam(0.01)
	trainer.CheckpointFile, trainer.CheckpointEvery = filepath.Join(t.TempDir(), "run"), every
	return trainer
}

// Stopped after any number of steps, a run goes on where it was and ends with the same bits.
func TestDeterminismGoesOnByItself(t *testing.T) {
	whole := kept(t, time.Hour)
	want := train(t, whole)
	steps := len(want.History.Norms[0])
	for stop := range steps {
		trainer := kept(t, time.Nanosecond)
		r, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		for range stop {
			if err := r.Take(); err != nil {
				t.Fatal(err)
			}
		}
		if err := mtlkit.WriteCheckpoint(trainer.CheckpointFile, r.Checkpoint()); err != nil {
			t.Fatal(err)
		}
		got := train(t, trainer)
		if got.Refused != nil {
			t.Errorf("refused: %v", got.Refused)
		}
		sameBits(t, "parameters", got.Theta, want.Theta)
		sameBits(t, "statistics", got.Statistics, want.Statistics)
		sameBits(t, "balancer", got.BalanceState(), want.BalanceState())
		for i := range want.History.Losses {
			sameBits(t, "losses", got.History.Losses[i], want.History.Losses[i])
			sameBits(t, "held out", got.History.HeldOut[i], want.History.HeldOut[i])
			sameBits(t, "norms", got.History.Norms[i], want.History.Norms[i])
		}
	}
}

// A loop that ends leaves a file of where it ended, however it ended; one that is finished is only read.
func TestCheckpointAtTheEnd(t *testing.T) {
	trainer := kept(t, time.Hour)
	r, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	steps := func() int {
		t.Helper()
		c, err := mtlkit.ReadCheckpoint(trainer.CheckpointFile)
		if err != nil {
			t.Fatal(err)
		}
		return c.Steps
	}
	for range r.Epochs(t.Context()) {
		break
	}
	one := steps()
	if one != r.Checkpoint().Steps || one == 0 {
		t.Errorf("after one epoch the file stands at step %d", one)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for epoch, err := range r.Epochs(ctx) {
		if epoch.Number == 3 {
			cancel()
		} else if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if got := steps(); got != 3*one {
		t.Errorf("cancelled after three epochs the file stands at step %d, want %d", got, 3*one)
	}
	train(t, trainer)
	if got := steps(); got != 6*one {
		t.Errorf("at the end the file stands at step %d, want %d", got, 6*one)
	}
	before, err := os.Stat(trainer.CheckpointFile)
	if err != nil {
		t.Fatal(err)
	}
	train(t, trainer)
	if after, err := os.Stat(trainer.CheckpointFile); err != nil || !os.SameFile(before, after) {
		t.Errorf("a finished run was written again: %v", err)
	}
	shorter := trainer
	shorter.Epochs = 2
	if _, err := shorter.Start(); err == nil || !strings.Contains(err.Error(), "was trained for 6 epochs, Epochs is 2") {
		t.Errorf("with fewer epochs: %v", err)
	}
	trainer.Epochs = 7 // may grow
	train(t, trainer)
	if got := steps(); got != 7*one {
		t.Errorf("after one more epoch the file stands at step %d, want %d", got, 7*one)
	}
}

// A file that is damaged is not used, and the one before it is, with the reason; without one nothing is trained, nor
// overwritten.
func TestRefusedCheckpointFile(t *testing.T) {
	trainer := kept(t, time.Nanosecond)
	want := train(t, trainer)
	whole, err := os.ReadFile(trainer.CheckpointFile)
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(whole)
	damaged[len(damaged)/2] ^= 4
	write := func(data []byte) {
		t.Helper()
		if err := os.WriteFile(trainer.CheckpointFile, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(damaged)
	got := train(t, trainer)
	if got.Refused == nil || !strings.Contains(got.Refused.Error(), "its checksum is wrong") {
		t.Errorf("refused: %v", got.Refused)
	}
	sameBits(t, "parameters", got.Theta, want.Theta)

	for says, data := range map[string][]byte{
		"its checksum is wrong":         damaged,
		"it is no mtlkit-checkpoint":    []byte("my thesis\n"),
		"newer than this program":       append([]byte("kindred mtlkit-checkpoint 99\n"), whole[28:]...),
		"it is a metakit-checkpoint fi": append([]byte("kindred metakit-checkpoint 1\n"), whole[28:]...),
	} {
		write(data)
		os.Remove(trainer.CheckpointFile + ".previous")
		if _, err := trainer.Start(); err == nil || !strings.Contains(err.Error(), says) ||
			!strings.Contains(err.Error(), "to begin anew, delete "+trainer.CheckpointFile) {
			t.Errorf("%v does not say %q", err, says)
		}
		if left, _ := os.ReadFile(trainer.CheckpointFile); !slices.Equal(left, data) {
			t.Errorf("%s: the file was changed", says)
		}
	}
	write(whole)
	other := trainer
	other.Seed++
	if _, err := other.Start(); err == nil || !strings.Contains(err.Error(), "another Seed") {
		t.Errorf("of another seed: %v", err)
	}
	r, err := other.Resume(want.Checkpoint())
	if err == nil {
		t.Errorf("resumed with another seed, at step %v", r)
	}
}

// A run that diverged says so again, and goes on with another rate.
func TestDivergedCheckpointFile(t *testing.T) {
	trainer := kept(t, time.Hour)
	trainer.Optimizer, trainer.Balance = nn.SGD{Rate: 1e200}, balance.Equal{}
	r, err := trainer.Train(t.Context())
	if !errors.Is(err, mtlkit.ErrDiverged) {
		t.Fatal(err)
	}
	again, err := trainer.Train(t.Context())
	if !errors.Is(err, mtlkit.ErrDiverged) || !strings.Contains(err.Error(), "with another Optimizer") {
		t.Errorf("started again: %v", err)
	}
	sameBits(t, "parameters", again.Theta, r.Theta)
	trainer.Optimizer = nn.SGD{Rate: 0.01}
	if on := train(t, trainer); slices.Equal(on.Theta, r.Theta) || len(on.History.Losses[0]) != trainer.Epochs {
		t.Errorf("with a smaller rate it did not go on")
	}
}

// What cannot be kept is not begun; what can no longer be kept is trained to its end, which is then lost nowhere but on
// disk.
func TestCheckpointCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	trainer := kept(t, time.Nanosecond)
	trainer.CheckpointFile = filepath.Join(dir, "folder", "run")
	r, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for epoch, err := range r.Epochs(t.Context()) {
		if epoch.Number == 1 { // another program puts a file where the folder was
			if err := os.RemoveAll(filepath.Join(dir, "folder")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "folder"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err != nil {
			if n := len(r.History.Losses[0]); n != trainer.Epochs || !strings.Contains(err.Error(), "cannot be written") {
				t.Errorf("after %d epochs: %v", n, err)
			}
		}
	}
	trainer.CheckpointFile = filepath.Join(dir, "folder", "run")
	if _, err := trainer.Train(t.Context()); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below a file: %v", err)
	}
}

// A repetition that was stopped goes on, and so do the twins of a comparison.
func TestDeterminismRepeatGoesOn(t *testing.T) {
	dir := t.TempDir()
	configure := func(seed uint64) mtlkit.Trainer {
		trainer := mixed()
		trainer.Seed, trainer.BatchSize = seed, 6
		return trainer
	}
	want, err := mtlkit.Compare(t.Context(), 3, configure)
	if err != nil {
		t.Fatal(err)
	}
	keeping := func(seed uint64) mtlkit.Trainer {
		trainer := configure(seed)
		trainer.CheckpointFile, trainer.CheckpointEvery = filepath.Join(dir, fmt.Sprint(seed)), time.Nanosecond
		return trainer
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for range 4 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(int(10*time.Millisecond))))
		_, _ = mtlkit.Compare(ctx, 3, keeping)
		cancel()
	}
	got, err := mtlkit.Compare(t.Context(), 3, keeping)
	if err != nil {
		t.Fatal(err)
	}
	for k := range want.Joint {
		sameBits(t, "joint", got.Joint[k].Theta, want.Joint[k].Theta)
		sameBits(t, "alone", got.Alone[k].Theta, want.Alone[k].Theta)
	}
}

// Whatever a file holds is refused, or is a checkpoint of the trainer, that goes on.
func FuzzCheckpoint(f *testing.F) {
	trainer := full()
	trainer.Epochs = 2
	r, err := trainer.Train(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	format := durable.Format{Kind: "mtlkit-checkpoint", Version: 2}
	hostile.Checkpoints(f, format, []mtlkit.Checkpoint{r.Checkpoint()}, mtlkit.ReadCheckpoint,
		func(t *testing.T, c mtlkit.Checkpoint, size int) {
			r, err := trainer.Resume(c)
			if err != nil {
				return
			}
			if n := len(r.History.Norms[0]); n != c.Steps || n > size {
				t.Fatalf("accepted after %d steps, with %d norms from %d bytes", c.Steps, n, size)
			}
			for _, err := range r.Epochs(t.Context()) {
				if err != nil && !errors.Is(err, mtlkit.ErrDiverged) {
					t.Fatal(err)
				}
				break
			}
		})
}
