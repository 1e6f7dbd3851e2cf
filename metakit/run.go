package metakit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/nn"
)

// A Run is meta-training under way. What was learned stays in it, however its steps end. It must not be copied, nor be
// used by two goroutines at once.
type Run struct {
	Meta       []float64 // the meta-parameters
	Statistics []float64 // the running statistics of the learner's networks, laid end to end; most have none
	History    []float64 // the loss of every iteration

	// With [Training.Validation], its loss at every look (math.MaxFloat64 where it was not finite) and the iteration after
	// which it was least, 0 for none yet. Whenever a loop of Steps has ended, however it did, Meta and Statistics are those
	// of that iteration; the next loop goes on from those that were trained last.
	Validation []float64
	Best       int

	// Refused tells why the file of [Training.CheckpointFile] was not used where the one before it was; nil otherwise.
	Refused error

	self      *Run // what Start returned
	training  Training
	settings  Settings
	taken     int // iterations; this alone says where the run stands
	optimizer *nn.Optimizer
	crew      *crew
	failed    error // that ended the run
	keeper    durable.Keeper[Checkpoint]
	choice    *choice // nil without validation
	aside     *aside  // while Meta and Statistics are the best

	goodMeta, goodStatistics []float64 // the last at which all was finite

	keep   func(k int, f *form, ws *autodiff.Workspace, e *Episode) // r.keepLoss, once
	losses []float64                                                // of the episodes of a meta-batch
	mean   []float64                                                // of their gradients
}

// A Step is what happened in one iteration of meta-training.
type Step struct {
	Iteration int     // 1, 2, …
	Loss      float64 // mean over the meta-batch of the loss that the learner is trained by, before the step
}

// ErrDiverged says that a loss, a meta-gradient, a meta-parameter or what the optimiser remembers was no longer a
// finite number.
var ErrDiverged = errors.New("not finite; smaller learning rates or ClipNorm may help, and EpsilonRoot where nn.Adam " +
	"is the inner rule")

// check panics if the run was not made by Start or Resume.
func (r *Run) check(method string) {
	switch {
	case r == nil || r.self == nil:
		panic("metakit: Run." + method + ": the run was not started; Training.Start makes one that is")
	case r.self != r:
		panic("metakit: Run." + method + ": the run is a copy of one; both would change the same numbers")
	}
}

// trace fills in a form of the crew: the meta-gradient and what the running statistics become are summed.
func (r *Run) trace(f *form) {
	var loss autodiff.Value
	var gradient autodiff.Params
	if f.episodes > 1 {
		loss, gradient = f.stackGradient(f.episodes, !r.training.NoPenalty)
	} else {
		loss, _, gradient = f.metaGradient(!r.training.NoPenalty)
	}
	outputs := []autodiff.Output{loss, gradient}
	f.values, f.sums = []autodiff.Output{loss}, []autodiff.Output{gradient}
	for _, s := range f.statistics {
		next := s.Next()
		outputs, f.sums = append(outputs, next), append(f.sums, next)
	}
	f.program = autodiff.CompileAs(r.training.Precision, outputs...)
}

// Steps takes steps up to the training's number of iterations, one for every round of the loop, and ends early with an
// error: that of the context, one that names an episode whose data are not finite or not what the loss takes, or
// [ErrDiverged] with the place. r.Meta then holds the last meta-parameters at which all was finite. A loop that was
// left goes on with the next call, unless the run diverged. The context is looked at within a step too: where it ended,
// all is as it was before the step. With [Training.Validation] the loop also ends when patience has run out.
//
// With [Training.CheckpointFile] it writes checkpoints: before its first step, an interval after the last, and when the
// loop ends, however it does. If the first cannot be written nothing is trained, and that is the error; a later one is
// tried again an interval later, and only the error of the last is yielded, when all is trained. The error of one that
// is written as the loop is left early is lost; [WriteCheckpoint] tells it.
func (r *Run) Steps(ctx context.Context) iter.Seq2[Step, error] {
	r.check("Steps")
	checkContext("Run.Steps", ctx)
	return func(yield func(Step, error) bool) {
		defer r.present()
		r.bringBack()
		if r.keeper.First() && !r.finished() {
			if err := r.save(); err != nil {
				yield(Step{Iteration: r.taken + 1}, err)
				return
			}
		}
		begun, looked := r.taken, len(r.Validation)
		end := func(step Step, err error) {
			if r.taken > begun || len(r.Validation) > looked || r.failed != nil {
				if lost := r.save(); lost != nil {
					err = errors.Join(err, lost)
				}
			}
			r.present()
			if err != nil {
				yield(step, err)
			}
		}
		for !r.finished() {
			if step, err := r.advance(ctx); err != nil {
				end(step, err)
				return
			}
			if !yield(Step{r.taken, r.History[r.taken-1]}, nil) {
				r.save()
				return
			}
			if r.keeper.Due() {
				r.save()
			}
		}
		end(Step{Iteration: r.taken}, nil)
	}
}

