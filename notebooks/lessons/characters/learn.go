package characters

import (
	"context"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// A Learning is a meta-training on known characters, each of which is four, turned by right angles.
type Learning struct {
	Learner    metakit.Learner
	Ways       int // of a training task, of one shot
	Iterations int
	MetaBatch  int
	Rate       float64 // of Adam
	Characters int     // the first so many of the known; 0 is all
	Straight   bool    // without turned characters
}

// Meta trains and returns the meta-parameters, nil where the drawings are missing.
func (l Learning) Meta(ctx context.Context, d Drawings) ([]float64, error) {
	if d.Images == nil {
		return nil, absent{errors(d.Missing)}
	}
	known := d.Known(l.Ways, 1, 5)
	if l.Characters > 0 {
		known = known.Only(known.Classes()[:l.Characters])
	}
	if !l.Straight {
		known = known.Turned()
	}
	run, err := metakit.Training{Learner: l.Learner, Tasks: known, Iterations: l.Iterations, MetaBatch: l.MetaBatch,
		Optimizer: nn.NewAdam(l.Rate), Seed: 1, Precision: autodiff.Float32}.Run(ctx)
	return run.Meta, err
}

type errors string

func (e errors) Error() string { return string(e) }
