package metakit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/internal/settings"
	"kindred/nn"
)

// Training is meta-training: every iteration averages the meta-gradients of the episodes of a meta-batch and takes one
// step of the meta-optimiser against it. Iteration i = 1, 2, … uses the MetaBatch episodes of the seed with indices
// (i − 1)·MetaBatch and up. The result is the same to the last bit on any number of processors.
//
// The networks of a learner may hand out penalties (see [nn.Trace]). Training adds those of the start to what it
// minimises, not to the loss that it reports, unless NoPenalty is set; whether the steps of adaptation have those of
// where they are is the learner's to say, as by MAML's InnerPenalty, since it adapts in the same way to a new task.
type Training struct {
	Learner    Learner
	Tasks      Distribution
	Iterations int                // 0 trains nothing
	MetaBatch  int                // episodes in an iteration, at least 1; the papers have 4 to 32
	Optimizer  nn.Rule            // such as nn.NewAdam(0.001)
	Schedule   nn.Schedule        // of its rate; nil is 1 throughout
	ClipNorm   float64            // a meta-gradient of larger norm is scaled down to it; 0 leaves it as it is
	NoPenalty  bool               // leave penalties out of what is minimised
	Seed       uint64             // of the first meta-parameters, of the episodes and of noise
	Precision  autodiff.Precision // of the meta-gradients; sums and meta-parameters are float64
	Validation Validation         // chooses the meta-parameters that the run ends with; zero is the last

	// CheckpointFile is where the run is kept, so that a program which ended for whatever reason goes on when it is
	// started again: Start returns a run that stands where the file says, and ends with the same bits as one that was
	// never stopped. [Run.Steps] writes the file, at least CheckpointEvery apart; time.Minute is usual. "" keeps none. It
	// is an error if the file is of a training with other settings or was trained for longer, or if neither it nor the
	// one before it (CheckpointFile with ".previous") is whole. Delete it to begin anew.
	CheckpointFile  string
	CheckpointEvery time.Duration
}

// Run starts meta-training and takes all its steps. The run is returned with an error too, unless its CheckpointFile
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

// Start returns a run before its first step, or one that goes on from its CheckpointFile, about which alone there can be
// an error. It traces and compiles the meta-gradient for the size of the first episode; other sizes follow when they
// come. The settings are copied: what happens to their slices afterwards does not act. It panics if a setting makes no
// sense.
func (t Training) Start() (*Run, error) {
	r := t.begin()
	if err := r.goOn(); err != nil {
		return nil, err
	}
	return r, nil
}

// begin returns a run before its first step.
func (t Training) begin() *Run {
	t.check()
	t = t.copy()
	r := &Run{training: t, settings: t.describe()}
	r.self, r.keep = r, r.keepLoss
	r.keeper = durable.Keeper[Checkpoint]{Format: checkpointFormat, Path: t.CheckpointFile, Every: t.CheckpointEvery}
	r.crew = r.hire().start(t.Seed, 0, t.MetaBatch)
	first := r.crew.all[0]

	r.Meta = t.Learner.Init(rand.New(rand.NewPCG(t.Seed, initStream)))
	r.Meta = slices.Clone(r.Meta)
	r.Statistics = first.startStatistics()
	if err := first.checkMeta("Training: Init", r.Meta, r.Statistics); err != nil {
		panic(err.Error())
	}
	r.optimizer = nn.NewOptimizer(t.Optimizer, t.Learner.Shapes())
	r.optimizer.ClipNorm = t.ClipNorm
	r.choice = newChoice(t)
	r.goodMeta, r.goodStatistics = slices.Clone(r.Meta), slices.Clone(r.Statistics)
	r.losses, r.mean = make([]float64, t.MetaBatch), make([]float64, first.size)
	return r
}

// hire returns the crew of a run.
func (r *Run) hire() *crew {
	t := r.training
	return &crew{what: "Training", learner: t.Learner, tasks: t.Tasks, training: true, trace: r.trace,
		stacks: stackable("Training", t.Learner, t.Tasks.Size(t.Seed, 0))}
}

func (t Training) check() {
	const most = 1 << 24 // a loss is kept for each of them
	switch {
	case t.Iterations < 0:
		panic(fmt.Sprintf("metakit: Training: Iterations is %d; it must not be negative", t.Iterations))
	case t.MetaBatch < 1 || t.MetaBatch > most:
		panic(fmt.Sprintf("metakit: Training: MetaBatch is %d; it must be between 1 and %d, and 25 is usual for small tasks",
			t.MetaBatch, most))
	case t.Optimizer == nil:
		panic("metakit: Training: Optimizer is nil; give one, such as nn.NewAdam(0.001)")
	case !(t.ClipNorm >= 0):
		panic(fmt.Sprintf("metakit: Training: ClipNorm is %v; it must not be negative, and 0 is none", t.ClipNorm))
	case t.CheckpointEvery < 0 || (t.CheckpointFile == "") != (t.CheckpointEvery == 0):
		panic(fmt.Sprintf("metakit: Training: CheckpointFile is %q and CheckpointEvery %v; give both, time.Minute is usual, or "+
			"neither", t.CheckpointFile, t.CheckpointEvery))
	}
	t.Validation.check()
	nn.CheckRule(t.Optimizer)
	nn.CheckSchedule(t.Schedule)
	checkLearner("Training", t.Learner)
	checkTasks("Training", t.Tasks)
}

// copy returns the training with a copy of everything that acts.
func (t Training) copy() Training {
	t.Learner, t.Optimizer, t.Schedule = settings.Copy(t.Learner), settings.Copy(t.Optimizer), settings.Copy(t.Schedule)
	t.Tasks = copyTasks(t.Tasks)
	if t.Validation.Tasks != nil {
		t.Validation.Tasks = copyTasks(t.Validation.Tasks)
	}
	return t
}

func copyTasks(d Distribution) Distribution {
	if c, ok := d.(Collection); ok {
		return c.clone()
	}
	return settings.Copy(d)
}

func checkTasks(what string, d Distribution) {
	if d == nil {
		panic("metakit: " + what + ": Tasks is nil; give a distribution, such as tasks.NewSinusoid(10)")
	}
}

func checkContext(what string, ctx context.Context) {
	if ctx == nil {
		panic("metakit: " + what + ": the context is nil; give one, such as context.Background()")
	}
}
