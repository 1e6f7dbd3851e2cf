package metakit_test

import (
	"context"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/internal/tripping"
	"kindred/metakit"
	"kindred/nn"
)

// validated is a training that overshoots: its rate is high, and looks come often.
func validated() metakit.Training {
	return metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 0.1}}, Tasks: sines,
		Iterations: 40, MetaBatch: 4, Optimizer: nn.NewAdam(0.3), Seed: 4,
		Validation: metakit.Validation{Tasks: metakit.Collect(sines.Test(), 8, 30), Every: 3}}
}

// The run ends with the meta-parameters that an evaluation finds best, by looks that change nothing else.
func TestValidationChooses(t *testing.T) {
	training := validated()
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plain := training
	plain.Validation = metakit.Validation{}
	var losses []float64
	var best []float64
	run := begin(t, plain)
	for step, err := range run.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if step.Iteration%3 != 0 {
			continue
		}
		o, err := metakit.Evaluation{Learner: plain.Learner, Tasks: training.Validation.Tasks, Steps: []int{1}}.Run(t.Context(), run.Meta)
		if err != nil {
			t.Fatal(err)
		}
		if losses = append(losses, o[0].Mean); o[0].Mean == slices.Min(losses) {
			best = slices.Clone(run.Meta)
		}
	}
	closeTo(t, "looks", r.Validation, losses)
	sameBits(t, "the best", r.Meta, best)
	sameBits(t, "the history", r.History, run.History)
	least := slices.Index(losses, slices.Min(losses))
	if r.Best != 3*(least+1) || least == len(losses)-1 {
		t.Errorf("the best iteration is %d, want %d, before the last", r.Best, 3*(least+1))
	}
}

// Patience ends the run so many looks after the last that gained enough; what is better by less is taken all the same.
func TestPatience(t *testing.T) {
	training := validated()
	whole, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, delta := range []float64{0, 0.5, 1e9} {
		training.Validation.Patience, training.Validation.MinDelta = 2, delta
		r, err := training.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		mark, waited, looks := math.Inf(1), 0, 0
		for looks < len(whole.Validation) && waited < 2 {
			if waited++; whole.Validation[looks] < mark-delta {
				mark, waited = whole.Validation[looks], 0
			}
			looks++
		}
		sameBits(t, "looks", r.Validation, whole.Validation[:looks])
		if least := slices.Min(r.Validation); len(r.History) != 3*looks || whole.Validation[r.Best/3-1] != least {
			t.Errorf("delta %v: %d iterations after %d looks, the best is %d", delta, len(r.History), looks, r.Best)
		}
		for range r.Steps(t.Context()) {
			t.Error("a run that has ended takes a step")
		}
	}
}

// With validation, too, a run is the same on any number of processors, and goes on from any checkpoint, of itself or in
// a file, to the same bits, also where it was stopped in a look.
func TestDeterminismOfValidation(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	training := validated()
	training.Iterations, training.Validation.Patience = 15, 4
	training.Learner = metakit.MAML{Network: normalised{MLP: small}, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 0.1}}
	var want *metakit.Run
	check := func(what string, r *metakit.Run) {
		t.Helper()
		sameCheckpoint(t, what, r.Checkpoint(), want.Checkpoint())
		sameBits(t, what+": best", r.Meta, want.Meta)
		sameBits(t, what+": best statistics", r.Statistics, want.Statistics)
		sameBits(t, what+": looks", r.Validation, want.Validation)
		if r.Best != want.Best {
			t.Errorf("%s: the best is %d, want %d", what, r.Best, want.Best)
		}
	}
	for _, processors := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(processors)
		r, err := training.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = r
		}
		check("processors", r)
	}
	for k := 3; k < 15; k++ { // iterations
		part := begin(t, training)
		for step, err := range part.Steps(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if step.Iteration == k {
				break
			}
		}
		again, err := training.Resume(part.Checkpoint())
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]*metakit.Run{"from a checkpoint": again, "in place": part} {
			for _, err := range r.Steps(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
			}
			check(name, r)
		}
	}
	filed := training
	filed.CheckpointFile, filed.CheckpointEvery = filepath.Join(t.TempDir(), "run"), time.Hour
	owed := 0
	for k := 0; ; k += 7 { // looks at the context
		r, err := filed.Run(tripping.After(k))
		if r != nil && r.Checkpoint().Iteration/3 > len(r.Validation) {
			owed++
		}
		if err == nil {
			check("from a file", r)
			break
		}
		if !strings.Contains(err.Error(), context.Canceled.Error()) {
			t.Fatal(err)
		}
	}
	if owed == 0 {
		t.Error("never stopped in a look")
	}
}

