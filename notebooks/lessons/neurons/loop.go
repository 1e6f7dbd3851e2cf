package neurons

import (
	"fmt"
	"math/rand/v2"

	"kindred/plots"
)

// Init returns the first parameters.
func (c Classifier) Init() []float64 { return c.Net.Init(rand.New(rand.NewPCG(c.Seed, 0))) }

// Gradient returns a function that computes the loss over the training points at some parameters, forwards, and then its
// gradient, backwards.
func (c Classifier) Gradient() func(theta []float64) (loss float64, grad []float64) {
	p := c.pass(c.Train)
	return func(theta []float64) (float64, []float64) {
		return p.run(theta), p.ws.Read(p.grad, nil)
	}
}

// Learned draws what parameters that were learned in a cell answer over the plane, and the losses on the way there, with
// those of an earlier run in grey if there are any.
func (c Classifier) Learned(theta, losses, before []float64) plots.Figure {
	r := Classifier.Start(c)
	r.Theta = theta
	series := []plots.Series{{Role: plots.Green, Y: losses}}
	if len(before) > 0 {
		series = append(series, plots.Series{Y: before}.Ghost("before"))
	}
	region := r.Region("boundary", 1)
	region.Z = ""
	title := fmt.Sprintf("After %d steps %.1f %% of %d held-out points are wrong", len(losses), r.TestError(), c.Test.Len())
	return plots.Panels{
		Title:    title,
		Subtitle: fmt.Sprintf("loss before the last step %.3f", losses[len(losses)-1]),
		Free:     true,
		Panels: []plots.Panel{
			region,
			plots.Curves{Title: "training loss", X: "step", Y: "cross-entropy (mean)", Series: series},
		},
	}.Figure("Left, the plane in two colours with the learned boundary among the training points; right, line chart of the " +
		"training loss over the steps of a loop written in the cell. " + title + ".")
}
