package adapting

import (
	"context"
	"fmt"
	"slices"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Learn returns a function that runs a meta-training, counts the iterations that are done, and returns what was learned,
// also when ctx ends it early.
func Learn(training metakit.Training, progress Progress) func(ctx context.Context) (metakit.Checkpoint, error) {
	return func(ctx context.Context) (metakit.Checkpoint, error) {
		defer progress.Done()
		run, err := training.Start()
		if err != nil {
			return metakit.Checkpoint{}, err
		}
		for step, err := range run.Steps(ctx) {
			if err != nil {
				return run.Checkpoint(), err
			}
			progress.Set(step.Iteration)
		}
		return run.Checkpoint(), nil
	}
}

// Learning draws the error after adaptation during meta-training, averaged over 50 iterations, and in grey that of an
// earlier training, if there is one.
func Learning(history, before []float64, waves tasks.Sinusoid) plots.Figure {
	const window = 50
	smooth := func(history []float64) plots.Series {
		s := plots.Series{Name: "after one step", Role: plots.Blue}
		for done := window; done <= len(history); done += window {
			s.X = append(s.X, float64(done))
			s.Y = append(s.Y, metakit.MeanInterval(history[done-window:done]).Mean)
		}
		return s
	}
	s := smooth(history)
	chart := plots.Curves{
		Title: "The network learns to learn", X: "meta-iteration (25 waves each)", Y: "error after one step (mean squared error)",
		LogY: true, Series: []plots.Series{s},
		Floors: []plots.Floor{{Name: fmt.Sprintf("zero-shot %.4f", waves.ZeroShotFloor()), Y: waves.ZeroShotFloor()}},
	}
	if len(s.Y) > 0 {
		chart.Subtitle = fmt.Sprintf("one seed; each point the mean of %d meta-iterations, the last %.2f", window, s.Y[len(s.Y)-1])
	}
	half := slices.IndexFunc(s.Y, func(e float64) bool { return e < waves.ZeroShotFloor()/2 })
	if half >= 0 {
		chart.Subtitle += fmt.Sprintf("; half of zero-shot after %s", lessons.Thousands(int(s.X[half])))
	}
	if len(before) > 0 {
		chart.Series = append(chart.Series, smooth(before).Ghost("before"))
	}
	return chart.Figure("Line chart of the error after one step over meta-iterations, logarithmic: it starts above the error " +
		"of the best answer without points and falls far below it.")
}
