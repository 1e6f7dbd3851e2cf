package learnedopt_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"kindred/internal/golden"
	"kindred/internal/goroutines"
	"kindred/internal/tripping"
	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// What an iteration follows is the gradient of the loss that it reports, at the start and from a checkpoint on, whose
// places are constants: held to central differences along a random direction, of error h² and rounding 1e-16/h.
func TestGradientOfPiece(t *testing.T) {
	for name, rule := range map[string]learnedopt.Rule{"MLP": mlp, "LSTM": lstm} {
		for _, p := range []learnedopt.Problems{problems, batches} {
			training := quick(rule, p)
			training.Optimizer, training.ClipNorm = nn.SGD{Rate: 1}, 0
			whole := training
			whole.Unroll, whole.Log = whole.Steps, true
			for _, training := range []learnedopt.Training{training, whole} {
				for _, taken := range []int{0, 3} {
					training.Iterations = taken
					c := run(t, training).Checkpoint()
					training.Iterations++
					at := func(h float64, v []float64) (loss float64, own []float64) {
						c := c
						c.Own = slices.Clone(c.Own)
						floats.AddScaled(c.Own, h, v)
						r, err := training.Resume(c)
						if err != nil {
							t.Fatal(err)
						}
						for _, err := range r.Steps(t.Context()) {
							if err != nil {
								t.Fatal(err)
							}
						}
						return r.History[taken], r.Own
					}
					v := drawn(len(c.Own), rand.New(rand.NewPCG(5, 5)))
					floats.Scale(1/floats.Norm(v, 2), v)
					_, own := at(0, v)
					gradient := make([]float64, len(own))
					floats.SubTo(gradient, c.Own, own)
					const h = 1e-5
					high, _ := at(h, v)
					low, _ := at(-h, v)
					got, want := floats.Dot(gradient, v), (high-low)/(2*h)
					if !(math.Abs(got-want) <= 1e-5*floats.Norm(gradient, 2)) || floats.Norm(gradient, 2) == 0 {
						t.Errorf("%s, batches of %d, pieces of %d, iteration %d: slope %v, by differences %v, gradient of length %v",
							name, p.Batch, training.Unroll, taken+1, got, want, floats.Norm(gradient, 2))
					}
				}
			}
		}
	}
}

// A trial by Adam is training by nn.Optimizer on the mean loss of the same rows.
func TestTrialAsOptimizer(t *testing.T) {
	trial := learnedopt.Trial{Problems: problems, Steps: 5, Count: 2, Seed: 4}
	curves, err := trial.Run(t.Context(), learnedopt.Fixed{Rule: nn.NewAdam(0.05)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var starts []float64
	for i, curve := range curves {
		e := metakit.Draw(waves, 4, metakit.TestIndex(i))
		e.Query = e.Support
		theta := small.Init(rand.New(rand.NewPCG(4, metakit.TestIndex(i)^1<<61)))
		optimizer := nn.NewOptimizer(nn.NewAdam(0.05), small.Shapes())
		var want []float64
		for range curve {
			loss, gradient, err := metakit.MetaGradient(metakit.Pooled{Network: small, Loss: mse}, theta, e)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, loss)
			if err := optimizer.Step(theta, gradient, 1, nil); err != nil {
				t.Fatal(err)
			}
		}
		golden.Near(t, "losses", curve, want, 1e-12)
		starts = append(starts, curve[0])
	}
	if starts[0] == starts[1] {
		t.Error("two problems are the same")
	}
}

// It learns: after a short training the rule trains better on new problems than before, and than it stood.
func TestRuleIsLearned(t *testing.T) {
	for name, rule := range map[string]learnedopt.Rule{
		"MLP":  learnedopt.MLP{Hidden: []int{6}, Momenta: []float64{0.9}, Squares: []float64{0.99}, Scale: 0.02, ExpScale: 0.001},
		"LSTM": learnedopt.LSTM{Units: 6, Layers: 1, P: 10, Scale: 0.1},
	} {
		training := quick(rule, problems)
		training.Steps, training.Unroll, training.Side, training.Iterations = 20, 10, 4, 120
		r := run(t, training)
		final := func(own []float64) metakit.Interval {
			curves, err := learnedopt.Trial{Problems: problems, Steps: 20, Count: 30}.Run(t.Context(), rule, own)
			if err != nil {
				t.Fatal(err)
			}
			var logs []float64
			for _, c := range curves {
				logs = append(logs, math.Log(c[20]/c[0]))
			}
			return metakit.MeanInterval(logs)
		}
		if before, after := final(begin(t, training).Own), final(r.Own); !(after.High < min(before.Low, -0.2)) {
			t.Errorf("%s: log of the loss against that of the start %v after training, %v before", name, after, before)
		}
	}
}

func TestDeterminismOfTraining(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, p := range []learnedopt.Problems{problems, batches} {
		var first *learnedopt.Run
		var curves [][]float64
		for _, processors := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(processors)
			r := run(t, quick(mlp, p))
			c, err := learnedopt.Trial{Problems: p, Steps: 3, Count: 5}.Run(t.Context(), mlp, r.Own)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first, curves = r, c
			}
			if !slices.Equal(r.Own, first.Own) || !slices.Equal(r.History, first.History) || !reflect.DeepEqual(c, curves) {
				t.Errorf("on %d processors other bits than on one", processors)
			}
		}
	}
}

