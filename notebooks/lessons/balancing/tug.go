package balancing

import (
	"context"
	"fmt"
	"strings"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// TugOfWar draws, for each of some weights on the loss of task 1, how much of the pull on the shared layers is that
// task's, over the lines of the run before.
func TugOfWar(configure lessons.Configure, before lessons.Memory, seeds int, weights ...float64) plots.Figure {
	chart := plots.Curves{
		X: "step", Y: "share of task 1 in the pull on the shared layer, in %", YLim: plots.Range{0, 100},
		Floors: []plots.Floor{{Name: "both alike", Y: 50}},
	}
	var first []string
	for k, w := range weights {
		runs, err := mtlkit.Repeat(context.Background(), seeds, func(seed uint64) mtlkit.Trainer {
			t := configure(seed)
			t.Balance, t.Diagnose = balance.Fixed{Weights: []float64{w, 1}}, true
			return t
		})
		if err != nil {
			panic(err)
		}
		var shares [][]float64
		for _, r := range runs {
			share := make([]float64, len(r.History.Norms[0]))
			for step := range share {
				one, two := w*r.History.Norms[0][step], r.History.Norms[1][step]
				share[step] = 100 * one / max(one+two, 1e-300)
			}
			shares = append(shares, share)
		}
		s := lessons.OverSeeds(plots.Series{
			Name: fmt.Sprintf("weight %g", w), Role: lessons.ValueRole, Dash: k%2 == 1, Tint: 0.25 * float64(k),
		}, shares)
		chart.Series = append(chart.Series, s)
		first = append(first, fmt.Sprintf("%.0f", s.Y[0]))
	}
	chart.Series = append(chart.Series, lessons.Ghosts(before, "tug", chart.Series...)...)
	chart.Title = fmt.Sprintf("With weight %g on its loss task 1 starts with %s %% of the pull", weights[0], first[0])
	chart.Subtitle = fmt.Sprintf("lengths of the weighted gradients; median of %d seeds, middle half shaded; at step 0: "+
		"%s %%", seeds, strings.Join(first, ", "))
	return chart.Figure("Line chart of the share of task 1 in the pull on the shared layer over the steps, a line for " +
		"each weight on its loss. At the first step: " + strings.Join(first, ", ") + " %.")
}
