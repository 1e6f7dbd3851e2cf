package adapting

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// ZeroShot draws what pooled training on waves comes to, from ten seeds, and the mean of the waves, whose phases lie within
// the given part of a turn.
func ZeroShot(turns float64) plots.Figure {
	return zeroShot(metakit.Training{
		Learner: metakit.Pooled{Network: waveNet, Loss: nn.SquaredError{}}, Iterations: 300, MetaBatch: 25,
		Optimizer: nn.NewAdam(0.01), Precision: autodiff.Float32,
	}, turns)
}

func zeroShot(training metakit.Training, turns float64) plots.Figure {
	waves := tasks.NewSinusoid(10)
	waves.Phase.Max = 2 * math.Pi * turns
	const seeds = 10
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
	mean := make([]float64, len(xs)) // of the seeds
	for _, curve := range curves {
		floats.AddScaled(mean, 1.0/seeds, curve)
	}
	chart := plots.Curves{
		Title: fmt.Sprintf("Trained on all waves together, the network is %.2g from their mean", math.Sqrt(meanSquare(mean, guess))),
		Subtitle: fmt.Sprintf("squared error %.2f [%.2f, %.2f], 95 %% interval of %d seeds; of the mean of all waves %.4f", m.Mean, m.Low,
			m.High, seeds, waves.ZeroShotFloor()),
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
		"together, beside the mean of the waves.")
}
