package metakit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/nn"
)

// Training is meta-training: every iteration averages the meta-gradients of the episodes of a meta-batch and takes one
// step of the meta-optimiser against it. Iteration i = 1, 2, … uses the MetaBatch episodes of the seed with indices
// (i − 1)·MetaBatch and up. The result is the same to the last bit on any number of processors.
type Training struct {
	Learner    Learner
	Tasks      Distribution
	Iterations int
	MetaBatch  int                // episodes in an iteration; 0 stands for 25
	Optimizer  nn.Rule            // nil is [nn.Adam], of rate 0.001
	Schedule   nn.Schedule        // of its rate; nil is 1 throughout
	ClipNorm   float64            // a meta-gradient of larger norm is scaled down to it; 0 leaves it as it is
	Seed       uint64             // of the first meta-parameters and of the episodes
	Precision  autodiff.Precision // of the meta-gradients; sums and meta-parameters are float64
}

// A Step is what happened in one iteration of meta-training.
type Step struct {
	Iteration int     // 1, 2, …
	Loss      float64 // mean over the meta-batch of what [Learner.MetaGradient] reports, before the step
}

// A Run is meta-training under way. What was learned stays in it, however its steps end.
type Run struct {
	Meta    []float64 // the meta-parameters
	History []float64 // the loss of every iteration

	training  Training
	batch     int
	optimizer *nn.Optimizer
	crew      *crew
	loss      autodiff.Output
	gradient  autodiff.Output
	good      []float64 // the last meta-parameters at which all was finite
	failed    error     // that ended the run
	losses    []float64 // of the episodes of a meta-batch
	mean      []float64 // of their gradients
}

// A Checkpoint is all that a run needs to go on to the same bits. It is plain data, to be written as JSON or gob. That
// of a run that diverged has no Optimizer, which saw the bad step and starts afresh.
type Checkpoint struct {
	Meta, Optimizer, History []float64

	Size      Size   // of the episodes
	MetaBatch int    // number of episodes in an iteration
	Seed      uint64 // of the training
}

// ErrDiverged says that a loss, a meta-gradient or a meta-parameter was no longer a finite number.
var ErrDiverged = errors.New("not finite; smaller learning rates or ClipNorm may help, and EpsilonRoot where nn.Adam is " +
	"the inner rule")

