package mtlkit

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/internal/kernel"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// A Trainer says what is to be trained, on what and how. Model, Tasks, Data and Epochs must be set.
type Trainer struct {
	Model   Model
	Tasks   []Task
	Data    Data
	HeldOut Data // its losses are recorded after every epoch; zero for none

	Balance   balance.Balancer // a scalarizer or an aggregator; nil is Equal, the plain sum of the losses
	Optimizer nn.Rule          // nil is nn.Adam with its standard rate
	Schedule  nn.Schedule      // factor of the learning rate, by steps; nil is 1
	ClipNorm  float64          // a longer direction, of all parameters together, is scaled down to it; 0 for none

	Epochs    int    // passes over the data of the task with the most rows
	BatchSize int    // rows of each task in a step; 0 stands for all. A task without a label there has the loss 0
	Seed      uint64 // of the first parameters and the order of the rows

	Initial   []float64          // first parameters; nil draws them with the model's Init
	Precision autodiff.Precision // of losses and gradients; parameters are float64 in any case
	Diagnose  bool               // record norms of and cosines between the gradients by shared parameters in every step

	// ByRepresentation hands an aggregator, and Diagnose, the gradients by the representation that the heads share, in
	// place of those by the shared parameters: one pass back through the trunk then serves all tasks (Sener, Koltun
	// 2018, arXiv:1810.04650). The model must be an Encoder and the tasks share their inputs. Balancers that set
	// gradients of several batches against each other cannot: the representation is one of other rows each time.
	ByRepresentation bool
}

// A Run is a training under way or at its end.
type Run struct {
	Theta   []float64 // the parameters, in the order of the model's shapes
	History History

	trainer  Trainer
	step     int       // number of steps taken
	failed   error     // that ended the run
	good     []float64 // parameters before the last step
	sums     []float64 // of the epoch so far: losses × labelled rows, then labelled rows
	stepper  stepper
	optimize *nn.Optimizer
	heldOut  *evaluator
	epoch    Epoch
}

// An Epoch is what a training loop hears after each epoch. Its slices are overwritten by the next one.
type Epoch struct {
	Number  int       // 1, 2, …
	Losses  []float64 // as in [History]
	Weights []float64
	HeldOut []float64
}

// Start checks the data, compiles the training step and returns a run that has not taken any. It panics where the
// trainer contradicts itself, as a model whose outputs are not those of the tasks.
func (t Trainer) Start() (*Run, error) {
	checkTasks(t.Tasks)
	if t.Model == nil {
		panic("mtlkit: Trainer: no Model")
	}
	if t.Model.Tasks() != len(t.Tasks) {
		panic(fmt.Sprintf("mtlkit: Trainer: a %T with %d outputs for %d tasks",
			t.Model, t.Model.Tasks(), len(t.Tasks)))
	}
	checkOwners(t.Model)
	if t.Epochs < 0 || t.BatchSize < 0 {
		panic(fmt.Sprintf("mtlkit: Trainer: Epochs is %d, BatchSize %d; neither can be negative",
			t.Epochs, t.BatchSize))
	}
	if err := t.Data.Check(t.Tasks); err != nil {
		return nil, err
	}
	if t.Balance == nil {
		t.Balance = balance.Equal{}
	}
	if t.Optimizer == nil {
		t.Optimizer = nn.Adam{}
	}
	m, n := len(t.Tasks), nn.Size(t.Model.Shapes())
	r := &Run{trainer: t, sums: make([]float64, 2*m), stepper: newStepper(t)}
	switch {
	case t.Initial == nil:
		r.Theta = t.Model.Init(rand.New(rand.NewPCG(t.Seed, 0)))
	case len(t.Initial) != n:
		panic(fmt.Sprintf("mtlkit: Trainer: Initial has %d numbers, the model has %d parameters", len(t.Initial), n))
	default:
		r.Theta = slices.Clone(t.Initial)
	}
	r.good = slices.Clone(r.Theta)
	r.optimize = nn.NewOptimizer(t.Optimizer, n)
	r.optimize.Schedule, r.optimize.ClipNorm = t.Schedule, t.ClipNorm
	r.History = History{Losses: lists(m, t.Epochs), Weights: lists(m, t.Epochs)}
	r.epoch = Epoch{Losses: make([]float64, m), Weights: make([]float64, m)}
	if !t.HeldOut.empty() {
		if err := t.HeldOut.checkLike(t.Data, t.Tasks); err != nil {
			return nil, fmt.Errorf("held out: %w", err)
		}
		r.heldOut = newEvaluator(t.Model, t.Tasks, t.HeldOut, t.Precision)
		r.History.HeldOut = lists(m, t.Epochs)
		r.epoch.HeldOut = make([]float64, m)
	}
	if t.Diagnose {
		steps := t.Epochs * r.stepsPerEpoch()
		r.History.Norms, r.History.Cosines = lists(m, steps), lists(m*(m-1)/2, steps)
	}
	return r, nil
}

