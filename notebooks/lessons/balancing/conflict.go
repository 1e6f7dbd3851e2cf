package balancing

import (
	"context"
	"fmt"
	"strings"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Conflicts draws how the gradients of each pair of tasks lie to each other in the course of a training, as its batches
// show it and as all rows do: of two trainings with equally many steps, one has the batches of the trainer, the other
// takes all rows in every step. Of the trials the test rows are left aside.
func Conflicts(trial func(seed uint64) (mtlkit.Trainer, mtlkit.Data), seeds int) plots.Figure {
	configure := func(seed uint64) mtlkit.Trainer { t, _ := trial(seed); return t }
	tasks := configure(0).Tasks
	var panels []plots.Panel
	var lines []string
	worst, title := 0.0, "No pair of tasks is in conflict on all rows"
	for _, whole := range []bool{false, true} {
		runs, err := mtlkit.Repeat(context.Background(), seeds, func(seed uint64) mtlkit.Trainer {
			t := configure(seed)
			t.Diagnose = true
			rows := t.Data.X[0].RawMatrix().Rows
			if whole && t.BatchSize > 0 {
				t.Epochs *= (rows + t.BatchSize - 1) / t.BatchSize
				t.BatchSize = 0
			}
			return t
		})
		if err != nil {
			panic(err)
		}
		of := fmt.Sprintf("batches of %d", configure(0).BatchSize)
		if whole || configure(0).BatchSize == 0 {
			of = "all rows"
		}
		var shares []string
		for i := range tasks {
			for j := i + 1; j < len(tasks); j++ {
				var cosines [][]float64
				var conflicts []float64
				for _, r := range runs {
					cosines = append(cosines, r.History.Cosine(i, j))
					conflicts = append(conflicts, 100*r.History.Conflicts(i, j))
				}
				m := mtlkit.MeanInterval(conflicts)
				pair := tasks[i].Name + " and " + tasks[j].Name
				shares = append(shares, fmt.Sprintf("%s %.0f %% [%.0f, %.0f]", pair, m.Mean, m.Low, m.High))
				if whole && m.Mean > worst {
					worst = m.Mean
					title = fmt.Sprintf("On all rows %s are in conflict in %.0f %% of the steps", pair, m.Mean)
				}
				series := thinned(lessons.OverSeeds(plots.Series{Role: lessons.Hues[(len(shares)-1)%len(lessons.Hues)]}, cosines), 4)
				panels = append(panels, plots.Curves{
					Title: pair + ", " + of, X: "step", Y: "cosine between the gradients",
					Series: []plots.Series{series},
					Floors: []plots.Floor{{Y: 0}},
				})
			}
		}
		lines = append(lines, fmt.Sprintf("%s: %s", of, strings.Join(shares, "; ")))
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("gradients in the shared layer; median of %d seeds at every fourth step, middle half shaded; "+
			"below 0: conflict", seeds),
		Columns: len(panels) / 2,
		Panels:  panels,
	}.Figure("Line charts of the cosine between the gradients of each pair of tasks over the steps of a training, by batches " +
		"and by all rows. " + title + ".").Caption("Steps in conflict, mean of the seeds and 95 % interval, by " + strings.Join(lines, "; by ") + ".")
}

// thinned returns every n-th point of a series with a band.
func thinned(s plots.Series, n int) plots.Series {
	thin := s
	thin.Y, thin.Low, thin.High = nil, nil, nil
	for k := 0; k < len(s.Y); k += n {
		thin.X = append(thin.X, float64(k))
		thin.Y, thin.Low, thin.High = append(thin.Y, s.Y[k]), append(thin.Low, s.Low[k]), append(thin.High, s.High[k])
	}
	return thin
}
