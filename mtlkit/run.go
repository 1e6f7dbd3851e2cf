package mtlkit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/internal/kernel"
	"kindred/nn"
)

// A Run is a training under way or at its end. It must not be copied, nor be used by several goroutines at once.
type Run struct {
	// With [Trainer.Validation], Theta and Statistics are the best ones, as soon as an epoch has ended; but while Epochs
	// runs, within its loop, they are those that are trained.
	Theta      []float64 // the parameters, in the order of the model's shapes
	Statistics []float64 // the running statistics, in the order in which the model asks for them; most have none
	History    History

	// Refused tells why the file of [Trainer.CheckpointFile] was not used where the one before it was; nil otherwise.
	Refused error

	self      *Run
	trainer   Trainer
	steps     int    // taken: where the run stands
	failed    error  // that ended the run
	good, now moment // before the last step, and before the one under way
	sums      []float64
	step      *step
	evaluator *evaluator
	moments   int // numbered so far
	heldOut   *sheet
	choice    *choice // of the best parameters; nil without rows to choose on
	aside     moment  // what training goes on from, while Theta is the best
	presents  bool    // Theta is the best, and not what training goes on from
	epoch     Epoch
	owed      bool      // the epoch was trained, and its end is to come: its held-out losses
	identity  []Setting // of the trainer, once it was asked for
	keeper    durable.Keeper[Checkpoint]
}

// A moment is what a step changes of a model.
type moment struct {
	theta, statistics []float64
	number            int // of the moments of a run; two of one number are the same
}

func (m *moment) set(theta, statistics []float64) {
	m.theta, m.statistics = append(m.theta[:0], theta...), append(m.statistics[:0], statistics...)
}

// An Epoch is what a training loop hears after each epoch. Its slices are overwritten by the next one.
type Epoch struct {
	Number     int       // 1, 2, …
	Losses     []float64 // as in [History]
	Weights    []float64
	HeldOut    []float64
	Validation []float64
}

// Epochs trains, and yields after each epoch. A loop that is left early can be taken up again by another call. When ctx
// ends, within a step or a held-out evaluation too, the last thing yielded is its error: the run is then where it was
// before that step, and goes on to the same bits as if it had not been stopped. When a loss or a parameter is no longer
// finite, it is an error that wraps [ErrDiverged] and names the step and the task, and the parameters are the last good
// ones: those of the last step at which all was finite.
//
// With [Trainer.Validation] it also ends when patience has run out, and whenever the loop ends, in whatever way, the run
// has the best parameters until then, if an epoch has ended. Another call goes on from those that were trained last.
//
// With [Trainer.CheckpointFile] it writes checkpoints: before its first step, an interval after the last, and when the
// loop ends, however it does. If the first cannot be written nothing is trained, and that is the error; a later one is
// tried again an interval later, and only the error of the last is yielded, when all is trained. The error of one that
// is written as the loop is left early is lost; [WriteCheckpoint] tells it.
func (r *Run) Epochs(ctx context.Context) iter.Seq2[Epoch, error] {
	r.check("Epochs")
	checkContext("Run.Epochs", ctx)
	return func(yield func(Epoch, error) bool) {
		defer r.present()
		if r.keeper.First() && !r.done() {
			if err := r.save(); err != nil {
				yield(Epoch{}, err)
				return
			}
		}
		begun, owed := r.steps, r.owed
		end := func(err error) {
			if r.steps > begun || r.owed != owed || r.failed != nil {
				if lost := r.save(); lost != nil {
					err = errors.Join(err, lost)
				}
			}
			r.present()
			if err != nil {
				yield(Epoch{}, err)
			}
		}
		for !r.done() {
			err := r.take(ctx)
			if err == nil && r.owed {
				err = r.endEpoch(ctx)
			}
			if err == errGivenUp {
				err = r.stopped(ctx)
			}
			if err != nil {
				end(err)
				return
			}
			if r.steps%r.stepsPerEpoch() == 0 && !yield(r.epoch, nil) {
				r.save()
				return
			}
			if r.keeper.Due() {
				r.save()
			}
		}
		end(nil)
	}
}

// done reports whether there is nothing left to train or to evaluate.
func (r *Run) done() bool {
	return !r.owed && (r.steps/r.stepsPerEpoch() >= r.trainer.Epochs || r.choice.finished())
}

// stopped returns the error that tells where ctx stopped the run.
func (r *Run) stopped(ctx context.Context) error {
	epoch := r.steps / r.stepsPerEpoch()
	if !r.owed {
		epoch++
	}
	return fmt.Errorf("mtlkit: stopped after %d steps, in epoch %d of %d: %w", r.steps, epoch, r.trainer.Epochs, ctx.Err())
}

// take takes a step, unless the end of an epoch is to come first. A failed one leaves the last good parameters and is not
// taken again; one that is given up, since ctx ended, leaves all as it was.
func (r *Run) take(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return errGivenUp
	case r.failed != nil:
		return r.failed
	case r.owed:
		return nil
	}
	s := r.step
	r.bringBack()
	r.step.copier.Copy(r.now.theta, r.Theta)
	copy(r.now.statistics, r.Statistics)
	err := s.take(ctx, r.steps, r.Theta, r.Statistics)
	if err == errGivenUp {
		copy(r.Theta, r.now.theta)
		copy(r.Statistics, r.now.statistics)
		return err
	}
	if err != nil {
		good := &r.good // the parameters have a loss that is not finite: the step before led to them
		if s.sound {
			good = &r.now
		}
		copy(r.Theta, good.theta)
		copy(r.Statistics, good.statistics)
		r.failed = fmt.Errorf("mtlkit: step %d: %w", r.steps+1, err)
		return r.failed
	}
	r.good, r.now = r.now, r.good
	for i, count := range s.samplers[0].counts {
		if !s.absent[i] {
			r.sums[i] += s.losses[i] * float64(count)
			r.sums[len(s.losses)+i] += s.samplers[0].mass[i]
		}
	}
	if r.trainer.Diagnose {
		record(r.History.Norms, s.norms)
		record(r.History.Cosines, s.cosines)
	}
	r.steps++
	if r.steps%r.stepsPerEpoch() == 0 {
		r.sumUp()
	}
	return nil
}

