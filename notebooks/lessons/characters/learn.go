package characters

import (
	"context"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// A Learning is a meta-training on known characters, with one shot of each.
type Learning struct {
	Learner    metakit.Learner
	Ways       int // of a training task
	Iterations int
	MetaBatch  int     // tasks an iteration
	Rate       float64 // of Adam
	Characters int     // learn from so many of the known; 0 is all
	Straight   bool    // without the turned characters, three for each
}

// Run trains and returns the meta-parameters, nil where the drawings are missing.
func (l Learning) Run(ctx context.Context, d Drawings) ([]float64, error) {
	if d.Images == nil {
		return nil, absent(d.Missing)
	}
	run, err := metakit.Training{Learner: l.Learner, Tasks: l.tasks(d), Iterations: l.Iterations, MetaBatch: l.MetaBatch,
		Optimizer: nn.NewAdam(l.Rate), Seed: 1, Precision: autodiff.Float32}.Run(ctx)
	return run.Meta, err
}

// tasks are what is learned from.
func (l Learning) tasks(d Drawings) metakit.Distribution {
	known := d.Known(l.Ways, 1, 5)
	if l.Characters > 0 {
		known, _, _ = known.Split(l.Characters, 0, 1)
	}
	if l.Straight {
		return known
	}
	return known.Turned()
}
