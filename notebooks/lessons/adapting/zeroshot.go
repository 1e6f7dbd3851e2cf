package adapting

import (
	"context"
	"fmt"
	"math"
	"slices"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/plots"
)

// ZeroShot draws what pooled training on waves comes to, from 5 seeds, and the mean of the waves, whose phases lie within
// the given part of a turn.
func ZeroShot(training metakit.Training, turns float64) plots.Figure {
	waves := tasks.NewSinusoid(10)
	waves.Phase.Max = 2 * math.Pi * turns
	const seeds = 5
	xs := plots.Linspace(-5, 5, 101)
	nothing := tasks.Wave{}.Set(xs) // without a step the points say nothing
	even := waves.EvenTest(20, 1)
	test := metakit.Evaluation{Learner: training.Learner, Tasks: even, Steps: []int{0}, Episodes: len(even)}
	ctx := context.Background()
	var curves [][]float64
	var errors []float64
	for seed := range uint64(seeds) {
		training.Tasks, training.Seed = waves, seed
		run, err := training.Run(ctx)
		if err != nil {
			panic(err)
		}
		outcome, err := test.Run(ctx, run.Meta)
		if err != nil {
			panic(err)
		}
		errors = append(errors, outcome[0].Mean)
		curve, err := metakit.Predict(training.Learner, run.Meta, nothing, nothing.X, []int{0})
		if err != nil {
			panic(err)
		}
		curves = append(curves, column(curve[0]))
	}
	guess := make([]float64, len(xs))
	for i, x := range xs {
		guess[i] = waves.ZeroShot(x)
	}
	m := metakit.MeanInterval(errors)
	chart := plots.Curves{
		Title: "Trained on all waves together, the network learns their mean",
		Subtitle: fmt.Sprintf("squared error %.2f [%.2f, %.2f], mean of %d seeds, 95 %% interval; the mean of all waves has %.4f",
			m.Mean, m.Low, m.High, seeds, waves.ZeroShotFloor()),
		X: "x", Y: "y", YLim: plots.Range{-5, 5},
		Series: []plots.Series{
			{Name: fmt.Sprintf("pooled, %d seeds", seeds), Role: plots.Vermillion, X: xs, Y: curves[0], Runs: curves[1:]},
			{Name: fmt.Sprintf("mean of all waves, height %.2f", slices.Max(guess)), Dash: true, X: xs, Y: guess},
		},
	}
	for k := range uint64(6) {
		wave := plots.Series{Role: plots.Grey, Tint: 0.4, X: xs, Y: column(waves.Wave(2, k).Set(xs).Y)}
		if k == 0 {
			wave.Name = "six of the waves"
		}
		chart.Series = append(chart.Series, wave)
	}
	return chart.Figure("Line chart over x: six grey waves, and among them the curves of networks trained on all waves " +
		"together, which lie on the mean of the waves.")
}
