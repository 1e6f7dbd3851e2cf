package acting_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/internal/goroutines"
	"kindred/internal/interval"
	"kindred/internal/learners"
	"kindred/internal/tripping"
	"kindred/metakit/acting"
	"kindred/nn"
)

// recur returns a short training of RL² on bandits, and adapt one of MAML on navigation.
func recur() acting.Training { return learners.Actors()[0].Training }

func adapt() acting.Training { return learners.Actors()[1].Training }

var trainings = map[string]func() acting.Training{"RL2": recur, "MAML": adapt, "MAML, no step": func() acting.Training {
	t := adapt()
	m := t.Learner.(acting.MAML)
	m.Steps = 0
	t.Learner = m
	return t
}}

func run(t *testing.T, tr acting.Training) *acting.Run {
	t.Helper()
	r, err := tr.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDeterminismOfTrainings(t *testing.T) {
	for name, make := range trainings {
		want := run(t, make())
		for _, processors := range []int{1, 2, 3, 8} {
			before := runtime.GOMAXPROCS(processors)
			got := run(t, make())
			runtime.GOMAXPROCS(before)
			if !slices.Equal(got.Theta, want.Theta) || !slices.Equal(got.History, want.History) {
				t.Errorf("%s: other bits on %d processors", name, processors)
			}
		}
		other := make()
		other.Seed++
		if slices.Equal(run(t, other).Theta, want.Theta) {
			t.Errorf("%s: another seed has the same result", name)
		}
	}
}

// A run that is stopped, wherever, and started again ends with the bits of one that was not.
func TestDeterminismOfResumed(t *testing.T) {
	for name, make := range trainings {
		want := run(t, make())
		for stop := 1; stop <= 4; stop++ {
			tr := make()
			tr.CheckpointFile, tr.CheckpointEvery = filepath.Join(t.TempDir(), "a run"), time.Hour
			first, err := tr.Start()
			if err != nil {
				t.Fatal(err)
			}
			for p := range first.Steps(t.Context()) {
				if p.Iteration == stop {
					break
				}
			}
			again, err := tr.Start()
			if err != nil {
				t.Fatal(err)
			}
			if len(again.History) != stop {
				t.Errorf("%s: it goes on after %d iterations, want %d", name, len(again.History), stop)
			}
			for _, err := range again.Steps(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(again.Theta, want.Theta) || !slices.Equal(again.History, want.History) {
				t.Errorf("%s: other bits after a stop at %d", name, stop)
			}
		}
	}
}

// A file of another training, or one that is damaged, is refused with a sentence that names it.
func TestResumeRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a run")
	keep := func(tr acting.Training) acting.Training {
		tr.CheckpointFile, tr.CheckpointEvery = path, time.Hour
		return tr
	}
	run(t, keep(recur()))
	for want, change := range map[string]func(tr *acting.Training){
		"another Batch": func(tr *acting.Training) { tr.Batch++ }, "another Seed": func(tr *acting.Training) { tr.Seed++ },
		"another Environment": func(tr *acting.Training) { tr.Environment = acting.Bandit{Arms: 3, Pulls: 5} },
		"another Optimizer":   func(tr *acting.Training) { tr.Optimizer = nn.NewAdam(0.1) },
		"another Learner": func(tr *acting.Training) {
			l := tr.Learner.(acting.RL2)
			l.Entropy++
			tr.Learner = l
		},
		"trained for 4 iterations": func(tr *acting.Training) { tr.Iterations = 3 },
	} {
		tr := keep(recur())
		change(&tr)
		if _, err := tr.Start(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
	for _, file := range []string{path, path + ".previous"} {
		if err := os.WriteFile(file, []byte("acting-run 1\nno run"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := keep(recur()).Start(); err == nil || !strings.Contains(err.Error(), "neither") && !strings.Contains(err.Error(), "either") {
		t.Errorf("a damaged file: %v", err)
	}
	longer := recur()
	longer.Iterations = 6
	if got := run(t, longer); len(got.History) != 6 {
		t.Errorf("%d iterations, want 6", len(got.History))
	}
}

// A file that is damaged is not used, and the one before it is, with the reason.
func TestRefusedCheckpointFile(t *testing.T) {
	tr := recur()
	tr.CheckpointFile, tr.CheckpointEvery = filepath.Join(t.TempDir(), "a run"), time.Nanosecond
	want := run(t, tr)
	whole, err := os.ReadFile(tr.CheckpointFile)
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)-9] ^= 1
	if err := os.WriteFile(tr.CheckpointFile, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	got := run(t, tr)
	if got.Refused == nil || !strings.Contains(got.Refused.Error(), "its checksum is wrong") {
		t.Errorf("refused: %v", got.Refused)
	}
	if !slices.Equal(got.Theta, want.Theta) {
		t.Error("other bits after a damaged file")
	}
}

// A cancelled training leaves all as it was before the step, and goes on.
func TestCancelled(t *testing.T) {
	for name, make := range trainings {
		want := run(t, make())
		r, err := make().Start()
		if err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithCancel(t.Context())
		defer cancel()
		for p, err := range r.Steps(gone) {
			if p.Iteration == 2 && err == nil {
				cancel()
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(r.History) != 2 {
			t.Errorf("%s: %d iterations before the end, want 2", name, len(r.History))
		}
		for _, err := range r.Steps(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(r.Theta, want.Theta) {
			t.Errorf("%s: other bits after it was cancelled", name)
		}
	}
}

// Cancelled anywhere within a step, it leaves all as it was before, and goes on to the same bits.
func TestCancelledWithinAStep(t *testing.T) {
	for name, make := range trainings {
		want, all := run(t, make()), tripping.Never()
		if _, err := make().Run(all); err != nil {
			t.Fatal(err)
		}
		for k := 1; k < all.Looks(); k += 1 + all.Looks()/6 {
			r, err := make().Run(tripping.After(k))
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%s, after %d of %d looks: %v", name, k, all.Looks(), err)
			}
			if n := len(r.History); !slices.Equal(r.History, want.History[:n]) {
				t.Errorf("%s: after %d looks the returns are %v", name, k, r.History)
			}
			for _, err := range r.Steps(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(r.Theta, want.Theta) {
				t.Errorf("%s: other bits after it was cancelled at look %d of %d", name, k, all.Looks())
			}
		}
	}
}

// A broken world gives NaN at one of its tasks, as a reward or to be seen.
type broken struct {
	acting.Environment
	At     int // the task
	Reward bool
}

func (b broken) Draw(rng *rand.Rand) acting.Task {
	task := b.Environment.Draw(rng)
	return spoilt{task, b.Reward, rng.IntN(4) == 0}
}

type spoilt struct {
	acting.Task
	reward, now bool
}

func (s spoilt) Begin(rng *rand.Rand, seen []float64) acting.Step {
	step := s.Task.Begin(rng, seen)
	return func(action, seen []float64) (float64, bool) {
		reward, over := step(action, seen)
		if s.now && s.reward {
			reward = math.NaN()
		} else if s.now {
			seen[0] = math.Inf(1)
		}
		return reward, over
	}
}

func TestNotFiniteWorlds(t *testing.T) {
	for name, make := range trainings {
		tr := make()
		tr.Environment = broken{Environment: tr.Environment, Reward: true}
		r, err := tr.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "iteration 1 of 4: the ") || !strings.Contains(err.Error(), "the reward NaN") ||
			!strings.Contains(err.Error(), "of seed 7") {
			t.Errorf("%s: %v", name, err)
		}
		if start, _ := make().Start(); !slices.Equal(r.Theta, start.Theta) {
			t.Errorf("%s: the parameters have changed", name)
		}
	}
	tr := adapt()
	tr.Environment = broken{Environment: tr.Environment}
	if _, err := tr.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "the observation [+Inf") {
		t.Errorf("an infinite observation: %v", err)
	}
}

// A learner that diverges ends with the last parameters at which all was finite.
func TestDiverges(t *testing.T) {
	for name, make := range trainings {
		tr := make()
		tr.Optimizer = nn.SGD{Rate: 1e300}
		r, err := tr.Run(t.Context())
		if !errors.Is(err, acting.ErrDiverged) {
			t.Errorf("%s: %v", name, err)
		}
		for _, v := range r.Theta {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s: the parameters hold %v", name, v)
			}
		}
		for _, err := range r.Steps(t.Context()) {
			if !errors.Is(err, acting.ErrDiverged) {
				t.Errorf("%s: it goes on: %v", name, err)
			}
		}
	}
}

// RL² learns: within seconds the equivariant policy beats Thompson sampling and comes near the optimum. That the
// likeliest arms have the value that [acting.Bandit.Greedy] walks its tree for, many episodes agree.
func TestRL2Learns(t *testing.T) {
	b := acting.Bandit{Arms: 2, Pulls: 6}
	policy := acting.Exchangeable{Arms: 2, Units: 8}
	l := acting.NewRL2(policy, acting.Softmax{})
	l.Lambda = 0.8
	r := run(t, acting.Training{Learner: l, Environment: b, Iterations: 60, Batch: 256, Optimizer: nn.NewAdam(0.03), Seed: 1})
	value, most := b.Greedy(policy, r.Theta), b.Value(new(acting.Optimum))
	if thompson := b.Value(new(acting.Thompson)); value < 0.98*most || value > most+1e-9 || value < thompson {
		t.Errorf("it gets %v; Thompson sampling %v, the optimum %v", value, thompson, most)
	}
	const n = 20000
	got, err := acting.Evaluation{Policy: policy, Actions: acting.Softmax{}, Environment: b, Episodes: n, Seed: 3,
		Likeliest: true}.Run(t.Context(), r.Theta)
	if err != nil {
		t.Fatal(err)
	}
	i := interval.Mean(got)
	if se := (i.High - i.Low) / (2 * 1.96); math.Abs(i.Mean-value) > 4*se {
		t.Errorf("%v at %d bandits, by the tree %v", i, n, value)
	}
	// The same luck as a player has: the differences vary less than what is compared.
	with := b.Play(new(acting.Optimum), n, 3)
	d, w := interval.Paired(got, with), interval.Mean(with)
	if d.High-d.Low > 0.8*(w.High-w.Low) {
		t.Errorf("paired %v, alone %v", d, w)
	}
}

// MAML learns: a step of the learned start is worth more than one of a random start.
func TestMAMLLearns(t *testing.T) {
	tr := adapt()
	m := tr.Learner.(acting.MAML)
	m.Steps, m.Rollouts = 1, 10
	tr.Learner, tr.Iterations, tr.Batch = m, 15, 10
	test := acting.Adaptation{Learner: m, Environment: tr.Environment, Rates: []float64{0.5}, Rollouts: 10, Seed: 99, Paths: 2}
	for k := range 12 {
		test.Tasks = append(test.Tasks, acting.Goal{X: 0.4 * math.Sin(float64(k)), Y: 0.4 * math.Cos(float64(k))})
	}
	after := func(theta []float64) (all []float64) {
		adapted, err := test.Run(t.Context(), theta)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range adapted {
			if len(a.Returns) != 2 || len(a.Paths) != 2 || len(a.Paths[1]) != 2 || a.Paths[0][0][0][0] != 0 {
				t.Fatalf("%+v", a)
			}
			all = append(all, a.Returns[1])
		}
		return all
	}
	start := tr.Learner.Init(rand.New(rand.NewPCG(1, 1)))
	gain := interval.Paired(after(run(t, tr).Theta), after(start))
	if gain.Low <= 0 {
		t.Errorf("the learned start gains %v", gain)
	}
	t.Log(gain)
}

func TestNoGoroutineIsLeft(t *testing.T) {
	for name, make := range trainings {
		goroutines.NoneLeft(t, name, func() { run(t, make()) })
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		goroutines.NoneLeft(t, name+", cancelled", func() {
			if _, err := make().Run(gone); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	b := acting.Bandit{Arms: 2, Pulls: 3}
	goroutines.NoneLeft(t, "Play", func() { b.Play(acting.UCB1{}, 2000, 1) })
	policy := acting.Exchangeable{Arms: 2, Units: 2}
	theta := policy.Init(rand.New(rand.NewPCG(1, 1)))
	e := acting.Evaluation{Policy: policy, Actions: acting.Softmax{}, Environment: b, Episodes: 1000}
	m := adapt().Learner.(acting.MAML)
	a := acting.Adaptation{Learner: m, Environment: acting.Navigation{}, Tasks: []acting.Task{acting.Goal{}, acting.Goal{}}, Rollouts: 2}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ctx := range []context.Context{t.Context(), gone} {
		goroutines.NoneLeft(t, "Evaluation and Adaptation", func() {
			_, err := e.Run(ctx, theta)
			_, other := a.Run(ctx, m.Init(rand.New(rand.NewPCG(1, 1))))
			if errors.Is(err, context.Canceled) != (ctx == gone) || errors.Is(other, context.Canceled) != (ctx == gone) {
				t.Errorf("%v, %v", err, other)
			}
		})
	}
}
