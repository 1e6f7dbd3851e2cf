package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/sweep"
)

// steps are the numbers of steps of adaptation after which errors are measured.
var steps = []int{1, 5, 10}

// A study is how much of everything is done.
type study struct {
	Seconds     float64 // of one core, for a training
	Tuning      float64 // of one core, for the training of a trial
	Trials      int     // tries of each learner, the first of its row
	Seeds       int
	Tests       int // tasks of a panel
	Validations int // tasks that choose among the tries
	rows        []row
}

func usual() study {
	return study{Seconds: 120, Tuning: 30, Trials: tunings, Seeds: 10, Tests: 20000, Validations: 1000, rows: rows}
}

// Seeds of what is drawn, apart from those of the trainings, 0, 1, ….
const (
	tuningSeed = 1000
	testSeed   = 2000
)

// A trialled is the error of a try on the validation tasks, by steps.
type trialled struct{ Errors []float64 }

// A tested is how a training did: on every panel, by steps.
type tested struct {
	Panels   [][]scored
	Diverged int `json:",omitempty"` // after how many iterations; the last finite meta-parameters were tested. 0 if it did not
}

// A scored is how tasks were solved.
type scored struct {
	Mean, Median float64
	Above100     int // tasks
}

// A setting is what a cell needs beside its seed.
type setting struct {
	Learner    string // with all that acts
	Try        try
	Iterations int
}

// setup says what all results depend on beside the cells.
func setup() string {
	return fmt.Sprintf("version 2; %+v; %+v; steps %v; clipped at %d, cosine decay", train(), panels(), steps, clip)
}

// clip is the norm that meta-gradients are scaled down to.
const clip = 10

// training is what a row trains by, all in the same way.
func training(r row, t try, iterations int) metakit.Training {
	all := metakit.Training{Learner: r.learner(t, iterations), Tasks: train(), Iterations: iterations, MetaBatch: 25,
		Optimizer: nn.NewAdam(t.Outer), ClipNorm: clip}
	if iterations > 0 {
		all.Schedule = nn.CosineDecay{Steps: iterations}
	}
	return all
}

// iterations returns how many take so many seconds.
func (r row) iterations(seconds float64) int {
	if r.untrained {
		return 0
	}
	return max(1, int(math.Round(float64(calibrated[r.name])*seconds/120)))
}

// trials are the experiment of tuning: a cell for every row and try.
func (s study) trials() sweep.Experiment[trialled] {
	e := sweep.Experiment[trialled]{Name: "families-tuning", Setup: fmt.Sprintf("%s; %d tasks", setup(), s.Validations)}
	of := map[string]row{}
	for _, r := range s.rows {
		of[r.name] = r
		for _, t := range r.tries[:s.Trials] {
			e.Cells = append(e.Cells, sweep.Cell{Name: r.name, Settings: settingOf(r, t, s.Tuning), Seed: tuningSeed})
		}
	}
	e.Run = func(ctx context.Context, c sweep.Cell) (trialled, error) {
		o, _, err := run(ctx, c, of[c.Name], s.Validations, tuningSeed, panels()[:1])
		if err != nil {
			return trialled{}, err
		}
		var v trialled
		for _, after := range o[0] {
			v.Errors = append(v.Errors, score(after).Mean)
		}
		return v, nil
	}
	return e
}

func settingOf(r row, t try, seconds float64) setting {
	n := r.iterations(seconds)
	return setting{fmt.Sprintf("%+v", r.learner(t, n)), t, n}
}

// A choice is what the trials of a row chose.
type choice struct {
	Try   try
	After int // steps, an index of [steps]
}

// choose returns for each row the try, and the number of steps, with the least error.
func (s study) choose(trials sweep.Table[trialled]) map[string]choice {
	best, least := map[string]choice{}, map[string]float64{}
	for _, cell := range trials.Rows {
		found, error := choice{Try: cell.Settings.(setting).Try}, math.Inf(1)
		for k, e := range cell.Result.Errors {
			if e < error { // NaN is no error
				found.After, error = k, e
			}
		}
		if old, ok := least[cell.Name]; !ok || error < old {
			best[cell.Name], least[cell.Name] = found, error
		}
	}
	return best
}

