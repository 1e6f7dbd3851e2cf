package mtlkit

import (
	"fmt"
	"math"
	"slices"

	"kindred/internal/settings"
)

// A Checkpoint is all that a run needs to go on, to the same bits as if it had not stopped. [WriteCheckpoint] makes a file
// of it, [Trainer.CheckpointFile] does so by itself; its fields are for an encoder of one's own.
type Checkpoint struct {
	Steps      int       // taken: where the run stands
	Theta      []float64 // the parameters
	Statistics []float64 // the running statistics
	Optimizer  []float64 // what the optimiser remembers
	Balance    []float64 // what the balancer remembers
	Fresh      bool      // of a run that diverged: optimiser and balancer start afresh
	Sums       []float64 // of the epoch so far: losses × labelled rows, then what these count for
	History    History   // without the held-out and validation losses of an epoch in whose evaluation the run was stopped

	BestTheta, BestStatistics []float64 // by [Trainer.Validation], as soon as there are any; Theta is what training goes on from

	Settings []Setting // of the trainer, that a run which goes on must agree on
}

// A Setting is one of a trainer's, as text.
type Setting struct{ Name, Text string }

// freshen lists the settings that may be others after a divergence.
var freshen = []string{"Optimizer", "Groups", "Schedule", "ClipNorm", "Balance"}

// Checkpoint returns a copy of the state of the run. Of a run that diverged it holds the last good parameters; the
// optimiser and the balancer, which saw the bad step, start afresh from it, and the schedule goes on where it was.
func (r *Run) Checkpoint() Checkpoint {
	r.check("Checkpoint")
	theta, statistics := r.training()
	c := Checkpoint{
		Steps:      r.steps,
		Theta:      slices.Clone(theta),
		Statistics: slices.Clone(statistics),
		Fresh:      r.failed != nil,
		Sums:       slices.Clone(r.sums),
		History:    r.History.clone(),
		Settings:   slices.Clone(r.settings()),
	}
	if r.owed {
		record(c.History.Losses, r.epoch.Losses)
		record(c.History.Weights, r.epoch.Weights)
	}
	if r.choice != nil {
		c.BestTheta, c.BestStatistics = slices.Clone(r.choice.theta), slices.Clone(r.choice.stats)
	}
	if !c.Fresh {
		c.Optimizer, c.Balance = r.step.optimize.State(), slices.Clone(r.step.balance.Memory)
	}
	return c
}

// settings describes what a run that goes on must agree on: all but the number of epochs and the first parameters.
func (r *Run) settings() []Setting {
	if r.identity == nil {
		t := &r.trainer
		for _, s := range []struct {
			name  string
			value any
		}{
			{"Model", t.Model}, {"Tasks", t.Tasks}, {"Data", t.Data}, {"HeldOut", t.HeldOut}, {"Balance", t.Balance},
			{"Optimizer", t.Optimizer}, {"Groups", t.Groups}, {"Schedule", t.Schedule}, {"ClipNorm", t.ClipNorm},
			{"BatchSize", t.BatchSize}, {"Seed", t.Seed}, {"Precision", t.Precision}, {"Diagnose", t.Diagnose},
			{"ByRepresentation", t.ByRepresentation}, {"Validation", t.Validation}, {"Patience", t.Patience},
			{"MinDelta", t.MinDelta}, {"Watch", t.Watch}, {"SizePower", t.SizePower},
		} {
			r.identity = append(r.identity, Setting{s.name, settings.Text(s.value)})
		}
	}
	return r.identity
}

// Resume returns a run that goes on from a checkpoint of a trainer with the same settings, model, tasks and data; only
// Epochs may be another number. What CheckpointFile holds does not matter. After a divergence the optimiser, its schedule
// and groups, ClipNorm and the balancer may be others too. It is an error if the checkpoint is not of such a trainer, or
// cannot be of any.
func (t Trainer) Resume(c Checkpoint) (*Run, error) {
	r, err := t.begin()
	if err != nil {
		return nil, err
	}
	if err := r.resume(c); err != nil {
		return nil, err
	}
	return r, nil
}

// resume makes a run that has just begun stand where the checkpoint does.
func (r *Run) resume(c Checkpoint) error {
	if err := r.agrees(c); err != nil {
		return err
	}
	if c.Fresh {
		c.Optimizer, c.Balance = r.step.optimize.State(), r.step.balance.Memory
	}
	if err := r.fits(c); err != nil {
		return err
	}
	if err := r.step.optimize.SetState(c.Optimizer); err != nil {
		return fmt.Errorf("mtlkit: the checkpoint is damaged: %w", err)
	}
	r.steps = c.Steps
	copy(r.Theta, c.Theta)
	copy(r.Statistics, c.Statistics)
	copy(r.sums, c.Sums)
	copy(r.step.balance.Memory, c.Balance)
	r.good.set(r.Theta, r.Statistics)
	r.History = c.History.clone()
	if err := r.choice.resume(c); err != nil {
		return err
	}
	r.present()
	if c.evaluated() < r.History.Epochs() {
		r.owed = true
		takeLast(r.History.Losses, r.epoch.Losses)
		takeLast(r.History.Weights, r.epoch.Weights)
	}
	return nil
}

