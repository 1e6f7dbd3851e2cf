package threeways

import (
	"context"
	"fmt"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Shares draws a trained mixture with experts of its tasks' own, and how much of what each task reads comes from the last,
// shared expert, by the relatedness of the tasks. The first relatedness is the one drawn.
func Shares(train func(relatedness float64) lessons.Configure, seeds int, relatedness ...float64) plots.Figure {
	var of [2][][]float64 // of each task and relatedness, seed by seed
	var network plots.Blocks
	for k, rho := range relatedness {
		runs, err := mtlkit.Repeat(context.Background(), seeds, train(rho))
		if err != nil {
			panic(err)
		}
		for task := range of {
			of[task] = append(of[task], nil)
		}
		for seed, r := range runs {
			t := train(rho)(uint64(seed))
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
	network.Title = fmt.Sprintf("one seed, relatedness %g", relatedness[0])
	dots := plots.Dots{Title: fmt.Sprintf("all %d seeds", seeds), X: "weight of the shared expert, in %", Decimals: 0,
		XLim: plots.Range{0, 100}}
	for task := range of {
		for k, rho := range relatedness {
			i := mtlkit.MeanInterval(of[task][k])
			dots.Items = append(dots.Items, plots.Item{
				Name: fmt.Sprintf("task %d, relatedness %g", task+1, rho), Role: lessons.Hues[task],
				Value: i.Mean, Low: i.Low, High: i.High, Runs: of[task][k],
			})
		}
	}
	first, end := of[1][0], of[1][len(relatedness)-1]
	d := mtlkit.PairedInterval(first, end)
	page := plots.Panels{
		Title:    "Task 2's " + tells("gate", d, seeds)[3:],
		Subtitle: "on the wires: weights of the gates after training; mean of held-out rows; 95 % interval",
		Free:     true, Panels: []plots.Panel{network, dots},
	}
	switch {
	case d.Low > 0:
		page.Title = "The small task leans more on the shared expert if the tasks are related"
	case d.High < 0:
		page.Title = "The small task leans less on the shared expert if the tasks are related"
	default:
		page.Title = fmt.Sprintf("That the small task leans more on what is shared if tasks are related, %d seeds cannot tell",
			seeds)
	}
	return page.Figure("Left, diagram of a mixture of experts with the weights of its gates. Right, dot plot of the weight of " +
		"the shared expert by task and relatedness. " + page.Title + ".").
		Caption(fmt.Sprintf("Task 2, relatedness %g against %g, seed by seed: %s points.", relatedness[0],
			relatedness[len(relatedness)-1], interval(d, 1)))
}
