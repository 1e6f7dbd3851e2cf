package metakit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// A hundred meta-iterations of 25 tasks give the same bits on any number of processors.
func TestDeterminismOfTraining(t *testing.T) {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	for name, training := range map[string]metakit.Training{
		"MAML":      {Learner: metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd}},
		"float32":   {Learner: metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd}, Precision: autodiff.Float32},
		"Reptile":   {Learner: metakit.Reptile{Network: small, Loss: mse, Steps: 3, OverRate: true, Inner: sgd}},
		"Meta-SGD":  {Learner: metakit.MetaSGD{Network: small, Loss: mse, Steps: 2, Rate: 0.01}},
		"restarter": {Learner: halfFresh{metakit.Pooled{Network: small, Loss: mse, Inner: sgd}}},
	} {
		t.Run(name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
			training.Tasks, training.Iterations, training.MetaBatch, training.Seed = sines, 100, 25, 3
			training.Optimizer = adam
			var first *metakit.Run
			for _, processors := range []int{1, 2, 8} {
				runtime.GOMAXPROCS(processors)
				r, err := training.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = r
				}
				sameBits(t, "meta-parameters", r.Meta, first.Meta)
				sameBits(t, "history", r.History, first.History)
			}
			before := begin(t, training).Meta
			if slices.Equal(before, first.Meta) {
				t.Error("nothing was learned")
			}
		})
	}
}

// halfFresh is a learner whose first parameter is drawn anew for every task.
type halfFresh struct{ metakit.Pooled }

// A run that is stopped, written down and taken up elsewhere ends where one without a break ends.
func TestDeterminismOfResume(t *testing.T) {
	training := metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse,
		Steps: 2, Inner: nn.Momentum{Rate: 0.01, Mu: 0.9}}, Tasks: sines,
		Iterations: 40, MetaBatch: 5, Schedule: nn.CosineDecay{Steps: 40}, ClipNorm: 1, Optimizer: adam}
	whole, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	part := begin(t, training)
	for step, err := range part.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if step.Iteration == 13 {
			break
		}
	}
	text, err := json.Marshal(part.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	var c metakit.Checkpoint
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&c); err != nil {
		t.Fatal(err)
	}
	again, err := training.Resume(c)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*metakit.Run{"from a file": again, "in place": part} {
		for _, err := range r.Steps(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		sameBits(t, name, r.Meta, whole.Meta)
		sameBits(t, name+": history", r.History, whole.History)
	}
	training.Learner = metakit.MetaSGD{Network: small, Loss: mse, Rate: 0.01}
	if _, err := training.Resume(c); err == nil || !strings.Contains(err.Error(), "was made with Learner") {
		t.Errorf("a checkpoint of another learner was taken: %v", err)
	}
}

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("%s[%d] = %v, want the same bits as %v", what, i, got[i], want[i])
		}
	}
}

func TestCancelledTrainingKeepsWhatWasLearned(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := begin(t, metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}, Tasks: sines,
		Iterations: 1000, MetaBatch: 2, Optimizer: adam})
	start := slices.Clone(r.Meta)
	var last error
	for step, err := range r.Steps(ctx) {
		if step.Iteration == 7 && err == nil {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) || !strings.Contains(last.Error(), "iteration 8 of 1000") {
		t.Errorf("error %v", last)
	}
	if len(r.History) != 7 || slices.Equal(r.Meta, start) {
		t.Errorf("%d iterations in the history; meta-parameters moved: %v", len(r.History), !slices.Equal(r.Meta, start))
	}
	e := metakit.Evaluation{Learner: metakit.MAML{Network: small, Loss: mse, Inner: sgd}, Tasks: sines,
		Steps: []int{0, 1, 5, 10}, Episodes: 600}
	if _, err := e.Run(ctx, r.Meta); !errors.Is(err, context.Canceled) {
		t.Errorf("evaluation: error %v", err)
	}
	if _, err := e.Baseline(ctx, baseline.Zero{}, mse); !errors.Is(err, context.Canceled) {
		t.Errorf("baseline: error %v", err)
	}
}

// Of a training that diverges the last good meta-parameters remain, those before the step that led to the bad loss.
func TestDivergence(t *testing.T) {
	wild := metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}, Tasks: sines,
		Iterations: 50,
		Optimizer:  nn.SGD{Rate: 1e20}, MetaBatch: 25}
	r, err := wild.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) {
		t.Fatalf("error %v", err)
	}
	n := len(r.History)
	for _, part := range []string{fmt.Sprintf("iteration %d", n+1), fmt.Sprintf("index %d", 25*n), " in row 0, column 0, of "} {
		if n == 0 || !strings.Contains(err.Error(), part) {
			t.Errorf("after %d iterations, the error does not say %q: %v", n, part, err)
		}
	}
	before := wild
	before.Iterations = n - 1
	good, err := before.Run(t.Context())
	if err != nil || !slices.Equal(r.Meta, good.Meta) {
		t.Errorf("%v; meta-parameters %v, want those before the last step, %v", err, r.Meta, good.Meta)
	}
	for _, again := range r.Steps(t.Context()) {
		if !errors.Is(again, metakit.ErrDiverged) {
			t.Errorf("going on gives %v, want the error again", again)
		}
	}
	calm := wild
	calm.Optimizer, calm.Iterations = nn.NewAdam(0.001), n+1
	resumed, err := calm.Resume(r.Checkpoint())
	if err != nil || !slices.Equal(resumed.Meta, r.Meta) {
		t.Fatalf("resumed: %v", err)
	}
	for _, err := range resumed.Steps(t.Context()) {
		if err != nil {
			t.Error(err)
		}
	}

	wild.Iterations = n + 20
	again, err := wild.Resume(r.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	again.Meta[0] = math.NaN() // spoils the first iteration
	for _, err = range again.Steps(t.Context()) {
	}
	if !errors.Is(err, metakit.ErrDiverged) || !slices.Equal(again.Meta, r.Meta) {
		t.Errorf("resumed and spoiled: %v; meta-parameters %v, want %v", err, again.Meta, r.Meta)
	}

	wild.Optimizer = nn.SGD{Rate: 1e308} // the first step itself overflows
	wild.Learner = metakit.MAML{Network: nn.MLP{Widths: []int{1, 1}}, Loss: mse, Steps: 0, Inner: sgd}
	high := sines
	high.Amplitude = tasks.Uniform{Min: 500, Max: 500}
	wild.Tasks = high
	r, err = wild.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "iteration 1: nn: ") {
		t.Errorf("a step that overflows: %v", err)
	}
	if !slices.Equal(r.Meta, begin(t, wild).Meta) {
		t.Errorf("a step that overflows leaves %v", r.Meta)
	}
}