// tests are the experiment itself: a cell for every row and seed, and one for each floor.
func (s study) tests(chosen map[string]choice) sweep.Experiment[tested] {
	e := sweep.Experiment[tested]{Name: "families", Setup: fmt.Sprintf("%s; %d tasks", setup(), s.Tests)}
	of := map[string]row{}
	for _, r := range s.rows {
		of[r.name] = r
		seeds := s.Seeds
		if r.untrained {
			seeds = 1 // all are the same
		}
		for seed := range uint64(seeds) {
			e.Cells = append(e.Cells, sweep.Cell{Name: r.name, Settings: settingOf(r, chosen[r.name].Try, s.Seconds), Seed: seed})
		}
	}
	for _, f := range floors {
		e.Cells = append(e.Cells, sweep.Cell{Name: f.name})
	}
	e.Run = func(ctx context.Context, c sweep.Cell) (tested, error) {
		r, ok := of[c.Name]
		if !ok {
			return s.floor(ctx, floors[slices.IndexFunc(floors, func(f floor) bool { return f.name == c.Name })])
		}
		o, diverged, err := run(ctx, c, r, s.Tests, testSeed, panels())
		if err != nil {
			return tested{}, err
		}
		t := tested{Diverged: diverged}
		for _, outcomes := range o {
			var by []scored
			for _, after := range outcomes {
				by = append(by, score(after))
			}
			t.Panels = append(t.Panels, by)
		}
		return t, nil
	}
	return e
}

// run trains as a cell says, and measures. It also returns after how many iterations the training diverged, if it did.
func run(ctx context.Context, c sweep.Cell, r row, episodes int, seed uint64, on []metakit.Panel) (
	outcomes [][]metakit.Outcome, divergedAfter int, err error) {
	at := c.Settings.(setting)
	training := training(r, at.Try, at.Iterations)
	training.Seed, training.CheckpointFile, training.CheckpointEvery = c.Seed, c.CheckpointFile(), time.Minute
	run, err := training.Run(ctx)
	if err != nil && !diverged(err) {
		return nil, 0, err
	}
	if err != nil {
		divergedAfter = len(run.History)
	}
	outcomes, err = metakit.Evaluation{Learner: training.Learner, Steps: steps, Episodes: episodes, Seed: seed,
		Statistics: run.Statistics}.Panels(ctx, run.Meta, on...)
	return outcomes, divergedAfter, err
}

// floor measures a predictor on every panel; where it has none, there are no numbers.
func (s study) floor(ctx context.Context, f floor) (t tested, err error) {
	for _, p := range panels() {
		var by []scored
		if predictor := f.predictor(p.Tasks.(tasks.Sinusoid)); predictor != nil {
			o, err := metakit.Evaluation{Tasks: p.Tasks, Episodes: s.Tests, Seed: testSeed}.Baseline(ctx, predictor, mse)
			if err != nil {
				return t, err
			}
			by = slices.Repeat([]scored{score(o)}, len(steps))
		}
		t.Panels = append(t.Panels, by)
	}
	return t, nil
}

// score summarises the squared errors of the tasks. Those of a learner that predicts distributions are of its means: its
// scores.
func score(o metakit.Outcome) scored {
	errors := o.Losses
	if o.Score.Name == nn.MeanSquared.Name {
		errors = o.Score.Values
	}
	var s scored
	errors = slices.Clone(errors)
	for i, e := range errors {
		if !(e <= 100) {
			s.Above100++
		}
		if math.IsNaN(e) { // of steps that diverged; a median must know on which side it is
			errors[i] = math.Inf(1)
		}
	}
	s.Mean, s.Median = metakit.MeanInterval(errors).Mean, metakit.MedianRange(errors).Median
	return s
}