// agrees returns an error that names the first setting that differs.
func (r *Run) agrees(c Checkpoint) error {
	mine := r.settings()
	if len(c.Settings) != len(mine) {
		return fmt.Errorf("mtlkit: the checkpoint is damaged, or of another version: it tells %d settings of its trainer, "+
			"want %d", len(c.Settings), len(mine))
	}
	for k, s := range c.Settings {
		if s == mine[k] || c.Fresh && slices.Contains(freshen, s.Name) {
			continue
		}
		return fmt.Errorf("mtlkit: the checkpoint is of a trainer with another %s: %s, this one has %s; resume it with "+
			"what it has", s.Name, s.Text, mine[k].Text)
	}
	return nil
}

// evaluated returns the number of epochs whose end the checkpoint has seen.
func (c Checkpoint) evaluated() int {
	for _, lists := range [][][]float64{c.History.HeldOut, c.History.Validation} {
		if len(lists) > 0 {
			return len(lists[0])
		}
	}
	return c.History.Epochs()
}

// fits returns an error unless every number of the checkpoint is where a run of this trainer has one.
func (r *Run) fits(c Checkpoint) error {
	m, steps := len(r.trainer.Tasks), r.stepsPerEpoch()
	if c.Steps < 0 {
		return fmt.Errorf("mtlkit: the checkpoint is damaged: it has taken %d steps", c.Steps)
	}
	epochs := c.Steps / steps
	evaluated := epochs
	if epochs > 0 && c.Steps%steps == 0 && c.evaluated() == epochs-1 {
		evaluated-- // it was stopped in the last evaluation
	}
	for _, part := range []struct {
		name      string
		got, want int
	}{
		{"parameters", len(c.Theta), len(r.Theta)},
		{"running statistics", len(c.Statistics), len(r.Statistics)},
		{"numbers of the balancer", len(c.Balance), len(r.step.balance.Memory)},
		{"sums of losses", len(c.Sums), 2 * m},
		{"tasks in its history", len(c.History.Losses), m},
		{"tasks in its history of weights", len(c.History.Weights), len(r.History.Weights)},
		{"tasks in its held-out history", len(c.History.HeldOut), len(r.History.HeldOut)},
		{"tasks in its validation history", len(c.History.Validation), len(r.History.Validation)},
		{"best epochs", len(c.History.Best), len(r.History.Best)},
		{"tasks in its history of gradients", len(c.History.Norms), len(r.History.Norms)},
		{"pairs in its history of cosines", len(c.History.Cosines), len(r.History.Cosines)},
	} {
		if part.got != part.want {
			return fmt.Errorf("mtlkit: the checkpoint is damaged: it has %d %s, want %d", part.got, part.name, part.want)
		}
	}
	for _, part := range []struct {
		name  string
		lists [][]float64
		want  int
	}{
		{"losses", c.History.Losses, epochs}, {"weights", c.History.Weights, epochs},
		{"held-out losses", c.History.HeldOut, evaluated}, {"validation losses", c.History.Validation, evaluated},
		{"norms", c.History.Norms, c.Steps},
		{"cosines", c.History.Cosines, c.Steps},
	} {
		for i, list := range part.lists {
			if len(list) != part.want {
				return fmt.Errorf("mtlkit: the checkpoint is damaged: list %d of its %s has %d entries, after %d steps it "+
					"should have %d", i, part.name, len(list), c.Steps, part.want)
			}
		}
	}
	for _, part := range []struct {
		name    string
		numbers []float64
	}{{"Theta", c.Theta}, {"Statistics", c.Statistics}, {"Balance", c.Balance}, {"Sums", c.Sums},
		{"BestTheta", c.BestTheta}, {"BestStatistics", c.BestStatistics}} {
		if !finite(part.numbers) {
			return fmt.Errorf("mtlkit: the checkpoint is damaged: a number of its %s is not finite", part.name)
		}
	}
	for i, rows := range c.Sums[m:] {
		weighted := r.step.samplers[0].labels[i].factors != nil
		if rows < 0 || rows != math.Trunc(rows) && !weighted {
			return fmt.Errorf("mtlkit: the checkpoint is damaged: the epoch has had %v labelled rows so far", rows)
		}
	}
	return nil
}