// advance takes a step, unless the one before it is still to be looked at, and looks at what came of it if that is due.
// With an error it returns the step that could not be taken.
func (r *Run) advance(ctx context.Context) (step Step, err error) {
	if !r.owes() {
		step.Iteration = r.taken + 1
		if r.failed != nil {
			return step, r.failed
		}
		if step.Loss, err = r.step(ctx); err != nil {
			if err == errGivenUp {
				return step, r.stopped(ctx, step.Iteration)
			}
			err = fmt.Errorf("metakit: meta-training, iteration %d: %w", step.Iteration, err)
			if errors.Is(err, ErrDiverged) {
				copy(r.Meta, r.goodMeta)
				copy(r.Statistics, r.goodStatistics)
				r.failed = err
			}
			return step, err
		}
		r.taken++
		r.History = append(r.History, step.Loss)
	}
	if r.owes() {
		switch err := r.look(ctx); {
		case err == errGivenUp:
			return Step{Iteration: r.taken}, r.stopped(ctx, r.taken+1)
		case err != nil:
			return Step{Iteration: r.taken}, fmt.Errorf("metakit: meta-training, after iteration %d: %w", r.taken, err)
		}
	}
	return step, nil
}

// stopped returns the error that tells where ctx stopped the run.
func (r *Run) stopped(ctx context.Context, before int) error {
	return fmt.Errorf("metakit: meta-training stopped before iteration %d of %d: %w", before, r.training.Iterations, ctx.Err())
}

// step takes one step and returns the mean loss before it. The error is errGivenUp if ctx ended meanwhile: nothing has
// changed then.
func (r *Run) step(ctx context.Context) (loss float64, err error) {
	t := r.training
	k, err := r.crew.run(ctx, t.MetaBatch, state{r.Meta, r.Statistics, r.taken}, t.Seed, r.index(0), r.keep)
	if err == errGivenUp {
		return 0, err
	}
	if err != nil {
		return 0, fmt.Errorf("the episode of seed %d and index %d: %w", t.Seed, r.index(k), err)
	}
	if loss, err = r.average(); err != nil {
		return loss, err
	}
	copy(r.goodMeta, r.Meta)
	copy(r.goodStatistics, r.Statistics)
	factor := 1.0
	if t.Schedule != nil {
		factor = t.Schedule.Factor(r.taken)
	}
	if err := r.optimizer.Step(r.Meta, r.mean, factor, nil); err != nil {
		return loss, fmt.Errorf("%w: %w", err, ErrDiverged)
	}
	r.updateStatistics()
	return loss, nil
}

// average returns the mean loss and puts the mean gradient into r.mean.
func (r *Run) average() (loss float64, err error) {
	n := float64(len(r.losses))
	for _, l := range r.losses {
		loss += l / n
	}
	r.crew.batch.Sum(r.crew.all[0].sums[0], r.mean)
	floats.Scale(1/n, r.mean)
	stack, found := r.crew.batch.NotFinite()
	faulty, last := 0, 0
	if found {
		faulty = r.crew.begin[stack]
		last = faulty + r.crew.of[stack].episodes - 1
	}
	switch k := slices.IndexFunc(r.losses, notFinite); {
	case k >= 0 && (!found || k <= last):
		faulty, last, found = k, k, true
	case !found && notFinite(floats.Sum(r.mean)):
		return loss, fmt.Errorf("the sum of the meta-gradients: %w", ErrDiverged)
	}
	if found {
		why := ""
		if f, ok := r.crew.batch.Fault(); ok {
			why = fmt.Sprintf(" (%v)", f)
		}
		if last > faulty {
			return loss, fmt.Errorf("the meta-gradient of the episodes of seed %d and indices %d to %d%s: %w",
				r.training.Seed, r.index(faulty), r.index(last), why, ErrDiverged)
		}
		return loss, fmt.Errorf("loss %v, meta-gradient or running statistic of the episode of seed %d and index %d%s: %w",
			r.losses[faulty], r.training.Seed, r.index(faulty), why, ErrDiverged)
	}
	return loss, nil
}

// updateStatistics makes the running statistics the mean of what the episodes say.
func (r *Run) updateStatistics() {
	rest := r.Statistics
	for _, sum := range r.crew.all[0].sums[1:] {
		size := sum.(autodiff.Value).Size()
		r.crew.batch.Sum(sum, rest[:size])
		floats.Scale(1/float64(len(r.losses)), rest[:size])
		rest = rest[size:]
	}
}

// keepLoss notes the losses of the episodes of a stack, of which k is the first in the current meta-batch.
func (r *Run) keepLoss(k int, f *form, ws *autodiff.Workspace, _ *Episode) {
	ws.Read(f.values[0], r.losses[k:k+f.episodes])
}

// index returns the index of episode k of the current meta-batch.
func (r *Run) index(k int) uint64 { return uint64(r.taken)*uint64(len(r.losses)) + uint64(k) }