// Run starts meta-training and takes all its steps. The run is returned with an error too.
func (t Training) Run(ctx context.Context) (*Run, error) {
	r := t.Start()
	for _, err := range r.Steps(ctx) {
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// Start returns a run before its first step. It traces and compiles the meta-gradient, once.
func (t Training) Start() *Run {
	r := &Run{training: t, batch: t.MetaBatch}
	if r.batch == 0 {
		r.batch = 25
	}
	if t.Iterations < 0 || r.batch < 0 {
		panic(fmt.Sprintf("metakit: Training: %d iterations of %d episodes; neither may be negative",
			t.Iterations, r.batch))
	}
	if t.Optimizer == nil {
		t.Optimizer = nn.Adam{}
	}
	tr := traceInputs(t.Learner, sizeOf("Training", t.Tasks))
	r.loss, r.gradient = t.Learner.MetaGradient(tr.meta, tr.support, tr.query)
	r.crew = tr.newCrew(autodiff.CompileAs(t.Precision, r.loss, r.gradient), t.Learner, t.Tasks, r.gradient)

	r.Meta = t.Learner.Init(rand.New(rand.NewPCG(t.Seed, initStream)))
	tr.checkMeta("Training: Init", r.Meta)
	r.History = make([]float64, 0, t.Iterations)
	r.optimizer = nn.NewOptimizer(t.Optimizer, tr.size)
	r.optimizer.Schedule, r.optimizer.ClipNorm = t.Schedule, t.ClipNorm
	r.good = slices.Clone(r.Meta)
	r.losses, r.mean = make([]float64, r.batch), make([]float64, tr.size)
	return r
}

// Resume returns a run that goes on from a checkpoint of a training with the same learner, tasks and settings; only
// Iterations may be another number. After a divergence it may have another Optimizer, Schedule or ClipNorm as well. It is
// an error if the checkpoint cannot be of such a training: if its meta-parameters or its optimiser have another size, or
// its episodes are others by their size, their number in an iteration or the seed.
func (t Training) Resume(c Checkpoint) (*Run, error) {
	r := t.Start()
	if len(c.Optimizer) == 0 {
		c.Optimizer = r.optimizer.State()
	}
	if len(c.Meta) != len(r.Meta) || len(c.Optimizer) != len(r.optimizer.State()) {
		return nil, fmt.Errorf("metakit: Resume: the checkpoint has %d meta-parameters and %d numbers of the "+
			"optimiser, this training %d and %d; it was made with another learner or optimiser",
			len(c.Meta), len(c.Optimizer), len(r.Meta), len(r.optimizer.State()))
	}
	for _, part := range []struct {
		name      string
		got, want any
	}{{"episodes of size", c.Size, t.Tasks.Size()}, {"MetaBatch", c.MetaBatch, r.batch}, {"Seed", c.Seed, t.Seed}} {
		if part.got != part.want {
			return nil, fmt.Errorf("metakit: Resume: the checkpoint has %s %+v, this training %+v, and would go on with "+
				"other episodes; set what the checkpoint has", part.name, part.got, part.want)
		}
	}
	copy(r.Meta, c.Meta)
	copy(r.good, c.Meta)
	r.History = append(r.History, c.History...)
	r.optimizer.SetState(c.Optimizer)
	return r, nil
}

// Checkpoint returns the state between two steps.
func (r *Run) Checkpoint() Checkpoint {
	c := Checkpoint{Meta: slices.Clone(r.Meta), Optimizer: r.optimizer.State(), History: slices.Clone(r.History),
		Size: r.training.Tasks.Size(), MetaBatch: r.batch, Seed: r.training.Seed}
	if r.failed != nil {
		c.Optimizer = nil
	}
	return c
}

// Steps takes steps up to the training's number of iterations, one for every round of the loop, and ends early with an
// error: that of the context, one that names an episode whose data are not finite or not what the loss takes, or
// [ErrDiverged] with the place. r.Meta then holds the last meta-parameters at which all was finite. A loop that was
// left goes on with the next call, unless the run diverged.
func (r *Run) Steps(ctx context.Context) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		keep := r.keepLoss // one closure for all iterations
		for len(r.History) < r.training.Iterations {
			step := Step{Iteration: len(r.History) + 1}
			if r.failed != nil {
				yield(step, r.failed)
				return
			}
			if err := ctx.Err(); err != nil {
				yield(step, fmt.Errorf("metakit: meta-training stopped before iteration %d of %d: %w",
					step.Iteration, r.training.Iterations, err))
				return
			}
			k, err := r.crew.run(r.batch, r.Meta, r.training.Seed, r.index(0), keep)
			if err != nil {
				err = fmt.Errorf("the episode of seed %d and index %d: %w", r.training.Seed, r.index(k), err)
			} else {
				step.Loss, err = r.take()
			}
			if err != nil {
				err = fmt.Errorf("metakit: meta-training, iteration %d: %w", step.Iteration, err)
				if errors.Is(err, ErrDiverged) {
					copy(r.Meta, r.good)
					r.failed = err
				}
				yield(step, err)
				return
			}
			r.History = append(r.History, step.Loss)
			if !yield(step, nil) {
				return
			}
		}
	}
}

// take takes the step of a meta-batch that ran.
func (r *Run) take() (loss float64, err error) {
	if loss, err = r.average(); err != nil {
		return loss, err
	}
	copy(r.good, r.Meta)
	r.optimizer.Step(r.Meta, r.mean)
	if !allFinite(r.Meta) {
		return loss, fmt.Errorf("meta-parameters after the step: %w", ErrDiverged)
	}
	return loss, nil
}

// keepLoss notes the loss of episode k of the current meta-batch.
func (r *Run) keepLoss(k int, ws *autodiff.Workspace) { ws.Read(r.loss, r.losses[k:k+1]) }

// index returns the index of episode k of the current meta-batch.
func (r *Run) index(k int) uint64 { return uint64(len(r.History))*uint64(r.batch) + uint64(k) }

// average returns the mean loss and puts the mean gradient into r.mean.
func (r *Run) average() (loss float64, err error) {
	for _, l := range r.losses {
		loss += l / float64(r.batch)
	}
	r.crew.batch.Sum(r.gradient, r.mean)
	floats.Scale(1/float64(r.batch), r.mean)
	faulty, found := r.crew.batch.NotFinite()
	switch k := slices.IndexFunc(r.losses, notFinite); {
	case k >= 0 && (!found || k < faulty):
		faulty, found = k, true
	case !found && notFinite(floats.Sum(r.mean)):
		return loss, fmt.Errorf("the sum of the meta-gradients: %w", ErrDiverged)
	}
	if found {
		return loss, fmt.Errorf("loss %v or meta-gradient of the episode of seed %d and index %d: %w",
			r.losses[faulty], r.training.Seed, r.index(faulty), ErrDiverged)
	}
	return loss, nil
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// allFinite reports whether no entry is NaN or infinite. The sum tells, unless it overflows.
func allFinite(v []float64) bool {
	return !notFinite(floats.Sum(v)) || !slices.ContainsFunc(v, notFinite)
}
