package learnedopt

import (
	"errors"
	"fmt"
	"slices"

	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/nn"
)

var format = durable.Format{Kind: "learnedopt-checkpoint", Version: 1}

// A Checkpoint is all that a run needs to go on to the same bits. It is plain data, for gob or JSON.
type Checkpoint struct {
	Iteration int // that was taken last
	Own       []float64
	Optimizer []float64 // what it remembers
	History   []float64
	Places    []Place
	Settings  string // of the training: two of equal texts take the same steps
}

// Checkpoint returns the state between two steps.
func (r *Run) Checkpoint() Checkpoint {
	r.check("Checkpoint")
	c := Checkpoint{Iteration: r.taken, Own: slices.Clone(r.Own), Optimizer: r.optimizer.State(),
		History: slices.Clone(r.History), Settings: r.settings}
	for _, p := range r.places {
		p.Theta, p.Memory = slices.Clone(p.Theta), slices.Clone(p.Memory)
		c.Places = append(c.Places, p)
	}
	return c
}

// Resume returns a run that goes on from a checkpoint of a training with the same settings; only Iterations may be
// another number. What CheckpointFile holds does not matter. It is an error if the checkpoint cannot be of such a
// training, or is damaged.
func (t Training) Resume(c Checkpoint) (*Run, error) {
	r, err := t.begin()
	if err != nil {
		return nil, err
	}
	if err := r.resume(c); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Run) resume(c Checkpoint) error {
	if c.Settings != r.settings {
		return fmt.Errorf("learnedopt: Resume: the checkpoint was made with settings %s, this training has %s, and would not "+
			"go on as it began; set what the checkpoint has", c.Settings, r.settings)
	}
	if err := r.take(c); err != nil {
		return fmt.Errorf("learnedopt: Resume: the checkpoint is damaged: %w", err)
	}
	return nil
}

func (r *Run) take(c Checkpoint) error {
	if c.Iteration < 0 || len(c.History) != c.Iteration || len(c.Own) != len(r.Own) || len(c.Places) != len(r.places) {
		return fmt.Errorf("%d iterations with %d losses, %d parameters and %d problems; this training has %d and %d",
			c.Iteration, len(c.History), len(c.Own), len(c.Places), len(r.Own), len(r.places))
	}
	t := r.training
	all := [][]float64{c.Own, c.History}
	for i, p := range c.Places {
		begun, first := p.Problem/uint64(t.Side), p.Problem == uint64(i)
		whole := p.Length == t.Steps || first && p.Length == r.places[i].Length
		if p.Problem%uint64(t.Side) != uint64(i) || begun > uint64(c.Iteration) || !whole ||
			p.Taken < 0 || p.Taken >= p.Length || p.Taken%t.Unroll != 0 ||
			len(p.Theta) != nn.Size(t.Problems.Network.Shapes()) || len(p.Memory) != r.unroll.memorySize() {
			return fmt.Errorf("place %d stands after %d of %d steps on problem %d, with %d parameters and %d numbers remembered",
				i, p.Taken, p.Length, p.Problem, len(p.Theta), len(p.Memory))
		}
		all = append(all, p.Theta, p.Memory)
	}
	for _, numbers := range all {
		if slices.ContainsFunc(numbers, func(v float64) bool { return v-v != 0 }) {
			return errors.New("a number is not finite")
		}
	}
	places, episodes := make([]Place, len(c.Places)), make([]*metakit.Episode, len(c.Places))
	for i, p := range c.Places {
		_, e, err := r.draw(p.Problem, p.Length)
		if err != nil {
			return err
		}
		p.Theta, p.Memory = slices.Clone(p.Theta), slices.Clone(p.Memory)
		places[i], episodes[i] = p, e
	}
	if err := r.optimizer.SetState(c.Optimizer); err != nil {
		return err
	}
	r.taken, r.places, r.episodes = c.Iteration, places, episodes
	copy(r.Own, c.Own)
	r.History = slices.Clone(c.History)
	return nil
}

// goOn makes a run that has just begun stand where its file does, if there is one.
func (r *Run) goOn() error {
	refused, err := r.keeper.Load(func(c Checkpoint) error {
		if err := r.resume(c); err != nil {
			return err
		}
		if r.taken > r.training.Iterations {
			return fmt.Errorf("learnedopt: the run of %s was trained for %d iterations, Iterations is %d", r.keeper.Path, r.taken,
				r.training.Iterations)
		}
		return nil
	})
	r.Refused = refused
	return err
}

// save writes the checkpoint of a run to its file.
func (r *Run) save() error {
	if err := r.keeper.Keep(r.Checkpoint); err != nil {
		return fmt.Errorf("learnedopt: after iteration %d %w", r.taken, err)
	}
	return nil
}
