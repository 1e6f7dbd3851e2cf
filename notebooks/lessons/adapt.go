package lessons

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/nn"
	"kindred/plots"
)

// TenPoints draws what three networks make of ten points of a wave they have never seen, after 0, 1, 5 and 10 steps: one
// that knows nothing, one that was trained on all waves together, and one that was trained to adapt.
func TenPoints() plots.Figure {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	wave := metakit.Wave{Amplitude: 4, Phase: 0.4, Frequency: 1}
	support := wave.Set(metakit.Grid(-5, 5, 10))
	var panels []plots.Panel
	for _, c := range []struct {
		title      string
		learner    metakit.Learner
		iterations int
	}{
		{"never trained before", metakit.Scratch{Network: net}, 0},
		{"trained on all waves together", metakit.Pooled{Network: net}, 800},
		{"trained to adapt (MAML)", metakit.MAML{Network: net, Steps: 1}, 800},
	} {
		run, err := metakit.Training{
			Learner: c.learner, Tasks: metakit.Sinusoid{}, Iterations: c.iterations, Optimizer: nn.Adam{Rate: 0.01},
		}.Run(context.Background())
		if err != nil {
			panic(err) // with these numbers it does not diverge
		}
		fit := fit(c.learner, run.Meta, wave, support, 0, 1, 5, 10)
		fit.Title, fit.Subtitle = c.title, ""
		panels = append(panels, fit)
	}
	return plots.Panels{
		Title:    "One step on ten points is enough, for a network that was trained to take it",
		Subtitle: "a new wave and ten of its points; the network's curve before any step and after 1, 5 and 10, light to dark",
		Panels:   panels,
	}.Figure("Three panels with a dashed wave, ten points on it and a network's curve after 0, 1, 5 and 10 gradient steps. An " +
		"untrained network and one trained on all waves together hardly move towards the wave; MAML's lies on it after a step.")
}

// Fit draws a learner's curve on a wave after the given numbers of steps on the support points.
func Fit(l metakit.Learner, meta []float64, wave metakit.Wave, support metakit.Set, steps ...int) plots.Figure {
	f := fit(l, meta, wave, support, steps...)
	return f.Figure(fmt.Sprintf("A dashed wave, %s on it, and the network's curves, light to dark: %s.", f.Support.Name, f.Subtitle))
}

func fit(l metakit.Learner, meta []float64, wave metakit.Wave, support metakit.Set, steps ...int) plots.Fits {
	xs := plots.Linspace(-5, 5, 201)
	all := wave.Set(xs)
	fit := plots.Fits{
		Title: "Ten points of a wave, and what the network makes of them",
		X:     "x", Y: "y", Role: plots.Blue,
		Truth: plots.Series{Name: "the wave", X: xs, Y: column(all.Y)},
		Support: plots.Points{
			Name: fmt.Sprintf("the %d points", support.X.RawMatrix().Rows), X: column(support.X), Y: column(support.Y),
		},
	}
	for k, curve := range metakit.Predict(l, meta, support, all.X, steps) {
		name := stepped(steps[k])
		fit.Steps = append(fit.Steps, plots.Series{Name: name, X: xs, Y: column(curve)})
		fit.Subtitle += fmt.Sprintf("%s %.2f; ", name, meanSquare(column(curve), column(all.Y)))
	}
	fit.Subtitle = "squared error after " + fit.Subtitle[:len(fit.Subtitle)-len("; ")]
	return fit
}

// ZeroShot draws what pooled training on waves comes to, from 5 seeds, and the mean of the waves.
func ZeroShot(training metakit.Training, waves metakit.Sinusoid) plots.Figure {
	const seeds = 5
	xs := plots.Linspace(-5, 5, 101)
	nothing := metakit.Wave{}.Set(xs) // without a step the points say nothing
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
		curves = append(curves, column(metakit.Predict(training.Learner, run.Meta, nothing, nothing.X, []int{0})[0]))
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

// Learn returns a function that runs a meta-training, counts the iterations that are done, and returns what was learned,
// also when ctx ends it early.
func Learn(training metakit.Training, progress Progress) func(ctx context.Context) (metakit.Checkpoint, error) {
	return func(ctx context.Context) (metakit.Checkpoint, error) {
		defer progress.Done()
		run := training.Start()
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
func Learning(history, before []float64, waves metakit.Sinusoid) plots.Figure {
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
		chart.Subtitle += fmt.Sprintf("; half of zero-shot after %s", thousands(int(s.X[half])))
	}
	if len(before) > 0 {
		chart.Series = append(chart.Series, smooth(before).Ghost("before"))
	}
	return chart.Figure("Line chart of the error after one step over meta-iterations, logarithmic: it starts above the error " +
		"of the best answer without points and falls far below it.")
}

// Remainders draws, for MAML, first order and Reptile, what is left of the loss along a random direction after its value and
// the slope that the meta-gradient gives are taken off: a line of slope 2 if the meta-gradient is that of the loss, of slope 1
// if it is not.
func Remainders(net nn.Network, steps int) plots.Figure {
	episode := metakit.Draw(metakit.Sinusoid{}, 1, 0)
	chart := plots.Curves{
		Title:    "Only the exact meta-gradient is the slope of the error after adaptation",
		Subtitle: "how far F(θ) + h·g·v is off; F: error on a wave after adapting, g: meta-gradient",
		X:        "size h of a move along v", Y: "|F(θ + hv) − F(θ) − h·g·v|", LogX: true, LogY: true,
	}
	for _, l := range []metakit.Learner{
		metakit.MAML{Network: net, Steps: steps}, metakit.MAML{Network: net, Steps: steps, FirstOrder: true},
		metakit.Reptile{Network: net, Steps: steps, OverRate: true},
	} {
		meta := l.Init(rand.New(rand.NewPCG(1, 0)))
		r, _ := metakit.CheckMetaGradient(l, meta, episode, 1) // the error says in words what the slope says
		s := plots.Series{Name: fmt.Sprintf("%s: slope %.1f", nameOf(l), r.Slope), Role: roleOf(l)}
		for i := len(r.H) - 1; i >= 0; i-- {
			if r.R[i] > 1e-13 { // below it is rounding
				s.X, s.Y = append(s.X, r.H[i]), append(s.Y, r.R[i])
			}
		}
		chart.Series = append(chart.Series, s)
	}
	return chart.Figure("Line chart on logarithmic axes of the Taylor remainder over the size of a move: that of exact MAML " +
		"falls with slope 2, those of first order and Reptile with slope 1.")
}

// column returns the entries of a matrix of one column.
func column(m mat.Matrix) []float64 { return mat.Col(nil, 0, m) }

// meanSquare returns the mean of (aᵢ − bᵢ)².
func meanSquare(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum / float64(len(a))
}
