package adapting

import (
	"fmt"
	"math/rand/v2"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// Remainders draws, for MAML, first order and Reptile, what is left of the loss along a random direction after its value and
// the slope that the meta-gradient gives are taken off: a line of slope 2 if the meta-gradient is that of the loss, of slope 1
// if it is not.
func Remainders(net nn.Network, steps int) plots.Figure {
	episode := metakit.Draw(tasks.NewSinusoid(10), 1, 0)
	chart := plots.Curves{
		Title:    "Only the exact meta-gradient is the slope of the error after adaptation",
		Subtitle: "how far F(θ) + h·g·v is off; F: error on a wave after adapting, g: meta-gradient",
		X:        "size h of a move along v", Y: "|F(θ + hv) − F(θ) − h·g·v|", LogX: true, LogY: true,
	}
	exact := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: steps, Inner: innerRule}
	first := exact
	first.FirstOrder = true
	for _, l := range []metakit.Learner{
		exact, first, metakit.Reptile{Network: net, Loss: exact.Loss, Steps: steps, Inner: innerRule, OverRate: true},
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
