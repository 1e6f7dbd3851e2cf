package acting

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

// A Learner learns to act from episodes that it acts in: [RL2], [MAML].
type Learner interface {
	// Shapes lists what is learned, in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Init returns its first numbers, drawn from rng.
	Init(rng *rand.Rand) []float64

	begin(t Training) worker
}

// A worker is a learner in a training.
type worker interface {
	// direction puts into dst what stands for the gradient, which the optimiser goes against, and returns the mean return
	// of the episodes that tell how good the learner is. The error is that of ctx or names an episode.
	direction(ctx context.Context, theta, dst []float64, iteration int) (float64, error)
}

// Training lets a learner act, and learn from it: each iteration simulates episodes of Batch tasks, those of the seed
// with indices iteration·Batch and up, side by side on all processors, and takes one step of the optimiser. The result
// is the same to the last bit on any number of processors.
type Training struct {
	Learner     Learner
	Environment Environment
	Iterations  int                // 0 trains nothing
	Batch       int                // tasks in an iteration
	Optimizer   nn.Rule            // such as nn.NewAdam(0.003)
	Schedule    nn.Schedule        // of its rate; nil is 1 throughout
	ClipNorm    float64            // a gradient of larger norm is scaled down to it; 0 leaves it as it is
	Seed        uint64             // of the first parameters and the episodes
	Precision   autodiff.Precision // of policies and gradients; sums and parameters are float64

	// CheckpointFile keeps the run, so that a program which ended for whatever reason goes on when it is started again,
	// to the same bits. It is written at least CheckpointEvery apart, and when Steps ends; "" keeps none. It is an error
	// if the file is of a training with other settings or was trained for longer, or if neither it nor the one before it
	// is whole.
	CheckpointFile  string
	CheckpointEvery time.Duration
}

// Run starts the training and takes all its steps. The run is returned with an error too, unless its CheckpointFile
// could not be read.
func (t Training) Run(ctx context.Context) (*Run, error) {
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

// Start returns a run before its first step, or one that goes on from its CheckpointFile, about which alone there can
// be an error. The settings are copied. It panics if one makes no sense.
func (t Training) Start() (*Run, error) {
	t.check()
	t.Learner, t.Environment = settings.Copy(t.Learner), settings.Copy(t.Environment)
	t.Optimizer, t.Schedule = settings.Copy(t.Optimizer), settings.Copy(t.Schedule)
	r := &Run{training: t, settings: t.describe()}
	r.worker = t.Learner.begin(t)
	shapes := t.Learner.Shapes()
	r.Theta = slices.Clone(t.Learner.Init(rand.New(rand.NewPCG(t.Seed, initStream))))
	if len(r.Theta) != nn.Size(shapes) || !finite(r.Theta...) {
		panic(fmt.Sprintf("acting: Training: %T.Init returns %d numbers, of which the shapes have %d; all must be finite",
			t.Learner, len(r.Theta), nn.Size(shapes)))
	}
	r.optimizer = nn.NewOptimizer(t.Optimizer, shapes)
	r.optimizer.ClipNorm = t.ClipNorm
	r.good, r.gradient = slices.Clone(r.Theta), make([]float64, len(r.Theta))
	r.keeper = durable.Keeper[checkpoint]{Format: format, Path: t.CheckpointFile, Every: t.CheckpointEvery}
	if err := r.goOn(); err != nil {
		return nil, err
	}
	return r, nil
}

func (t Training) check() {
	const most = 1 << 20
	switch {
	case t.Learner == nil:
		panic("acting: Training: Learner is nil; give one, such as NewRL2(policy, Softmax{})")
	case t.Iterations < 0:
		panic(fmt.Sprintf("acting: Training: Iterations is %d; it must not be negative", t.Iterations))
	case t.Batch < 1 || t.Batch > most:
		panic(fmt.Sprintf("acting: Training: Batch is %d; it must be between 1 and %d", t.Batch, most))
	case t.Optimizer == nil:
		panic("acting: Training: Optimizer is nil; give one, such as nn.NewAdam(0.003)")
	case !(t.ClipNorm >= 0):
		panic(fmt.Sprintf("acting: Training: ClipNorm is %v; it must not be negative, and 0 is none", t.ClipNorm))
	case t.CheckpointEvery < 0 || (t.CheckpointFile == "") != (t.CheckpointEvery == 0):
		panic(fmt.Sprintf("acting: Training: CheckpointFile is %q and CheckpointEvery %v; give both, time.Minute is usual, or "+
			"neither", t.CheckpointFile, t.CheckpointEvery))
	}
	check("Training", t.Environment)
	nn.CheckRule(t.Optimizer)
	nn.CheckSchedule(t.Schedule)
}

// describe describes, each in a text of its own, the settings that act; two trainings of equal texts take the same
// steps.
func (t Training) describe() map[string]string {
	return map[string]string{
		"Learner": settings.Text(t.Learner), "Environment": settings.Text(t.Environment), "Batch": settings.Text(t.Batch),
		"Optimizer": settings.Text(t.Optimizer), "Schedule": settings.Text(t.Schedule),
		"ClipNorm": settings.Text(t.ClipNorm), "Seed": settings.Text(t.Seed), "Precision": t.Precision.String(),
	}
}