// A checkpoint whose choice does not fit is refused.
func TestValidationInCheckpoints(t *testing.T) {
	training := validated()
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(c *metakit.Checkpoint){
		"Validation has 11 losses":    func(c *metakit.Checkpoint) { c.Validation = c.Validation[:11] },
		"Validation has 14 losses":    func(c *metakit.Checkpoint) { c.Validation = append(c.Validation, 1) },
		"BestMeta has 36 numbers":     func(c *metakit.Checkpoint) { c.BestMeta = c.BestMeta[1:] },
		"is not finite":               func(c *metakit.Checkpoint) { c.BestMeta[3] = nan },
		"this training has metakit.V": func(c *metakit.Checkpoint) { c.Settings.Validation = "" },
	} {
		c := r.Checkpoint()
		change(&c)
		if _, err := training.Resume(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
	if _, err := training.Resume(r.Checkpoint()); err != nil {
		t.Error(err)
	}
}

// Tasks that are trained on do not choose: no episode of a collection that is in both, nor those of the training's
// seed. What is no number is named.
func TestValidationTasksAreOthers(t *testing.T) {
	training := validated()
	mine := metakit.Collect(sines, 5, 20)
	for _, c := range []struct {
		name     string
		trained  metakit.Distribution
		choosing metakit.Distribution
		refused  bool
	}{
		{"a collection and itself", mine, mine, true},
		{"a copy of a part", mine, metakit.Collect(sines, 5, 4), true},
		{"other parts", mine[:10], mine[10:], false},
		{"the seed of the training", sines, metakit.Collect(sines, training.Seed, 6), true},
		{"another seed", sines, metakit.Collect(sines, 9, 6), false},
		{"new tasks", sines, sines, false},
	} {
		training.Tasks, training.Validation.Tasks, training.Validation.Episodes = c.trained, c.choosing, 4
		func() {
			defer func() {
				if said := recover(); (said != nil) != c.refused {
					t.Errorf("%s: panic %v", c.name, said)
				}
			}()
			begin(t, training)
		}()
	}
	training = validated()
	training.Validation.Tasks, training.Validation.Episodes = holed{sines}, 2
	r, err := training.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "after iteration 3: validation episode 0: support X is NaN") {
		t.Errorf("NaN in a validation task: %v", err)
	}
	if len(r.History) != 3 || len(r.Validation) != 0 {
		t.Errorf("%d iterations and %d looks are kept", len(r.History), len(r.Validation))
	}
}

// Where adaptation diverges on a validation task, the look counts as the worst, and training goes on.
func TestValidationThatDiverges(t *testing.T) {
	training := validated()
	far := metakit.Collect(sines, 5, 2)
	far[1].Support.Y.Set(0, 0, 1e200)
	training.Validation.Tasks, training.Iterations = far, 6
	r, err := training.Run(t.Context())
	if err != nil || !slices.Equal(r.Validation, []float64{math.MaxFloat64, math.MaxFloat64}) || r.Best != 3 {
		t.Errorf("%v; looks %v, the best %d", err, r.Validation, r.Best)
	}
}
