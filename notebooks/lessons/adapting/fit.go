package adapting

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// innerRule takes the steps on a new task, as in the MAML paper.
var innerRule = nn.SGD{Rate: 0.01}

// TenPoints draws what three networks make of ten points of a wave they have never seen, after 0, 1, 5 and 10 steps: one
// that knows nothing, one that was trained on all waves together, and one that was trained to adapt.
func TenPoints() plots.Figure {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	wave := tasks.Wave{Amplitude: 4, Phase: 0.4, Frequency: 1}
	support := wave.Set(tasks.Midpoints(-5, 5, 10))
	var panels []plots.Panel
	for _, c := range []struct {
		title      string
		learner    metakit.Learner
		iterations int
	}{
		{"never trained before", metakit.Scratch{Network: net, Loss: nn.SquaredError{}, Inner: innerRule}, 0},
		{"trained on all waves together", metakit.Pooled{Network: net, Loss: nn.SquaredError{}, Inner: innerRule}, 800},
		{"trained to adapt (MAML)", metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: 1, Inner: innerRule}, 800},
	} {
		run, err := metakit.Training{
			Learner: c.learner, Tasks: tasks.NewSinusoid(10), Iterations: c.iterations, MetaBatch: 25, Optimizer: nn.NewAdam(0.01),
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
func Fit(l metakit.Learner, meta []float64, wave tasks.Wave, support metakit.Set, steps ...int) plots.Figure {
	f := fit(l, meta, wave, support, steps...)
	return f.Figure(fmt.Sprintf("A dashed wave, %s on it, and the network's curves, light to dark: %s.", f.Support.Name, f.Subtitle))
}

func fit(l metakit.Learner, meta []float64, wave tasks.Wave, support metakit.Set, steps ...int) plots.Fits {
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
	curves, err := metakit.Predict(l, meta, support, all.X, steps)
	if err != nil && !errors.Is(err, metakit.ErrDiverged) { // what diverges is shown as it is
		panic(err)
	}
	for k, curve := range curves {
		name := stepped(steps[k])
		fit.Steps = append(fit.Steps, plots.Series{Name: name, X: xs, Y: column(curve)})
		fit.Subtitle += fmt.Sprintf("%s %.2f; ", name, meanSquare(column(curve), column(all.Y)))
	}
	fit.Subtitle = "squared error after " + fit.Subtitle[:len(fit.Subtitle)-len("; ")]
	return fit
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