// Train starts a run and takes it to its end. Where it fails or ctx ends it, the run that is returned beside the error
// has what was learned until then; it is nil if the data are at fault.
func (t Trainer) Train(ctx context.Context) (*Run, error) {
	r, err := t.Start()
	if err != nil {
		return nil, err
	}
	for _, err := range r.Epochs(ctx) {
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// Epochs trains, and yields after each epoch. A loop that is left early can be taken up again by another call. When ctx
// ends, the last thing yielded is its error; when a loss or a parameter is no longer finite, an error that wraps
// [ErrDiverged] and names the step and the task, and the parameters are the last good ones: those of the last step at
// which all was finite.
func (r *Run) Epochs(ctx context.Context) iter.Seq2[Epoch, error] {
	return func(yield func(Epoch, error) bool) {
		steps := r.stepsPerEpoch()
		all := r.trainer.Epochs * steps
		for r.step < all {
			if err := ctx.Err(); err != nil {
				yield(Epoch{}, fmt.Errorf("mtlkit: stopped after %d of %d steps: %w", r.step, all, err))
				return
			}
			if err := r.take(); err != nil {
				yield(Epoch{}, err)
				return
			}
			if r.step%steps == 0 {
				r.endEpoch()
				if !yield(r.epoch, nil) {
					return
				}
			}
		}
	}
}

// take takes one step. A failed one leaves the last good parameters and is not taken again.
func (r *Run) take() error {
	if r.failed != nil {
		return r.failed
	}
	steps := r.stepsPerEpoch()
	s := r.stepper.parts()
	fail := func(err error) error {
		copy(r.Theta, r.good)
		r.failed = fmt.Errorf("mtlkit: step %d: %w", r.step+1, err)
		return r.failed
	}
	if err := r.stepper.next(r.Theta, r.step/steps, r.step%steps); err != nil {
		return fail(s.explain(err))
	}
	copy(r.good, r.Theta)
	r.optimize.Step(r.Theta, s.grad)
	if !finite(r.Theta) {
		return fail(fmt.Errorf("the losses %v are finite, the parameters after the step are %w; %s",
			s.losses, ErrDiverged, advice))
	}
	if err := r.stepper.after(r.Theta); err != nil {
		return fail(err)
	}
	for i, count := range s.samplers[0].counts {
		r.sums[i] += s.losses[i] * float64(count)
		r.sums[len(s.losses)+i] += float64(count)
	}
	if r.trainer.Diagnose {
		record(r.History.Norms, s.norms)
		record(r.History.Cosines, s.cosines)
	}
	r.step++
	return nil
}

// endEpoch records the epoch.
func (r *Run) endEpoch() {
	m := len(r.trainer.Tasks)
	for i := range m {
		r.epoch.Losses[i] = r.sums[i] / max(r.sums[m+i], 1)
	}
	clear(r.sums)
	copy(r.epoch.Weights, r.stepper.parts().weights)
	record(r.History.Losses, r.epoch.Losses)
	record(r.History.Weights, r.epoch.Weights)
	if r.heldOut != nil {
		r.heldOut.losses(r.epoch.HeldOut, r.Theta)
		record(r.History.HeldOut, r.epoch.HeldOut)
	}
	r.epoch.Number = r.step / r.stepsPerEpoch()
}

func (r *Run) stepsPerEpoch() int { return r.stepper.parts().samplers[0].steps }

// Params returns the parameters with their names, for a file for example. They share their numbers with Theta.
func (r *Run) Params() nn.Params { return nn.NewParams(r.trainer.Model.Shapes(), r.Theta) }

// BalanceState returns what the balancer remembers, as the log σ² of [balance.Uncertainty].
func (r *Run) BalanceState() []float64 { return slices.Clone(r.stepper.parts().state) }

func finite(x []float64) bool {
	sum := kernel.Total(x)
	return sum-sum == 0 || !slices.ContainsFunc(x, func(v float64) bool { return v-v != 0 })
}