// A run that goes on from any of its checkpoints, also through a file, ends with the same bits.
func TestDeterminismOfResume(t *testing.T) {
	training := quick(lstm, batches)
	training.Schedule = nn.CosineDecay{Steps: 9}
	whole := run(t, training)
	if len(whole.History) != 9 {
		t.Fatalf("%d iterations", len(whole.History))
	}
	r := begin(t, training)
	check := func(c learnedopt.Checkpoint, again *learnedopt.Run) {
		t.Helper()
		for _, err := range again.Steps(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(again.Own, whole.Own) || !slices.Equal(again.History, whole.History) ||
			!reflect.DeepEqual(again.Checkpoint(), whole.Checkpoint()) {
			t.Errorf("from iteration %d on it ends with other bits", c.Iteration)
		}
	}
	for _, err := range r.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		c := r.Checkpoint()
		again, err := training.Resume(c)
		if err != nil {
			t.Fatal(err)
		}
		check(c, again)
	}
	training.CheckpointFile, training.CheckpointEvery = filepath.Join(t.TempDir(), "run"), time.Hour
	for range begin(t, training).Steps(t.Context()) {
		break // after one iteration
	}
	again := begin(t, training)
	if c := again.Checkpoint(); c.Iteration != 1 || again.Refused != nil {
		t.Errorf("the run of the file stands after iteration %d, %v", c.Iteration, again.Refused)
	}
	check(again.Checkpoint(), again)
	training.Iterations = 8
	if _, err := training.Start(); err == nil || !strings.Contains(err.Error(), "was trained for 9 iterations") {
		t.Errorf("a file of a longer training: %v", err)
	}
}