// sumUp sums up the epoch, whose end is then to come.
func (r *Run) sumUp() {
	m := len(r.trainer.Tasks)
	for i := range m {
		r.epoch.Losses[i] = r.sums[i] / r.sums[m+i]
	}
	clear(r.sums)
	copy(r.epoch.Weights, r.step.weights)
	r.owed = true
}

// endEpoch evaluates held-out and validation data and records the epoch. If that is given up, since ctx ended, the end is
// still to come.
func (r *Run) endEpoch(ctx context.Context) error {
	r.bringBack()
	for _, rows := range []*sheet{r.heldOut, r.choice.sheet()} {
		if rows == nil {
			continue
		}
		if err := r.evaluator.run(ctx, r.model(), rows); err != nil {
			return err
		}
	}
	if err := r.choose(); err != nil {
		return err
	}
	if r.heldOut != nil {
		r.heldOut.means(r.epoch.HeldOut)
		record(r.History.HeldOut, r.epoch.HeldOut)
	}
	record(r.History.Losses, r.epoch.Losses)
	record(r.History.Weights, r.epoch.Weights)
	r.epoch.Number = r.steps / r.stepsPerEpoch()
	r.owed = false
	return nil
}

func (r *Run) stepsPerEpoch() int { return r.step.samplers[0].steps }

// Params returns the parameters with their names, for a file for example. They share their numbers with Theta.
func (r *Run) Params() nn.Params {
	r.check("Params")
	return nn.NewParams(r.trainer.Model.Shapes(), r.Theta)
}

// StatisticParams returns the running statistics with their names. They share their numbers with Statistics.
func (r *Run) StatisticParams() nn.Params {
	r.check("StatisticParams")
	var shapes []autodiff.Shape
	for _, s := range r.step.model.statistics {
		shapes = append(shapes, s.Shape)
	}
	return nn.NewParams(shapes, r.Statistics)
}

// BalanceState returns what the balancer remembers, as the log σ² of [balance.Uncertainty].
func (r *Run) BalanceState() []float64 {
	r.check("BalanceState")
	return slices.Clone(r.step.balance.Memory)
}

// Predictor returns what predicts with the parameters as they are now, whatever becomes of the run. All predictors of a
// run share their programs, so that another one after each epoch costs little.
func (r *Run) Predictor() *Predictor {
	r.check("Predictor")
	if !finite(r.Theta) || !finite(r.Statistics) {
		panic("mtlkit: Run.Predictor: a number of Theta or Statistics is not finite")
	}
	now := r.model()
	now.theta, now.statistics = slices.Clone(now.theta), slices.Clone(now.statistics)
	return &Predictor{r.evaluator, now}
}

// Evaluate returns the score of each task on any data. The error tells what is wrong with them.
func (r *Run) Evaluate(data Data) ([]Score, error) {
	r.check("Evaluate")
	return r.evaluate(context.Background(), data)
}

// evaluate is Evaluate, given up with ctx's error when it ends.
func (r *Run) evaluate(ctx context.Context, data Data) ([]Score, error) {
	if err := data.checkLike(r.trainer.Model, r.evaluator.columns, r.trainer.Tasks); err != nil {
		return nil, err
	}
	return r.evaluator.scores(ctx, r.model(), data)
}

// Predict returns each task's output, such as logits, for the rows of x. It is an error if x has other columns than the
// inputs that the run is trained on, or a number that is not finite. It panics where [Predictor.Predict] does.
func (r *Run) Predict(x *mat.Dense) ([]*mat.Dense, error) {
	r.check("Predict")
	if err := r.evaluator.checkShared("Predict", x); err != nil {
		return nil, err
	}
	return r.evaluator.outputs(r.model(), []*mat.Dense{x}), nil
}

// model returns the parameters and statistics as they are now.
func (r *Run) model() moment {
	r.moments++
	return moment{r.Theta, r.Statistics, r.moments}
}

// check panics unless the run is one that Start or Resume returned, with parameters of its model.
func (r *Run) check(method string) {
	if r == nil || r.self == nil {
		panic("mtlkit: Run." + method + ": the run was not started; Trainer.Start returns one")
	}
	if r.self != r {
		panic("mtlkit: Run." + method + ": this is a copy of a run, which shares its insides; use the pointer that " +
			"Trainer.Start returned")
	}
	if n, k := len(r.now.theta), len(r.now.statistics); len(r.Theta) != n || len(r.Statistics) != k {
		panic(fmt.Sprintf("mtlkit: Run.%s: Theta has %d numbers and Statistics %d, the model %d and %d", method,
			len(r.Theta), len(r.Statistics), n, k))
	}
}

func finite(x []float64) bool {
	sum := kernel.Total(x)
	return sum-sum == 0 || !slices.ContainsFunc(x, func(v float64) bool { return v-v != 0 })
}
