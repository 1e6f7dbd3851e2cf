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
// task's.
func TugOfWar(configure lessons.Configure, seeds int, weights ...float64) plots.Figure {
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
	chart.Title = fmt.Sprintf("In the plain sum task 1 starts with %s %% of the pull", first[0])
	chart.Subtitle = fmt.Sprintf("lengths of the weighted gradients; median of %d seeds, middle half shaded; at step 0: "+
		"%s %%", seeds, strings.Join(first, ", "))
	return chart.Figure("Line chart of the share of task 1 in the pull on the shared layer over the steps, a line for " +
		"each weight: far above one half for the plain sum, nearer to it for smaller weights.")
}

// Outcomes draws how both tasks end under each of the balancers: the mean squared error of the first, the accuracy of
// the second. The table has the means, and the differences from the first balancer, seed by seed, with their intervals.
func Outcomes(configure lessons.Configure, seeds int, balancers ...balance.Balancer) (f plots.Figure, header []string,
	rows [][]string) {
	value := plots.Dots{Title: "task 1", X: "mean squared error (less is better)", Decimals: 3}
	class := plots.Dots{Title: "task 2", X: "accuracy, in % (more is better)", Decimals: 1}
	var first [2][]float64
	header = []string{"balance", "squared error", "difference", "accuracy, in %", "difference"}
	for k, b := range balancers {
		runs, err := mtlkit.Repeat(context.Background(), seeds, func(seed uint64) mtlkit.Trainer {
			t := configure(seed)
			t.Balance = b
			return t
		})
		if err != nil {
			panic(err)
		}
		var errors, accuracies []float64
		for seed, r := range runs {
			scores, err := r.Evaluate(configure(uint64(seed)).Data)
			if err != nil {
				panic(err)
			}
			errors, accuracies = append(errors, scores[0].Loss), append(accuracies, 100*scores[1].Value)
		}
		role := plots.Blue
		switch b.(type) {
		case balance.Equal, balance.RLW:
			role = plots.Grey
		case balance.Fixed:
			role = plots.Green
		}
		e, a := mtlkit.MeanInterval(errors), mtlkit.MeanInterval(accuracies)
		item := func(m mtlkit.Interval) plots.Item {
			return plots.Item{Name: balancerName(b), Role: role, Value: m.Mean, Low: m.Low, High: m.High}
		}
		value.Items, class.Items = append(value.Items, item(e)), append(class.Items, item(a))
		if k == 0 {
			first = [2][]float64{errors, accuracies}
		}
		row := []string{balancerName(b)}
		for task, v := range [][]float64{errors, accuracies} {
			digits := []int{3, 1}[task]
			d := mtlkit.PairedInterval(v, first[task])
			difference := lessons.Minus(fmt.Sprintf("%+.*f [%.*f, %.*f]", digits, d.Mean, digits, d.Low, digits, d.High))
			if k == 0 {
				difference = ""
			}
			row = append(row, fmt.Sprintf("%.*f", digits, mtlkit.MeanInterval(v).Mean), difference)
		}
		rows = append(rows, row)
	}
	f = plots.Panels{
		Title: "What a hand-set weight mends, some methods find by themselves",
		Subtitle: fmt.Sprintf("mean of %d seeds, 95 %% interval; grey: no method, green: weights by hand, blue: by a method",
			seeds),
		Free:   true,
		Panels: []plots.Panel{value, class},
	}.Figure("Two dot plots, one a task, by balancer: the squared error of task 1 differs little, the accuracy of task 2 " +
		"is lowest for the plain sum and for random weights.",
	)
	return f, header, rows
}
