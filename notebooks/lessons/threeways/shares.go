package threeways

import (
	"context"
	"fmt"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Shares draws a trained mixture with experts of its tasks' own, and how much of what each task reads comes from the
// last, a shared expert, by the relatedness of the tasks. The first relatedness is the one of the mixture drawn.
func Shares(m mtlkit.Model, train Learning, seeds int, relatedness ...float64) (mixture, shares plots.Figure) {
	var of [2][][]float64 // of each task and relatedness, seed by seed
	var network plots.Blocks
	for k, rho := range relatedness {
		runs, err := mtlkit.Repeat(context.Background(), seeds, train(m, rho))
		if err != nil {
			panic(err)
		}
		for task := range of {
			of[task] = append(of[task], nil)
		}
		for seed, r := range runs {
			t := train(m, rho)(uint64(seed))
			x := t.HeldOut.X[0]
			for task, gate := range shown(r, x)[:2] {
				means := columnMeans(gate)
				of[task][k] = append(of[task][k], 100*means[len(means)-1])
			}
			if k == 0 && seed == 0 {
				network = anatomyOf(t.Model, r.Theta, x).blocks(true)
			}
		}
	}
	network.Title = "What each head reads, by the gates"
	network.Subtitle = fmt.Sprintf("after training at relatedness %g, one seed; on the wires: weights, mean of "+
		"held-out rows", relatedness[0])
	first, end := of[1][0], of[1][len(relatedness)-1]
	d := mtlkit.PairedInterval(first, end)
	dots := plots.Dots{
		Title: verdict(d, "If tasks are related, the small one leans more on what is shared",
			"If tasks are related, the small one leans less on what is shared",
			fmt.Sprintf("By the gates, %d seeds cannot tell whether related tasks share more", seeds)),
		Subtitle: fmt.Sprintf("mean of %d seeds (small dots), 95 %% interval; task 2, relatedness %g − %g, by seed: %s",
			seeds, relatedness[0], relatedness[len(relatedness)-1], interval(d, 1)),
		X: "weight of the shared expert, in %", XLim: plots.Range{0, 100},
	}
	for task := range of {
		for k, rho := range relatedness {
			i := mtlkit.MeanInterval(of[task][k])
			dots.Items = append(dots.Items, plots.Item{
				Name: fmt.Sprintf("task %d, relatedness %g", task+1, rho), Role: lessons.Hues[task],
				Value: i.Mean, Low: i.Low, High: i.High, Runs: of[task][k],
			})
		}
	}
	return network.Figure("Network diagram of a mixture of experts with the weights that each task's gate gives to " +
			"them."),
		dots.Figure("Dot plot of the weight of the shared expert by task and relatedness. " + dots.Title + ".")
}
