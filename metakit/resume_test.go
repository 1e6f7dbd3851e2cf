package metakit_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// resumable is a training of which every setting can be another.
func resumable() metakit.Training {
	return metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}, Tasks: sines,
		Iterations: 6,
		MetaBatch:  5, Optimizer: adam, Schedule: nn.CosineDecay{Steps: 20}, ClipNorm: 1, Seed: 1}
}

// A checkpoint is refused by a training that would not go on as it began, with a sentence that names what differs.
func TestResumeRefusesAnotherTraining(t *testing.T) {
	r, err := resumable().Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := r.Checkpoint()
	wave, shorter := sines, tasks.NewSinusoid(5)
	wave.Phase.Max = 3
	for name, change := range map[string]func(o *metakit.Training){
		"Learner metakit.MAML": func(o *metakit.Training) {
			o.Learner = metakit.Reptile{Network: small, Loss: mse, Steps: 1, Inner: sgd}
		},
		"Learner metakit.MAML{Network:nn.MLP": func(o *metakit.Training) { o.Learner = metakit.MAML{Network: relu, Loss: mse, Steps: 1, Inner: sgd} },
		"Loss:nn.SquaredError{} Steps:1": func(o *metakit.Training) {
			o.Learner = metakit.MAML{Network: small, Loss: nn.HuberLoss{Delta: 1}, Steps: 1, Inner: sgd}
		},
		"Learner metakit.MAML{Network:nn.MLP{Widths": func(o *metakit.Training) { o.Learner = metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd} },
		"Rate:0.01": func(o *metakit.Training) {
			o.Learner = metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 0.02}}
		},
		"Tasks tasks.Sinusoid":            func(o *metakit.Training) { o.Tasks = wave },
		"Tasks tasks.Sinusoid{Shots:10":   func(o *metakit.Training) { o.Tasks = shorter },
		"MetaBatch 5":                     func(o *metakit.Training) { o.MetaBatch = 6 },
		"Seed 1, this training has 2":     func(o *metakit.Training) { o.Seed = 2 },
		"Precision float64":               func(o *metakit.Training) { o.Precision = autodiff.Float32 },
		"NoPenalty false":                 func(o *metakit.Training) { o.NoPenalty = true },
		"Optimizer nn.Adam":               func(o *metakit.Training) { o.Optimizer = nn.AdamW{Adam: adam, Decay: 0.01} },
		"Optimizer nn.Adam{Rate:0.001":    func(o *metakit.Training) { o.Optimizer = nn.NewAdam(0.002) },
		"Schedule nn.CosineDecay":         func(o *metakit.Training) { o.Schedule = nil },
		"ClipNorm 1, this training has 0": func(o *metakit.Training) { o.ClipNorm = 0 },
		"":                                func(o *metakit.Training) { o.Iterations = 9 }, // a negative control
	} {
		other := resumable()
		change(&other)
		_, err := other.Resume(c)
		if (err == nil) != (name == "") || err != nil && !strings.Contains(err.Error(), "was made with ") ||
			err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("want an error that says %q, got %v", name, err)
		}
	}
}

// A collection is told apart by its numbers.
func TestResumeRefusesOtherData(t *testing.T) {
	training := resumable()
	drawn := metakit.Collect(sines, 1, 5)
	training.Tasks = drawn
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := training.Resume(r.Checkpoint()); err != nil {
		t.Error(err)
	}
	drawn[3].Support.Y.Set(2, 0, 7)
	if _, err := training.Resume(r.Checkpoint()); err == nil || !strings.Contains(err.Error(), "Tasks") {
		t.Errorf("other data are taken: %v", err)
	}
}

// A damaged checkpoint is an error, never a panic and never other iterations.
func TestResumeRefusesDamage(t *testing.T) {
	r, err := resumable().Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	for want, damage := range map[string]func(c *metakit.Checkpoint){
		"0 losses in the history of 6":       func(c *metakit.Checkpoint) { c.History = nil },
		"7 losses in the history of 6":       func(c *metakit.Checkpoint) { c.History = append(c.History, 1) },
		"6 losses in the history of -2":      func(c *metakit.Checkpoint) { c.Iteration = -2 },
		"6 losses in the history of 5":       func(c *metakit.Checkpoint) { c.Iteration = 5 },
		"History[2] is NaN":                  func(c *metakit.Checkpoint) { c.History[2] = nan },
		"Meta[3] is NaN":                     func(c *metakit.Checkpoint) { c.Meta[3] = nan },
		"Meta has 36 numbers":                func(c *metakit.Checkpoint) { c.Meta = c.Meta[1:] },
		"Meta has 0 numbers":                 func(c *metakit.Checkpoint) { c.Meta = nil },
		"Statistics has 1 numbers":           func(c *metakit.Checkpoint) { c.Statistics = []float64{1} },
		"of the state is +Inf":               func(c *metakit.Checkpoint) { c.Optimizer[9] = math.Inf(1) },
		"-3 steps of W1":                     func(c *metakit.Checkpoint) { c.Optimizer[0] = -3 },
		"counts 7 steps in 6 iterations":     func(c *metakit.Checkpoint) { c.Optimizer[1] = 7 },
		"0 numbers; this optimiser":          func(c *metakit.Checkpoint) { c.Optimizer = nil },
		"that of a run that diverged has no": func(c *metakit.Checkpoint) { c.Diverged = true },
		"Learner ":                           func(c *metakit.Checkpoint) { *c = metakit.Checkpoint{} },
		"":                                   func(c *metakit.Checkpoint) {}, // a negative control
	} {
		c := r.Checkpoint()
		damage(&c)
		resumed, err := resumable().Resume(c)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || resumed != nil) {
			t.Errorf("want an error that says %q, got %v", want, err)
		}
	}
}