// With gradient descent and a limit that always acts, step i has the length Rate · Schedule(i) · ClipNorm.
func TestScheduleAndClipNorm(t *testing.T) {
	r := begin(t, metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}, Tasks: sines,
		Iterations: 3, MetaBatch: 4,
		Optimizer: nn.SGD{Rate: 0.5}, Schedule: nn.ExponentialDecay{Gamma: 0.1}, ClipNorm: 1e-3})
	before, want := slices.Clone(r.Meta), 0.5e-3
	for _, err := range r.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got := floats.Distance(r.Meta, before, 2)
		if math.Abs(got-want) > 1e-10*want { // Meta has 16 digits, of which the step changes the last 11
			t.Errorf("a step of length %v, want %v", got, want)
		}
		copy(before, r.Meta)
		want /= 10
	}
}

func (f *firstNumbers) Restart(meta []float64, rng *rand.Rand) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen == nil {
		f.seen = map[float64]bool{}
	}
	f.seen[rng.Float64()] = true
}

// After its first iteration training allocates nothing.
func TestStepAllocatesNothing(t *testing.T) {
	for _, l := range []metakit.Learner{metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd}, metakit.Reptile{Network: small, Loss: mse, Steps: 2, Inner: sgd}, metakit.MetaSGD{Network: small, Loss: mse, Steps: 1, Rate: 0.01}} {
		r := begin(t, metakit.Training{Learner: l, Tasks: sines, Iterations: 1 << 20, MetaBatch: 4, Optimizer: adam})
		var m runtime.MemStats
		var begin uint64
		for step := range r.Steps(t.Context()) {
			switch step.Iteration {
			case 10:
				runtime.ReadMemStats(&m)
				begin = m.Mallocs
			case 110:
				runtime.ReadMemStats(&m)
			}
			if step.Iteration == 110 {
				break
			}
		}
		// One allocation in each step is 100. The runtime makes some ten of its own, for goroutines that wait.
		if got := m.Mallocs - begin; got >= 100 && !raceEnabled {
			t.Errorf("%T: %d allocations in 100 iterations", l, got)
		}
	}
}

// The paper's form of Reptile is gradient descent along θ − θₖ.
func TestReptileWithSGDIsThePapersStep(t *testing.T) {
	const epsilon = 0.3
	l := metakit.Reptile{Network: small, Loss: mse, Steps: 4, Inner: nn.SGD{Rate: 0.05}}
	training := metakit.Training{Learner: l, Tasks: sines, Iterations: 1, MetaBatch: 3,
		Optimizer: nn.SGD{Rate: epsilon}, Seed: 2}
	start := begin(t, training).Meta
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(start)
	for k := range uint64(3) {
		for i, v := range pathEnd(metakit.MAML{Network: small, Loss: mse, Inner: l.Inner}, start, metakit.Draw(sines, 2, k), l.Steps) {
			want[i] += epsilon * (v - start[i]) / 3
		}
	}
	for i := range want {
		if math.Abs(r.Meta[i]-want[i]) > 1e-14 {
			t.Fatalf("θ[%d] = %v, want %v", i, r.Meta[i], want[i])
		}
	}
}

// Adaptation changes the predictions, and the evaluation measures the changed ones.
func TestPredictAndEvaluationAgree(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 0.05}}
	meta := l.Init(rand.New(rand.NewPCG(4, 0)))
	steps := []int{0, 3, 1}
	e := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Steps: steps, Episodes: 5, Seed: 9}
	o, err := e.Run(t.Context(), meta)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 5 {
		episode := e.Episode(k)
		curves := predict(t, l, meta, episode, steps)
		for i, c := range curves {
			var d mat.Dense
			d.Sub(c, episode.Query.Y)
			mse := math.Pow(mat.Norm(&d, 2), 2) / 100
			if math.Abs(mse-o[i].Losses[k]) > 1e-12*mse {
				t.Errorf("episode %d after %d steps: %v from the predictions, %v from the evaluation", k, steps[i], mse, o[i].Losses[k])
			}
		}
		if mat.Equal(curves[0], curves[2]) || mat.Equal(curves[1], curves[2]) {
			t.Errorf("episode %d: a step did not change the predictions", k)
		}
	}
}

// Training and evaluation never share an episode, even with equal seeds.
func TestTestEpisodesAreNew(t *testing.T) {
	e := metakit.Evaluation{Tasks: sines, Episodes: 600}
	for k := range 100 {
		if mat.Equal(e.Episode(k).Support.X, metakit.Draw(sines, 0, uint64(k)).Support.X) {
			t.Errorf("test episode %d is training episode %d", k, k)
		}
	}
}
