package mtlkit

import (
	"fmt"
	"slices"
)

// A Checkpoint is all that a run needs to go on, to the same bits as if it had not stopped. Its fields are for an
// encoder such as encoding/gob.
type Checkpoint struct {
	Step      int       // steps taken
	Theta     []float64 // the parameters
	Optimizer []float64 // what the optimiser remembers
	Balance   []float64 // what the balancer remembers
	Fresh     bool      // start the optimiser and the balancer afresh instead
	Sums      []float64 // of the losses in an epoch that was not finished
	History   History

	Seed      uint64 // of the trainer
	BatchSize int    // of the trainer
}

// Checkpoint returns a copy of the state of the run. Of a run that diverged it holds the last good parameters; the
// optimiser and the balancer, which saw the bad step, start afresh from it.
func (r *Run) Checkpoint() Checkpoint {
	return Checkpoint{
		Step:      r.step,
		Theta:     slices.Clone(r.Theta),
		Optimizer: r.optimize.State(),
		Balance:   r.BalanceState(),
		Fresh:     r.failed != nil,
		Sums:      slices.Clone(r.sums),
		History:   r.History.clone(),
		Seed:      r.trainer.Seed,
		BatchSize: r.trainer.BatchSize,
	}
}

// Resume returns a run that goes on from a checkpoint of a trainer with the same model, tasks, data and settings; only
// Epochs may be another number. It is an error if the checkpoint cannot be of such a trainer.
func (t Trainer) Resume(c Checkpoint) (*Run, error) {
	r, err := t.Start()
	if err != nil {
		return nil, err
	}
	state := r.stepper.parts().state
	if c.Fresh {
		c.Optimizer, c.Balance = r.optimize.State(), r.BalanceState()
	}
	for _, part := range []struct {
		name      string
		got, want int
	}{
		{"parameters", len(c.Theta), len(r.Theta)},
		{"numbers of the optimiser", len(c.Optimizer), len(r.optimize.State())},
		{"numbers of the balancer", len(c.Balance), len(state)},
		{"sums of losses", len(c.Sums), len(r.sums)},
		{"tasks in its history", len(c.History.Losses), len(t.Tasks)},
		{"tasks in its held-out history", len(c.History.HeldOut), len(r.History.HeldOut)},
		{"tasks in its history of gradients", len(c.History.Norms), len(r.History.Norms)},
	} {
		if part.got != part.want {
			return nil, fmt.Errorf("mtlkit: the checkpoint has %d %s, this trainer %d; resume it with the trainer "+
				"that it came from", part.got, part.name, part.want)
		}
	}
	if n, steps := c.History.Epochs(), r.stepsPerEpoch(); n != c.Step/steps {
		return nil, fmt.Errorf("mtlkit: the checkpoint took %d steps for %d epochs, this trainer takes %d for one; "+
			"resume it with the data and the BatchSize that it came from", c.Step, n, steps)
	}
	if c.Seed != t.Seed || c.BatchSize != t.BatchSize {
		return nil, fmt.Errorf("mtlkit: the checkpoint has Seed %d and BatchSize %d, this trainer %d and %d, and would go "+
			"on with other batches; set what the checkpoint has", c.Seed, c.BatchSize, t.Seed, t.BatchSize)
	}
	r.step = c.Step
	copy(r.Theta, c.Theta)
	copy(r.good, c.Theta)
	copy(r.sums, c.Sums)
	copy(state, c.Balance)
	r.optimize.SetState(c.Optimizer)
	r.History = c.History.clone()
	return r, nil
}
