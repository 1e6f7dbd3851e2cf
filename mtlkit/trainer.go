package mtlkit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/internal/settings"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// A Trainer says what is to be trained, on what and how. Model, Tasks, Data and Optimizer must be set.
type Trainer struct {
	Model   Model
	Tasks   []Task
	Data    Data
	HeldOut Data // its losses are recorded after every epoch, and choose nothing; zero for none

	// Validation are rows that choose: the run ends with the parameters of the epoch that was best on them by what is
	// watched, and, with Patience, when so many epochs in a row have not brought it more than MinDelta below where it was
	// at the last one that did. Tasks that share parameters, or are tied by a penalty, have one epoch in common; those that
	// do not, such as [Independent] twins, each choose their own, as they would if they were trained alone. Rows that are
	// also among Data or HeldOut are refused. Zero is none: the last epoch is taken.
	Validation Data
	Patience   int     // epochs; 0 is none: all of Epochs are trained
	MinDelta   float64 // in the unit of what is watched; it does not keep an epoch that is better by less from being taken
	Watch      Watch   // zero is SumOfLosses

	Balance   balance.Balancer // a scalarizer or an aggregator; nil is balance.Equal, the plain sum of the losses
	Optimizer nn.Rule          // such as nn.NewAdam(0.001)
	Groups    []nn.Group       // matrices with a rule of their own, or none: their own rate or decay, or frozen
	Schedule  nn.Schedule      // factor of all learning rates, by steps; nil is 1
	ClipNorm  float64          // a longer direction, of all parameters together, is scaled down to it; 0 for none

	Epochs    int    // passes over the data of the task with the most rows; 0 trains nothing
	BatchSize int    // rows of each task in a step; 0 is all of them
	Seed      uint64 // of the first parameters, the order of the rows, and noise

	// SizePower is for tasks with rows of their own, of unequal numbers: a step then takes BatchSize rows a task on
	// average, and of task i in proportion to nᵢ^SizePower (see [Data.SizeShares]), to the nearest whole number, at
	// least 1 and at most all. With 0, each has BatchSize rows in a step, and small tasks go round many times in an
	// epoch, a pass over the task with the most rows; with 1, all go round at about the same time, once. A task's loss
	// is a mean whatever the number of its rows, so that they tell how exact its gradient is, and not what the task
	// counts for: that is the balancer's part, and balance.Fixed with the weights of SizeShares what drawing tasks by
	// their size amounts to.
	SizePower float64

	Initial   []float64          // first parameters; nil draws them with the model's Init
	Precision autodiff.Precision // of losses and gradients; parameters are float64 in any case
	Diagnose  bool               // record norms of and cosines between the gradients by shared parameters in every step

	// CheckpointFile is where the run is kept, so that a program which ended for whatever reason goes on when it is
	// started again: Start returns a run that stands where the file says, and ends with the same bits as one that was
	// never stopped. [Run.Epochs] writes the file, at least CheckpointEvery apart; time.Minute is usual. "" keeps none. It
	// is an error if the file is of a trainer with other settings or was trained for longer, or if neither it nor the
	// one before it (CheckpointFile with ".previous") is whole. Delete it to begin anew.
	CheckpointFile  string
	CheckpointEvery time.Duration

	// ByRepresentation hands an aggregator, and Diagnose, the gradients by the representation that the heads share, in
	// place of those by the shared parameters: one pass back through the trunk then serves all tasks (Sener, Koltun
	// 2018, arXiv:1810.04650). The model must be an Encoder and the tasks share their inputs. Balancers that set
	// gradients of several batches against each other cannot: the representation is one of other rows each time.
	ByRepresentation bool
}

// Start checks the data, compiles the training step and returns a run that has not taken any, or one that goes on from
// its CheckpointFile. All that acts is copied: what is changed afterwards, a weight, a label, a field of the model,
// changes nothing of the run. It panics where the trainer contradicts itself, as a model whose outputs are not those of
// the tasks.
func (t Trainer) Start() (*Run, error) {
	r, err := t.begin()
	if err != nil {
		return nil, err
	}
	if err := r.goOn(); err != nil {
		return nil, err
	}
	return r, nil
}

