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

// A Mean is what pooled training on waves comes to, from ten seeds, where their phases lie within a part of a turn.
type Mean struct {
	Turns  float64
	Curves [][]float64 // of each seed, at places from −5 to 5
	Errors []float64   // of each seed, on waves of the family
}

// ZeroShot trains on all waves together.
func ZeroShot(turns float64) Mean {
	return zeroShot(metakit.Training{
		Learner: metakit.Pooled{Network: waveNet, Loss: nn.SquaredError{}}, Iterations: 300, MetaBatch: 25,
		Optimizer: nn.NewAdam(0.01), Precision: autodiff.Float32,
	}, turns)
}

// places are those at which the curves are drawn.
var places = plots.Linspace(-5, 5, 101)

func (m Mean) waves() tasks.Sinusoid {
	waves := tasks.NewSinusoid(10)
	waves.Phase.Max = 2 * math.Pi * m.Turns
	return waves
}

func zeroShot(training metakit.Training, turns float64) Mean {
	m := Mean{Turns: turns}
	nothing := tasks.Wave{}.Set(places) // without a step the points say nothing
	even := m.waves().EvenTest(20, 1)
	test := metakit.Evaluation{Learner: training.Learner, Tasks: even, Steps: []int{0}, Episodes: len(even)}
	ctx := context.Background()
	for seed := range uint64(10) {
		training.Tasks, training.Seed = m.waves(), seed
		run, err := training.Run(ctx)
		if err != nil {
			panic(err)
		}
		outcome, err := test.Run(ctx, run.Meta)
		if err != nil {
			panic(err)
		}
		m.Errors = append(m.Errors, outcome[0].Mean)
		curve, err := metakit.Predict(training.Learner, run.Meta, nothing, nothing.X, []int{0})
		if err != nil {
			panic(err)
		}
		m.Curves = append(m.Curves, column(curve[0]))
	}
	return m
}

// middle returns the mean of the seeds' curves.
func (m Mean) middle() []float64 {
	mean := make([]float64, len(places))
	for _, curve := range m.Curves {
		floats.AddScaled(mean, 1/float64(len(m.Curves)), curve)
	}
	return mean
}

// Figure draws the curves, some waves and the mean of all of them, and in grey the curve of an earlier run, if there is
// one.
func (m Mean) Figure(before Mean, earlier bool) plots.Figure {
	waves := m.waves()
	guess := make([]float64, len(places))
	for i, x := range places {
		guess[i] = waves.ZeroShot(x)
	}
	e := metakit.MeanInterval(m.Errors)
	chart := plots.Curves{
		Title: fmt.Sprintf("Trained on all waves together, the network is %.2g from their mean",
			math.Sqrt(meanSquare(m.middle(), guess))),
		Subtitle: fmt.Sprintf("squared error %.2f [%.2f, %.2f], 95 %% interval of %d seeds; of the mean of all waves %.4f", e.Mean, e.Low,
			e.High, len(m.Errors), waves.ZeroShotFloor()),
		X: "x", Y: "y", YLim: plots.Range{-5, 5},
		Series: []plots.Series{
			{Name: fmt.Sprintf("pooled, %d seeds", len(m.Curves)), Role: plots.Vermillion, X: places, Y: m.Curves[0], Runs: m.Curves[1:]},
			{Name: fmt.Sprintf("mean of all waves, height %.2f", slices.Max(guess)), Dash: true, X: places, Y: guess},
		},
	}
	if earlier {
		old := plots.Series{X: places, Y: before.middle()}
		chart.Series = append(chart.Series, old.Ghost(fmt.Sprintf("pooled, phases within %g turns", before.Turns)))
	}
	for k := range uint64(6) {
		wave := plots.Series{Role: plots.Grey, Tint: 0.4, X: places, Y: column(waves.Wave(2, k).Set(places).Y)}
		if k == 0 {
			wave.Name = "six of the waves"
		}
		chart.Series = append(chart.Series, wave)
	}
	return chart.Figure("Line chart over x: six grey waves, and among them the curves of networks trained on all waves " +
		"together, beside the mean of the waves.")
}