// What cannot be a checkpoint of the training is an error.
func TestResumeRefuses(t *testing.T) {
	training := quick(mlp, problems)
	training.Iterations = 3
	good := run(t, training).Checkpoint()
	if _, err := training.Resume(good); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(c *learnedopt.Checkpoint){
		"made with settings":           func(c *learnedopt.Checkpoint) { c.Settings += "?" },
		"-1 iterations":                func(c *learnedopt.Checkpoint) { c.Iteration = -1 },
		"4 iterations with 3 losses":   func(c *learnedopt.Checkpoint) { c.Iteration++ },
		"with 3 losses, 7 parameters":  func(c *learnedopt.Checkpoint) { c.Own = c.Own[:7] },
		"and 1 problems":               func(c *learnedopt.Checkpoint) { c.Places = c.Places[:1] },
		"a number is not finite":       func(c *learnedopt.Checkpoint) { c.Places[1].Theta[2] = math.NaN() },
		"after 3 of":                   func(c *learnedopt.Checkpoint) { c.Places[1].Taken = 3 },
		"on problem 7,":                func(c *learnedopt.Checkpoint) { c.Places[0].Problem = 7 },
		"on problem 300000,":           func(c *learnedopt.Checkpoint) { c.Places[0].Problem = 300000 },
		"of 4 steps":                   func(c *learnedopt.Checkpoint) { c.Places[2].Length = 4 },
		"with 2 parameters and":        func(c *learnedopt.Checkpoint) { c.Places[0].Theta = c.Places[0].Theta[:2] },
		"and 0 numbers remembered":     func(c *learnedopt.Checkpoint) { c.Places[0].Memory = nil },
		"numbers; this optimiser":      func(c *learnedopt.Checkpoint) { c.Optimizer = nil },
		"number 2 of the state is NaN": nil,
	} {
		c := good
		c.Own, c.Optimizer, c.Places = slices.Clone(c.Own), slices.Clone(c.Optimizer), slices.Clone(c.Places)
		for i := range c.Places {
			c.Places[i].Theta = slices.Clone(c.Places[i].Theta)
		}
		if change == nil {
			c.Optimizer[2] = math.NaN()
		} else {
			change(&c)
		}
		if _, err := training.Resume(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, err := training.Resume(learnedopt.Checkpoint{}); err == nil {
		t.Error("the zero checkpoint is taken")
	}
}

// broken are waves of which one has a NaN, or one more point.
type broken struct {
	tasks.Sinusoid
	At   uint64
	Long bool
}

func (b broken) Size(seed, index uint64) metakit.Size {
	if b.Long && index == b.At {
		b.Sinusoid.Shots++
	}
	return b.Sinusoid.Size(seed, index)
}

func (b broken) Draw(e *metakit.Episode, seed, index uint64) {
	b.Sinusoid.Draw(e, seed, index)
	if index == b.At && !b.Long {
		e.Support.Y.Set(3, 0, math.NaN())
	}
}

// Data that cannot be used are an error that names the place; what was learned before is kept.
func TestDataThatCannotBeUsed(t *testing.T) {
	for want, d := range map[string]broken{
		"problem 4 of seed 3: support Y is NaN in row 3, column 0": {waves, 4, false},
		"problem 4 of seed 3 is of size":                           {waves, 4, true},
	} {
		p := problems
		p.Tasks = d
		r, err := quick(mlp, p).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || len(r.History) == 0 {
			t.Fatalf("%q: %v", want, err)
		}
		if c := r.Checkpoint(); c.Iteration != len(r.History) {
			t.Errorf("iteration %d with %d losses", c.Iteration, len(r.History))
		}
		d.At = 0
		p.Tasks = d
		if _, err := quick(mlp, p).Start(); err == nil && !d.Long {
			t.Error("a NaN in the first problem is taken")
		}
		d.At = metakit.TestIndex(1)
		p.Tasks = d
		_, err = learnedopt.Trial{Problems: p, Steps: 2, Count: 3}.Run(t.Context(), mlp, start(mlpLearner(), 1)[16:])
		if err == nil || !strings.Contains(err.Error(), "learnedopt: Trial: problem") {
			t.Errorf("Trial: %v", err)
		}
	}
}

func mlpLearner() learnedopt.Learner { return learnedopt.Learner{Network: small, Loss: mse, Rule: mlp} }

// wild is the rule of steps that are far too long.
type wild struct{ learnedopt.MLP }

func (w wild) Init(rng *rand.Rand) []float64 {
	own := w.MLP.Init(rng)
	for i := range own {
		own[i] *= 1e60
	}
	return own
}

// A training that diverges is an error in Training, with all as before the step, and +Inf in Trial.
func TestDivergence(t *testing.T) {
	linearNet := nn.MLP{Widths: []int{1, 3, 1}}
	p := learnedopt.Problems{Network: linearNet, Loss: mse, Tasks: waves}
	m := learnedopt.NewMLP()
	m.Scale = 1e60
	training := quick(wild{m}, p)
	before := begin(t, training).Own
	r, err := training.Run(t.Context())
	if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "the training on problem 0 of seed 3 diverged") {
		t.Fatal(err)
	}
	if !slices.Equal(r.Own, before) || len(r.History) != 0 {
		t.Error("the step that diverged was taken")
	}
	for _, again := range r.Steps(t.Context()) {
		if !errors.Is(again, metakit.ErrDiverged) {
			t.Error("a run that diverged goes on")
		}
	}
	curves, err := learnedopt.Trial{Problems: p, Steps: 4, Count: 2}.Run(t.Context(), wild{m}, before)
	if err != nil || !math.IsInf(curves[1][4], 1) || math.IsInf(curves[1][0], 0) {
		t.Errorf("%v, %v", curves, err)
	}
}

func TestCancelled(t *testing.T) {
	r := begin(t, quick(mlp, problems))
	ctx, cancel := context.WithCancel(t.Context())
	goroutines.NoneLeft(t, "Training", func() {
		for _, err := range r.Steps(ctx) {
			if len(r.History) == 4 {
				cancel()
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	})
	if len(r.History) != 4 {
		t.Errorf("%d iterations before it was cancelled", len(r.History))
	}
	goroutines.NoneLeft(t, "Trial", func() {
		_, err := learnedopt.Trial{Problems: problems, Steps: 4, Count: 2}.Run(ctx, mlp, r.Own)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	whole, all := run(t, quick(mlp, problems)), tripping.Never()
	goesOn := func(r *learnedopt.Run) {
		for _, err := range r.Steps(t.Context()) {
			if err != nil {
				t.Error(err)
			}
		}
		if !slices.Equal(r.Own, whole.Own) {
			t.Error("a run that was cancelled and goes on ends with other bits")
		}
	}
	goesOn(r)
	if _, err := quick(mlp, problems).Run(all); err != nil {
		t.Fatal(err)
	}
	for k := 1; k < all.Looks(); k += 1 + all.Looks()/6 { // within a step
		r, err := quick(mlp, problems).Run(tripping.After(k))
		if !errors.Is(err, context.Canceled) || !slices.Equal(r.History, whole.History[:len(r.History)]) {
			t.Errorf("after %d of %d looks: %v, losses %v", k, all.Looks(), err, r.History)
		}
		goesOn(r)
	}
}
