package metakit

import (
	"fmt"
	"slices"

	"kindred/internal/settings"
)

// A Checkpoint is all that a run needs to go on to the same bits. [WriteCheckpoint] makes a file of it,
// [Training.CheckpointFile] does so by itself. It is plain data, for JSON or gob too: all of its numbers are finite.
type Checkpoint struct {
	Iteration  int // that was taken last
	Meta       []float64
	Statistics []float64
	Optimizer  []float64 // what it remembers; none if the run diverged, as it saw the bad step and starts afresh
	History    []float64 // the loss of every iteration
	Diverged   bool
	Settings   Settings

	Validation               []float64 // the loss at every look of [Training.Validation]
	BestMeta, BestStatistics []float64 // of the best look; none without one
}

// Settings describe, each in a text of its own, what a training was made with: two trainings of equal texts take the
// same steps. Functions among the settings are told apart by being nil or not alone.
type Settings struct {
	Learner, Tasks, MetaBatch, NoPenalty, Seed, Precision string
	Optimizer, Schedule, ClipNorm                         string // may be others after a divergence
	Validation                                            string // "" if there is none
}

func (t Training) describe() Settings {
	s := Settings{
		Learner: text(t.Learner), Tasks: text(t.Tasks), MetaBatch: text(t.MetaBatch), NoPenalty: text(t.NoPenalty),
		Seed: text(t.Seed), Precision: t.Precision.String(),
		Optimizer: text(t.Optimizer), Schedule: text(t.Schedule), ClipNorm: text(t.ClipNorm),
	}
	if t.Validation.Tasks != nil {
		s.Validation = text(t.Validation)
	}
	return s
}

func text(v any) string { return settings.Text(v) }

// Checkpoint returns the state between two steps.
func (r *Run) Checkpoint() Checkpoint {
	r.check("Checkpoint")
	c := Checkpoint{Iteration: r.taken, Meta: slices.Clone(r.Meta), Statistics: slices.Clone(r.Statistics),
		History: slices.Clone(r.History), Diverged: r.failed != nil, Settings: r.settings}
	if r.aside != nil {
		c.Meta, c.Statistics = slices.Clone(r.aside.meta), slices.Clone(r.aside.statistics)
	}
	if r.choice != nil {
		c.Validation = slices.Clone(r.Validation)
		c.BestMeta, c.BestStatistics = slices.Clone(r.choice.meta), slices.Clone(r.choice.statistics)
	}
	if !c.Diverged {
		c.Optimizer = r.optimizer.State()
	}
	return c
}

// Resume returns a run that goes on from a checkpoint of a training with the same learner, tasks and settings; only
// Iterations may be another number, and after a divergence Optimizer, Schedule and ClipNorm, of which the schedule goes
// on where it was. What CheckpointFile holds does not matter. It is an error if the checkpoint cannot be of such a
// training, or is damaged.
func (t Training) Resume(c Checkpoint) (*Run, error) {
	r := t.begin()
	if err := r.resume(c); err != nil {
		return nil, err
	}
	return r, nil
}

// resume makes a run that has just begun stand where the checkpoint does.
func (r *Run) resume(c Checkpoint) error {
	if err := r.settings.same(c.Settings, c.Diverged); err != nil {
		return err
	}
	if err := r.take(c); err != nil {
		return fmt.Errorf("metakit: Resume: the checkpoint is damaged: %w", err)
	}
	r.present()
	return nil
}

// same returns an error that names the first setting in which a checkpoint differs.
func (s Settings) same(c Settings, diverged bool) error {
	for _, part := range []struct {
		name      string
		got, want string
		free      bool
	}{
		{"Learner", c.Learner, s.Learner, false},
		{"Tasks", c.Tasks, s.Tasks, false},
		{"MetaBatch", c.MetaBatch, s.MetaBatch, false},
		{"NoPenalty", c.NoPenalty, s.NoPenalty, false},
		{"Seed", c.Seed, s.Seed, false},
		{"Precision", c.Precision, s.Precision, false},
		{"Validation", c.Validation, s.Validation, false},
		{"Optimizer", c.Optimizer, s.Optimizer, diverged},
		{"Schedule", c.Schedule, s.Schedule, diverged},
		{"ClipNorm", c.ClipNorm, s.ClipNorm, diverged},
	} {
		if part.got != part.want && !part.free {
			return fmt.Errorf("metakit: Resume: the checkpoint was made with %s %s, this training has %s, and would not go on "+
				"as it began; set what the checkpoint has", part.name, part.got, part.want)
		}
	}
	return nil
}

// take makes a run that has just started stand where the checkpoint does.
func (r *Run) take(c Checkpoint) error {
	if c.Iteration < 0 || len(c.History) != c.Iteration {
		return fmt.Errorf("%d losses in the history of %d iterations", len(c.History), c.Iteration)
	}
	for _, part := range []struct {
		name   string
		values []float64
		want   int
	}{
		{"Meta", c.Meta, len(r.Meta)}, {"Statistics", c.Statistics, len(r.Statistics)}, {"History", c.History, c.Iteration},
	} {
		if len(part.values) != part.want {
			return fmt.Errorf("%s has %d numbers; there must be %d", part.name, len(part.values), part.want)
		}
		if k := slices.IndexFunc(part.values, notFinite); k >= 0 {
			return fmt.Errorf("%s[%d] is %v; it must be finite", part.name, k, part.values[k])
		}
	}
	switch {
	case c.Diverged && len(c.Optimizer) > 0:
		return fmt.Errorf("Optimizer has %d numbers; that of a run that diverged has none", len(c.Optimizer))
	case !c.Diverged:
		if err := r.optimizer.SetState(c.Optimizer); err != nil {
			return err
		}
		for k := range r.training.Learner.Shapes() {
			if steps := c.Optimizer[k]; steps > float64(c.Iteration) {
				return fmt.Errorf("Optimizer[%d] counts %v steps in %d iterations", k, steps, c.Iteration)
			}
		}
	}
	if err := r.chosen(c); err != nil {
		return err
	}
	r.taken = c.Iteration
	copy(r.Meta, c.Meta)
	copy(r.goodMeta, c.Meta)
	copy(r.Statistics, c.Statistics)
	copy(r.goodStatistics, c.Statistics)
	r.History = slices.Clone(c.History)
	return nil
}
