package metakit_test

import (
	"context"
	"errors"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/nn"

	"kindred/internal/tripping"
)

// sameCheckpoint fails unless two checkpoints are equal to the bit.
func sameCheckpoint(t *testing.T, what string, got, want metakit.Checkpoint) {
	t.Helper()
	if got.Iteration != want.Iteration || got.Diverged != want.Diverged || got.Settings != want.Settings {
		t.Fatalf("%s: iteration %d, want %d, of %+v", what, got.Iteration, want.Iteration, got.Settings)
	}
	sameBits(t, what+": Meta", got.Meta, want.Meta)
	sameBits(t, what+": Statistics", got.Statistics, want.Statistics)
	sameBits(t, what+": Optimizer", got.Optimizer, want.Optimizer)
	sameBits(t, what+": History", got.History, want.History)
}

// Meta-training that is cancelled at any look at its context is where it was before the iteration under way, and goes
// on, by itself and from a checkpoint, to the bits of one that was not.
func TestDeterminismAfterCancelling(t *testing.T) {
	maml := metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd}
	wide := nn.MLP{Widths: []int{1, 128, 128, 1}, Activation: nn.Tanh} // whose programs are looked at within
	for name, training := range map[string]metakit.Training{
		"MAML":      {Learner: maml, Tasks: sines, ClipNorm: 1, Schedule: nn.CosineDecay{Steps: 3}},
		"float32":   {Learner: maml, Tasks: sines, Precision: autodiff.Float32},
		"Reptile":   {Learner: metakit.Reptile{Network: small, Loss: mse, Steps: 3, Inner: sgd}, Tasks: sines},
		"restarter": {Learner: halfFresh{metakit.Pooled{Network: small, Loss: mse, Inner: sgd}}, Tasks: sines},
		"sizes":     {Learner: maml, Tasks: anySize{sines}},
		"statistics": {Learner: metakit.MAML{Network: normalised{MLP: small}, Loss: mse, Steps: 1, Inner: sgd},
			Tasks: sines},
		"validation": {Learner: maml, Tasks: sines, Validation: metakit.Validation{Tasks: sines, Episodes: 3, Every: 1}},
		"noise":      {Learner: metakit.MAML{Network: noisy{small}, Loss: mse, Steps: 1, Inner: sgd}, Tasks: sines},
		"wide":       {Learner: metakit.MAML{Network: wide, Loss: mse, Steps: 1, Inner: sgd}, Tasks: sines},
	} {
		t.Run(name, func(t *testing.T) {
			training.Iterations, training.MetaBatch, training.Optimizer = 3, 4, adam
			whole, err := training.Start()
			if err != nil {
				t.Fatal(err)
			}
			at := []metakit.Checkpoint{whole.Checkpoint()}
			all := tripping.Never()
			for _, err := range whole.Steps(all) {
				if err != nil {
					t.Fatal(err)
				}
				at = append(at, whole.Checkpoint())
			}
			want, stops := at[len(at)-1], 0
			for k := range all.Looks() {
				r, err := training.Run(tripping.After(k))
				if err == nil {
					continue // side by side, episodes look once more or less
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				stops++
				c := r.Checkpoint()
				sameCheckpoint(t, "stopped", c, at[c.Iteration])
				again, err := training.Resume(c)
				if err != nil {
					t.Fatal(err)
				}
				for name, r := range map[string]*metakit.Run{"from a checkpoint": again, "in place": r} {
					for _, err := range r.Steps(t.Context()) {
						if err != nil {
							t.Fatal(err)
						}
					}
					sameCheckpoint(t, name, r.Checkpoint(), want)
				}
			}
			if stops < training.Iterations*training.MetaBatch {
				t.Errorf("stopped at %d looks", stops)
			}
			t.Logf("%d looks", all.Looks())
		})
	}
}

// An evaluation that is cancelled at any look says so, or is done.
func TestEvaluationIsCancelled(t *testing.T) {
	learner := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	e := metakit.Evaluation{Learner: learner, Tasks: sines.Test(), Steps: []int{0, 2}, Episodes: 6}
	meta := start(learner, 1)
	for name, run := range map[string]func(ctx context.Context) (float64, error){
		"Run": func(ctx context.Context) (float64, error) {
			o, err := e.Run(ctx, meta)
			if err != nil {
				return 0, err
			}
			return o[1].Mean, nil
		},
		"Baseline": func(ctx context.Context) (float64, error) {
			o, err := e.Baseline(ctx, baseline.Zero{}, mse)
			return o.Mean, err
		},
	} {
		want, err := run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for k := 0; ; k++ {
			got, err := run(tripping.After(k))
			if err == nil {
				if got != want || k < e.Episodes {
					t.Errorf("%s: %v after %d looks, want %v", name, got, k, want)
				}
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}