// A checkpoint keeps its bits through JSON and gob, also that of a run that diverged.
func TestCheckpointIsPlainData(t *testing.T) {
	wild := resumable()
	wild.Optimizer, wild.Schedule, wild.ClipNorm, wild.Iterations = nn.SGD{Rate: 1e20}, nil, math.Inf(1), 50
	for name, training := range map[string]metakit.Training{"sound": resumable(), "diverged": wild} {
		r, err := training.Run(t.Context())
		if (err == nil) != (name == "sound") {
			t.Fatal(err)
		}
		c := r.Checkpoint()
		var fromJSON, fromGob metakit.Checkpoint
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &fromJSON); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(c); err != nil {
			t.Fatal(err)
		}
		if err := gob.NewDecoder(&b).Decode(&fromGob); err != nil {
			t.Fatal(err)
		}
		for _, got := range []metakit.Checkpoint{fromJSON, fromGob} {
			sameBits(t, name+": Meta", got.Meta, c.Meta)
			sameBits(t, name+": Optimizer", got.Optimizer, c.Optimizer)
			sameBits(t, name+": History", got.History, c.History)
			if resumed, err := training.Resume(got); err != nil || len(resumed.History) != len(c.History) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// After a divergence the schedule goes on where it was: with gradient descent and a limit that always acts, the length
// of a step tells its factor.
func TestScheduleAfterADivergence(t *testing.T) {
	training := resumable()
	training.Optimizer, training.Schedule, training.ClipNorm = nn.SGD{Rate: 0.5}, nn.ExponentialDecay{Gamma: 0.5}, 1e-3
	training.Tasks = spoiled{sines, 20} // the first episode of iteration 5
	r, err := training.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) || len(r.History) != 4 {
		t.Fatalf("%v after %d iterations", err, len(r.History))
	}
	training.Tasks = spoiled{sines, 1 << 40}
	c := r.Checkpoint()
	c.Settings.Tasks = begin(t, training).Checkpoint().Settings.Tasks // other data are refused, but for this test
	again, err := training.Resume(c)
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(again.Meta)
	for step, err := range again.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got, want := floats.Distance(again.Meta, before, 2), 0.5e-3*math.Pow(0.5, float64(step.Iteration-1))
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("iteration %d: a step of length %v, want %v", step.Iteration, got, want)
		}
		copy(before, again.Meta)
	}
	if len(again.History) != 6 {
		t.Errorf("%d iterations in all, want 6", len(again.History))
	}
}

// spoiled is waves of which one is beyond all bounds.
type spoiled struct {
	tasks.Sinusoid
	Index uint64
}

func (s spoiled) Draw(e *metakit.Episode, seed, index uint64) {
	s.Sinusoid.Draw(e, seed, index)
	if index == s.Index {
		e.Query.Y.Set(0, 0, 1e200)
	}
}

// An inner rate of 1e40 makes meta-gradients of 1e158, whose square overflows what Adam remembers: the error names it,
// the meta-parameters are those from before, and the checkpoint has no infinity.
func TestOptimizerStateOverflows(t *testing.T) {
	training := resumable()
	training.ClipNorm = 0
	training.Learner = metakit.MAML{Network: nn.MLP{Widths: []int{1, 1}}, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 1e40}}
	high := sines
	high.Amplitude = tasks.Uniform{Min: 1e78, Max: 1e78}
	training.Tasks = high
	r, err := training.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "iteration 1: nn: what the optimiser remembers of W1") {
		t.Errorf("%v after %d iterations", err, len(r.History))
	}
	sameBits(t, "meta-parameters", r.Meta, begin(t, training).Meta)
	if _, err := json.Marshal(r.Checkpoint()); err != nil {
		t.Error(err)
	}
}

// Settings that are changed after Start do not act.
func TestSettingsAreCopied(t *testing.T) {
	widths, drawn := []int{1, 12, 1}, metakit.Collect(anySize{sines}, 1, 7)
	steps := &own{[]float64{1, 0.5, 0.25, 0.1, 0.1, 0.1}}
	training := resumable()
	training.Learner = metakit.MAML{Network: nn.MLP{Widths: widths, Activation: nn.Tanh}, Loss: mse, Steps: 1, Inner: sgd}
	training.Tasks, training.Schedule = drawn, steps
	want, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := begin(t, training)
	widths[1], steps.Factors[2] = 40, 100
	drawn[3].Query.Y.Set(0, 0, 1e5)
	for _, err := range r.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	sameBits(t, "meta-parameters", r.Meta, want.Meta)
}

// own is a schedule of one's own.
type own struct{ Factors []float64 }

func (o *own) Factor(step int) float64 { return o.Factors[min(step, len(o.Factors)-1)] }

// Iterations that may never run cost nothing.
func TestEndlessTraining(t *testing.T) {
	for _, iterations := range []int{1 << 40, math.MaxInt} {
		training := resumable()
		training.Iterations = iterations
		for step, err := range begin(t, training).Steps(t.Context()) {
			if err != nil || step.Iteration == 3 {
				if err != nil {
					t.Error(err)
				}
				break
			}
		}
	}
}
