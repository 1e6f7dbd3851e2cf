package main

import (
	"context"
	"path/filepath"
	"syscall"
	"time"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// The seeds: of the split into characters to train, validate and test on, of the trainings, of the test episodes.
const (
	splitSeed = 1
	trainSeed = 1
	testSeed  = 2
)

// Characters to train and to validate on; the other 423 are to test on.
const (
	trainCharacters      = 1100
	validationCharacters = 100
)

// testEpisodes is on how many the papers test.
const testEpisodes = 1000

// A learned is what a training came to so far.
type learned struct {
	run   *metakit.Run
	entry entry
}

// split returns the tasks of a training's characters to train, validate and test on, turned ones being classes of their
// own.
func (t training) split(images *datasets.Images) (train, validation, test tasks.NWay) {
	all := tasks.NewNWayImages(images, 5, 1, 1).Turned()
	if !t.background {
		return all.Split(trainCharacters, validationCharacters, splitSeed)
	}
	background, evaluation := datasets.OmniglotBackground()
	train, _, validation = all.Only(background).Split(len(background)-validationCharacters, 0, splitSeed)
	return train, validation, all.Only(evaluation)
}

// training returns the meta-training.
func (t training) training(images *datasets.Images, store string) metakit.Training {
	train, validation, _ := t.split(images)
	of := metakit.Training{Learner: t.learner(t.ways), Tasks: train.Of(t.ways, t.shots, t.queries),
		Iterations: t.iterations, MetaBatch: t.batch,
		Optimizer: nn.NewAdam(0.001), Schedule: t.schedule, Seed: trainSeed, Precision: autodiff.Float32,
		Validation: metakit.Validation{Tasks: validation.Of(t.validWays, t.shots, t.queries), Episodes: t.validations,
			Every: t.every}}
	if store != "" {
		of.CheckpointFile, of.CheckpointEvery = filepath.Join(store, t.name+".checkpoint"), time.Minute
	}
	return of
}

// train trains to the end, or as long as the limit, if there is one.
func (s study) train(ctx context.Context, t training, images *datasets.Images, limit time.Duration) (learned, error) {
	run, err := t.training(images, s.store).Start()
	if err != nil {
		return learned{}, err
	}
	within := ctx
	if limit > 0 {
		var stop context.CancelFunc
		within, stop = context.WithTimeout(ctx, limit)
		defer stop()
	}
	taken, begun := 0, processorTime()
	for step, err := range run.Steps(within) {
		if err != nil && !stopped(ctx, err) {
			return learned{}, err
		}
		if err != nil {
			break
		}
		if taken++; step.Iteration%t.every == 0 {
			looks := run.Validation
			s.say("%s: iteration %d of %d, loss %.4f, validation %.4f, %.3g s of a processor each", t.name, step.Iteration,
				t.iterations, step.Loss, looks[len(looks)-1], (processorTime()-begun)/float64(taken))
		}
	}
	e := entry{Name: t.name, Method: t.method, Ways: t.ways, Shots: t.shots, Queries: t.queries, MetaBatch: t.batch,
		Iterations: len(run.History), Of: t.iterations, Best: run.Best, Seed: trainSeed, Every: t.every,
		Validation: run.Validation, ValidationWays: t.validWays, Params: nn.Size(t.learner(t.ways).Shapes()),
		Source: t.source, Command: "make omniglot-" + t.target}
	if taken > 0 {
		e.Processor = (processorTime() - begun) / float64(taken)
	}
	return learned{run, e}, nil
}

// tests measures the accuracies on new tasks of characters that had no part in training.
func (s study) tests(ctx context.Context, t training, l learned, images *datasets.Images) ([]tested, error) {
	var all []tested
	_, _, characters := t.split(images)
	for _, of := range t.tests {
		outcomes, err := metakit.Evaluation{Learner: t.learner(of.ways), Tasks: characters.Of(of.ways, of.shots, of.queries),
			Steps: of.steps, Episodes: s.test, Seed: testSeed, Precision: autodiff.Float32, Statistics: l.run.Statistics,
		}.Run(ctx, l.run.Meta)
		if err != nil {
			return nil, err
		}
		for _, o := range outcomes {
			found := tested{Ways: of.ways, Shots: of.shots, Queries: of.queries, Steps: o.Steps,
				Accuracy: percent(o.Score.Interval), Loss: o.Mean, Modes: o.Modes}
			if o.Steps == of.after {
				found.Published, found.Replicated = of.published, of.replicated
			}
			all = append(all, found)
		}
	}
	return all, nil
}

// percent returns an interval of shares in percent.
func percent(i metakit.Interval) metakit.Interval {
	i.Mean, i.Low, i.High = 100*i.Mean, 100*i.Low, 100*i.High
	return i
}

// processorTime returns the seconds for which processors have worked for this process.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("omniglot: getrusage: " + err.Error())
	}
	second := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return second(u.Utime) + second(u.Stime)
}
