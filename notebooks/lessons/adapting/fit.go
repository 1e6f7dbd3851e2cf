package adapting

import (
	"gonum.org/v1/gonum/mat"

	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// innerRule takes the steps on a new task, as in the MAML paper.
var innerRule = nn.SGD{Rate: 0.01}

// TenPoints draws what three networks make of ten points of a wave they have never seen, after 0, 1, 5 and 10 steps: one
// that knows nothing, one that was trained on all waves together, and one that was trained to adapt.
func TenPoints() plots.Figure {
	xs := plots.Linspace(-5, 5, 201)
	all, support := hidden.Set(xs), hidden.Set(tasks.Midpoints(-5, 5, 10))
	steps := []int{0, 1, 5, 10}
	var panels []plots.Panel
	for k, p := range trio() {
		fit := plots.Fits{
			Title: [...]string{"never trained before", "trained on all waves together", "trained to adapt (MAML)"}[k],
			X:     "x", Y: "y", Role: plots.Blue,
			Truth:   plots.Series{Name: "the wave", X: xs, Y: column(all.Y)},
			Support: plots.Points{Name: "the 10 points", X: column(support.X), Y: column(support.Y)},
		}
		for i, curve := range p.predict(support, all, steps...) {
			fit.Steps = append(fit.Steps, plots.Series{Name: stepped(steps[i]), X: xs, Y: curve})
		}
		panels = append(panels, fit)
	}
	return plots.Panels{
		Title:    "One step on ten points is enough, for a network that was trained to take it",
		Subtitle: "a new wave and ten of its points; the network's curve before any step and after 1, 5 and 10, faint to full",
		Panels:   panels,
	}.Figure("Three panels with a dashed wave, ten points on it and a network's curve after 0, 1, 5 and 10 gradient steps. An " +
		"untrained network and one trained on all waves together hardly move towards the wave; MAML's lies on it after a step.")
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