// begin returns a run that has not taken any step.
func (t Trainer) begin() (*Run, error) {
	t.check()
	if err := t.Data.checkFor(t.Model, t.Tasks); err != nil {
		return nil, err
	}
	if !t.HeldOut.empty() {
		if err := t.HeldOut.checkLike(t.Model, t.Data.columns(), t.Tasks); err != nil {
			return nil, fmt.Errorf("held out: %w", err)
		}
	}
	if err := t.checkValidation(); err != nil {
		return nil, err
	}
	t = settings.Copy(t)
	t.Data = t.Data.complete(t.Tasks)
	if t.Balance == nil {
		t.Balance = balance.Equal{}
	}
	m := len(t.Tasks)
	r := &Run{trainer: t, sums: make([]float64, 2*m)}
	r.keeper = durable.Keeper[Checkpoint]{Format: checkpointFormat, Path: t.CheckpointFile, Every: t.CheckpointEvery}
	r.self = r
	r.step = newStep(&r.trainer)
	r.Theta = t.Initial
	if r.Theta == nil {
		r.Theta = slices.Clone(t.Model.Init(rand.New(rand.NewPCG(t.Seed, 0))))
	}
	if n := nn.Size(t.Model.Shapes()); len(r.Theta) != n {
		panic(fmt.Sprintf("mtlkit: Trainer: %d first parameters, the model has %d", len(r.Theta), n))
	}
	for _, s := range r.step.model.statistics {
		for range s.Size() {
			r.Statistics = append(r.Statistics, s.Start)
		}
	}
	r.good.set(r.Theta, r.Statistics)
	r.now.set(r.Theta, r.Statistics)
	r.History = History{Losses: lists(m), Weights: lists(m)}
	r.epoch = Epoch{Losses: make([]float64, m), Weights: make([]float64, m)}
	if !t.HeldOut.empty() {
		r.heldOut = newSheet(t.HeldOut, t.Tasks)
		r.History.HeldOut = lists(m)
		r.epoch.HeldOut = make([]float64, m)
	}
	r.evaluator = newEvaluator(t.Model, t.Tasks, t.Precision)
	r.evaluator.statistics, r.evaluator.columns = r.step.model.statistics, t.Data.columns()
	if r.choice = newChoice(&r.trainer, r.step); r.choice != nil {
		r.History.Validation, r.History.Best = lists(m), make([]int, m)
		r.epoch.Validation = make([]float64, m)
	}
	if t.Diagnose {
		r.History.Norms, r.History.Cosines = lists(m), lists(m*(m-1)/2)
	}
	return r, nil
}

// Train starts a run and takes it to its end. Where it fails or ctx ends it, the run that is returned beside the error
// has what was learned until then; it is nil if the data are at fault.
func (t Trainer) Train(ctx context.Context) (*Run, error) {
	checkContext("Trainer.Train", ctx)
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

// check panics where the settings make no sense.
func (t *Trainer) check() {
	checkTasks("Trainer", t.Tasks)
	checkModel("Trainer", t.Model, t.Tasks)
	if t.Optimizer == nil {
		panic("mtlkit: Trainer: no Optimizer; give a rule, such as nn.NewAdam(0.001)")
	}
	nn.CheckRule(t.Optimizer)
	nn.CheckSchedule(t.Schedule)
	if t.Epochs < 0 || t.BatchSize < 0 {
		panic(fmt.Sprintf("mtlkit: Trainer: Epochs is %d, BatchSize %d; neither can be negative",
			t.Epochs, t.BatchSize))
	}
	if !(t.SizePower >= 0 && t.SizePower <= 1) {
		panic(fmt.Sprintf("mtlkit: Trainer: SizePower is %v, want 0 to 1", t.SizePower))
	}
	if t.SizePower > 0 && (t.BatchSize == 0 || len(t.Data.X) == 1 && len(t.Tasks) > 1) {
		panic(fmt.Sprintf("mtlkit: Trainer: SizePower is %v, BatchSize %d, and there are %d matrices of inputs for %d "+
			"tasks; it deals out the rows of a batch, and needs a BatchSize and rows for each task", t.SizePower,
			t.BatchSize, len(t.Data.X), len(t.Tasks)))
	}
	if !(t.ClipNorm >= 0) {
		panic(fmt.Sprintf("mtlkit: Trainer: ClipNorm is %v; it must not be negative, and 0 is none", t.ClipNorm))
	}
	if t.CheckpointEvery < 0 || (t.CheckpointFile == "") != (t.CheckpointEvery == 0) {
		panic(fmt.Sprintf("mtlkit: Trainer: CheckpointFile is %q and CheckpointEvery %v; give both, time.Minute is usual, or "+
			"neither", t.CheckpointFile, t.CheckpointEvery))
	}
	if !finite(t.Initial) {
		panic("mtlkit: Trainer: a number of Initial is not finite")
	}
	if t.Balance != nil {
		checkBalancer(t.Balance)
	}
}

func checkBalancer(b balance.Balancer) {
	switch b.(type) {
	case balance.Scalarizer, balance.WeightAggregator, balance.NormLossAggregator, balance.GramAggregator,
		balance.GramLossAggregator, balance.JacobianAggregator, balance.JacobianLossAggregator, balance.BatchAggregator:
		return
	}
	panic(fmt.Sprintf("mtlkit: Trainer: Balance is a %T, which is neither a scalarizer nor an aggregator", b))
}
