package learnedopt

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/nn"
)

// A Run is a training under way. What was learned stays in it, however its steps end. It must not be copied, nor be
// used by two goroutines at once.
type Run struct {
	Own     []float64 // the rule's own parameters
	History []float64 // of every iteration the mean loss of its pieces

	// Refused tells why the file of [Training.CheckpointFile] was not used where the one before it was; nil otherwise.
	Refused error

	self      *Run
	training  Training
	settings  string
	taken     int // iterations
	unroll    *unroll
	batch     *autodiff.Batch
	optimizer *nn.Optimizer
	keeper    durable.Keeper[Checkpoint]
	failed    error
	places    []Place
	episodes  []*metakit.Episode // of each place
}

// A Step is what happened in one iteration.
type Step struct {
	Iteration int     // 1, 2, …
	Loss      float64 // mean over the pieces, before the step
}

func (r *Run) check(method string) {
	switch {
	case r == nil || r.self == nil:
		panic("learnedopt: Run." + method + ": the run was not started; Training.Start makes one that is")
	case r.self != r:
		panic("learnedopt: Run." + method + ": the run is a copy of one; both would change the same numbers")
	}
}

// draw returns the start of a problem, with its data.
func (r *Run) draw(index uint64, length int) (Place, *metakit.Episode, error) {
	drawn, err := r.training.Problems.draw(r.unroll.size, r.training.Seed, index)
	return Place{Problem: index, Length: length, Theta: drawn.theta, Memory: make([]float64, r.unroll.memorySize())},
		drawn.episode, err
}

// Steps takes steps up to the training's number of iterations, one for every round of the loop, and ends early with an
// error: that of the context, one that names a problem whose data cannot be used, or [metakit.ErrDiverged] with the
// problem whose training diverged; all is then as it was before the step. A loop that was left goes on with the next
// call, unless the run diverged. With [Training.CheckpointFile] it writes checkpoints: an interval after the last, and
// when the loop ends, however it does.
func (r *Run) Steps(ctx context.Context) iter.Seq2[Step, error] {
	r.check("Steps")
	checkContext("Run.Steps", ctx)
	return func(yield func(Step, error) bool) {
		if r.keeper.First() && r.taken < r.training.Iterations {
			if err := r.save(); err != nil { // what cannot be kept is not begun
				yield(Step{Iteration: r.taken + 1}, err)
				return
			}
		}
		begun := r.taken
		for r.taken < r.training.Iterations {
			step := Step{Iteration: r.taken + 1}
			if r.failed != nil {
				yield(step, r.failed)
				return
			}
			var err error
			if step.Loss, err = r.step(ctx); err != nil {
				err = fmt.Errorf("learnedopt: training, iteration %d of %d: %w", step.Iteration, r.training.Iterations, err)
				if errors.Is(err, metakit.ErrDiverged) {
					r.failed = err
				}
				yield(step, errors.Join(err, r.save()))
				return
			}
			r.taken++
			r.History = append(r.History, step.Loss)
			if !yield(step, nil) {
				r.save()
				return
			}
			if r.keeper.Due() {
				r.save() // the next or the last is tried again
			}
		}
		if r.taken > begun {
			if err := r.save(); err != nil {
				yield(Step{Iteration: r.taken}, err)
			}
		}
	}
}

// step takes every place a piece further and the rule a step.
func (r *Run) step(ctx context.Context) (loss float64, err error) {
	t, next := r.training, slices.Clone(r.places)
	err = r.batch.RunContext(ctx, t.Side, func(_, i int, ws *autodiff.Workspace) {
		next[i].Theta, next[i].Memory = slices.Clone(next[i].Theta), slices.Clone(next[i].Memory)
		r.unroll.run(ws, r.Own, t.Seed, r.episodes[i], &next[i], nil)
	})
	if err != nil {
		return 0, err
	}
	if i, found := r.batch.NotFinite(); found {
		return 0, fmt.Errorf("the training on problem %d of seed %d diverged in its steps %d to %d: %w",
			r.places[i].Problem, t.Seed, r.places[i].Taken+1, r.places[i].Taken+t.Unroll, metakit.ErrDiverged)
	}
	n := float64(t.Side)
	mean := r.batch.Sum(r.unroll.gradient, nil)
	floats.Scale(1/n, mean)
	loss = r.batch.Sum(r.unroll.loss, nil)[0] / n
	factor := 1.0
	if t.Schedule != nil {
		factor = t.Schedule.Factor(r.taken)
	}
	episodes := slices.Clone(r.episodes)
	for i, p := range next {
		if p.Taken < p.Length {
			continue
		}
		if next[i], episodes[i], err = r.draw(p.Problem+uint64(t.Side), t.Steps); err != nil {
			return loss, err
		}
	}
	before, state := slices.Clone(r.Own), r.optimizer.State()
	if err := r.optimizer.Step(r.Own, mean, factor, nil); err != nil {
		copy(r.Own, before)
		return loss, errors.Join(fmt.Errorf("%w: %w", err, metakit.ErrDiverged), r.optimizer.SetState(state))
	}
	r.places, r.episodes = next, episodes
	return loss, nil
}
