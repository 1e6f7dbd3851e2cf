package acting

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/internal/durable"
	"kindred/nn"
)

// A Run is a training under way. What was learned stays in it, however its steps end. It must not be copied, nor be
// used by two goroutines at once.
type Run struct {
	Theta   []float64 // what was learned
	History []float64 // the mean return of every iteration, before its step

	// Refused tells why the file of [Training.CheckpointFile] was not used where the one before it was; nil otherwise.
	Refused error

	training  Training
	settings  map[string]string
	worker    worker
	optimizer *nn.Optimizer
	keeper    durable.Keeper[checkpoint]
	good      []float64 // the last parameters at which all was finite
	gradient  []float64
	failed    error
}

// A Progress is what happened in one iteration.
type Progress struct {
	Iteration int     // 1, 2, …
	Return    float64 // the mean return of its episodes
}

// ErrDiverged says that a gradient, a parameter or what the optimiser remembers was no longer a finite number.
var ErrDiverged = errors.New("not finite; a smaller learning rate or ClipNorm may help")

// Steps takes steps up to the training's number of iterations, one for every round of the loop, and ends early with an
// error: that of the context, one that names an episode whose numbers are not finite, or [ErrDiverged]. r.Theta then
// holds the last parameters at which all was finite. A loop that was left goes on with the next call, unless the run
// diverged.
func (r *Run) Steps(ctx context.Context) iter.Seq2[Progress, error] {
	if r == nil || r.worker == nil {
		panic("acting: Run.Steps: the run was not started; Training.Start makes one that is")
	}
	checkContext("Run.Steps", ctx)
	return func(yield func(Progress, error) bool) {
		if r.keeper.First() && len(r.History) < r.training.Iterations {
			if err := r.save(); err != nil {
				yield(Progress{Iteration: len(r.History) + 1}, err)
				return
			}
		}
		begun := len(r.History)
		for len(r.History) < r.training.Iterations {
			p := Progress{Iteration: len(r.History) + 1}
			err := r.failed
			if err == nil {
				p.Return, err = r.step(ctx)
			}
			if err != nil {
				if len(r.History) > begun {
					err = errors.Join(err, r.save())
				}
				yield(p, fmt.Errorf("acting: iteration %d of %d: %w", p.Iteration, r.training.Iterations, err))
				return
			}
			if !yield(p, nil) {
				r.save()
				return
			}
			if r.keeper.Due() {
				r.save()
			}
		}
		if len(r.History) > begun {
			if err := r.save(); err != nil {
				yield(Progress{Iteration: len(r.History)}, err)
			}
		}
	}
}

func (r *Run) step(ctx context.Context) (float64, error) {
	done := len(r.History)
	mean, err := r.worker.direction(ctx, r.Theta, r.gradient, done)
	if errors.Is(err, ErrDiverged) {
		r.failed = err
	}
	if err != nil {
		return mean, err
	}
	if !finite(r.gradient...) {
		r.failed = fmt.Errorf("the gradient is %w", ErrDiverged)
		return mean, r.failed
	}
	factor := 1.0
	if s := r.training.Schedule; s != nil {
		factor = s.Factor(done)
	}
	copy(r.good, r.Theta)
	if err := r.optimizer.Step(r.Theta, r.gradient, factor, nil); err != nil {
		copy(r.Theta, r.good)
		r.failed = fmt.Errorf("%w: %w", err, ErrDiverged)
		return mean, r.failed
	}
	r.History = append(r.History, mean)
	return mean, nil
}

// average divides a sum over n by n, and returns the mean of the returns.
func average(returns, sum []float64, n float64) float64 {
	floats.Scale(1/n, sum)
	return mean(returns)
}

// A checkpoint is all that a run needs to go on to the same bits.
type checkpoint struct {
	Theta, Optimizer, History []float64
	Settings                  map[string]string
}

var format = durable.Format{Kind: "acting-run", Version: 1}

func (r *Run) save() error {
	if r.failed != nil { // the optimiser has seen the bad step
		return nil
	}
	if err := r.keeper.Keep(func() checkpoint {
		return checkpoint{slices.Clone(r.Theta), r.optimizer.State(), slices.Clone(r.History), maps.Clone(r.settings)}
	}); err != nil {
		return fmt.Errorf("acting: after iteration %d %w", len(r.History), err)
	}
	return nil
}

// goOn makes the run stand where its file says.
func (r *Run) goOn() error {
	refused, err := r.keeper.Load(func(c checkpoint) error {
		for _, name := range slices.Sorted(maps.Keys(r.settings)) {
			if c.Settings[name] != r.settings[name] {
				return fmt.Errorf("acting: the run of %s has another %s: %s, here %s", r.keeper.Path, name, c.Settings[name],
					r.settings[name])
			}
		}
		switch {
		case len(c.History) > r.training.Iterations:
			return fmt.Errorf("acting: the run of %s was trained for %d iterations, Iterations is %d", r.keeper.Path,
				len(c.History), r.training.Iterations)
		case len(c.Theta) != len(r.Theta) || !finite(c.Theta...) || !finite(c.History...):
			return fmt.Errorf("acting: the run of %s has %d parameters, of which there are %d; all must be finite", r.keeper.Path,
				len(c.Theta), len(r.Theta))
		}
		if err := r.optimizer.SetState(c.Optimizer); err != nil {
			return fmt.Errorf("acting: the run of %s: %w", r.keeper.Path, err)
		}
		copy(r.Theta, c.Theta)
		copy(r.good, c.Theta)
		r.History = slices.Clone(c.History)
		return nil
	})
	r.Refused = refused
	return err
}
