package learnedopt

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"kindred/internal/durable"
	"kindred/internal/settings"
	"kindred/nn"
)

// Training learns a rule on problems. It minimises, by the rule's own parameters, the mean over problems and steps of
// the loss after each step,
//
//	1/Steps · Σₖ L(θₖ; all rows),  k = 1 … Steps,  or with Log that of log L,
//
// by gradients through pieces of Unroll steps. Side problems are trained on side by side. An iteration takes each of
// them Unroll steps further and goes one step of the optimiser against the mean of their gradients; then θ and what the
// rule remembers are carried on as numbers, so that the next piece does not look back beyond its beginning. A problem
// that has had its Steps gives way to the next. The first problem of place i is cut to about (i+1)/Side of its steps,
// so that early and late steps are learned from in every iteration.
//
// A gradient that is cut off is that of its piece, and exact for it; it is not that of the whole training, and favours
// what helps soon (Metz et al. 2019, section 3; Wu, Ren, Liao, Grosse. Understanding short-horizon bias in stochastic
// meta-optimization. ICLR 2018, arXiv:1803.02021). With Unroll at Steps it is whole.
type Training struct {
	Rule       Rule
	Problems   Problems
	Steps      int // of a training on one problem, a multiple of Unroll
	Unroll     int // steps of a piece, at least 1; 20 is usual
	Side       int // problems side by side, at least 1
	Iterations int // 0 learns nothing
	Optimizer  nn.Rule
	Schedule   nn.Schedule // of its rate; nil is 1 throughout
	ClipNorm   float64     // a gradient of larger norm is scaled down to it; 0 leaves it as it is; 1 is usual
	FirstOrder bool        // inner gradients are taken for constants, as by Andrychowicz et al.
	Log        bool        // the mean of log L is minimised, L being above 0: late steps and small problems count as much
	Seed       uint64      // of the rule's first parameters, the problems and their batches

	// CheckpointFile is where the run is kept, as with [metakit.Training]: Start goes on from it, to the same bits as a
	// run that was never stopped. "" keeps none.
	CheckpointFile  string
	CheckpointEvery time.Duration // time.Minute is usual
}

// Run starts the training and takes all its steps. The run is returned with an error too, unless its CheckpointFile
// could not be read.
func (t Training) Run(ctx context.Context) (*Run, error) {
	checkContext("Training.Run", ctx)
	r, err := t.Start()
	if err != nil {
		return nil, err
	}
	for _, err := range r.Steps(ctx) {
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// Start returns a run before its first step, or one that goes on from its CheckpointFile. The settings are copied. It
// panics if one of them makes no sense; the error is about the file, or names a problem whose data cannot be used.
func (t Training) Start() (*Run, error) {
	r, err := t.begin()
	if err != nil {
		return nil, err
	}
	if err := r.goOn(); err != nil {
		return nil, err
	}
	return r, nil
}

// begin returns a run before its first step.
func (t Training) begin() (*Run, error) {
	t.check()
	t.Rule, t.Problems, t.Optimizer = settings.Copy(t.Rule), settings.Copy(t.Problems), settings.Copy(t.Optimizer)
	t.Schedule = settings.Copy(t.Schedule)
	r := &Run{training: t, settings: t.describe()}
	r.self = r
	r.keeper = durable.Keeper[Checkpoint]{Format: format, Path: t.CheckpointFile, Every: t.CheckpointEvery}
	size := t.Problems.Tasks.Size(t.Seed, 0)
	r.unroll = t.Problems.trace("Training", t.Rule, size, t.Unroll, &t)
	r.batch = r.unroll.program.NewBatch(r.unroll.loss, r.unroll.gradient)
	r.Own = t.Rule.Init(rand.New(rand.NewPCG(t.Seed, ownStream)))
	r.Own = append([]float64(nil), r.Own...)
	if n := nn.Size(t.Rule.Shapes()); len(r.Own) != n {
		panic(fmt.Sprintf("learnedopt: Training: Init of %T returns %d parameters; its shapes have %d", t.Rule, len(r.Own), n))
	}
	r.optimizer = nn.NewOptimizer(t.Optimizer, t.Rule.Shapes())
	r.optimizer.ClipNorm = t.ClipNorm
	for i := range t.Side {
		pieces := t.Steps / t.Unroll
		p, e, err := r.draw(uint64(i), max(1, pieces*(i+1)/t.Side)*t.Unroll)
		if err != nil {
			return nil, fmt.Errorf("learnedopt: Training: %w", err)
		}
		r.places, r.episodes = append(r.places, p), append(r.episodes, e)
	}
	return r, nil
}

func (t Training) check() {
	const most = 1 << 20
	t.Problems.check("Training")
	checkRule("Training", t.Rule)
	switch {
	case t.Unroll < 1 || t.Steps < t.Unroll || t.Steps > most || t.Steps%t.Unroll != 0:
		panic(fmt.Sprintf("learnedopt: Training: Steps is %d and Unroll %d; Unroll must be at least 1 and Steps a multiple of "+
			"it, at most %d", t.Steps, t.Unroll, most))
	case t.Side < 1 || t.Side > most:
		panic(fmt.Sprintf("learnedopt: Training: Side is %d; it must be between 1 and %d, and 8 is usual", t.Side, most))
	case t.Iterations < 0:
		panic(fmt.Sprintf("learnedopt: Training: Iterations is %d; it must not be negative", t.Iterations))
	case t.Optimizer == nil:
		panic("learnedopt: Training: Optimizer is nil; give one, such as nn.NewAdam(0.003)")
	case !(t.ClipNorm >= 0):
		panic(fmt.Sprintf("learnedopt: Training: ClipNorm is %v; it must not be negative, and 0 is none", t.ClipNorm))
	case t.CheckpointEvery < 0 || (t.CheckpointFile == "") != (t.CheckpointEvery == 0):
		panic(fmt.Sprintf("learnedopt: Training: CheckpointFile is %q and CheckpointEvery %v; give both, time.Minute is usual, "+
			"or neither", t.CheckpointFile, t.CheckpointEvery))
	}
	nn.CheckRule(t.Optimizer)
	nn.CheckSchedule(t.Schedule)
}

// describe returns a text that two trainings share which take the same steps.
func (t Training) describe() string {
	t.Iterations, t.CheckpointFile, t.CheckpointEvery = 0, "", 0
	return text(t)
}
