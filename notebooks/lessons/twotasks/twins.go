package twotasks

import (
	"context"
	"fmt"
	"strings"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// SharingHurts compares the article's two tasks together and apart, at a glance.
func SharingHurts() plots.Figure {
	c, err := mtlkit.Compare(context.Background(), twinSeeds, lessons.Article)
	if err != nil {
		panic(err)
	}
	value, _ := pairs(c, 0, "task 1: mean squared error")
	class, worse := pairs(c, 1, "task 2: cross-entropy")
	return plots.Panels{
		Title:    fmt.Sprintf("In %s trainings the shared network classifies worse", lessons.Of(worse, twinSeeds)),
		Subtitle: "a dot a seed: losses of the article's two tasks after 100 epochs, from equal first weights",
		Free:     true,
		Panels:   []plots.Panel{value, class},
	}.Figure("Dots of the loss of the regression, and of the loss of the classification learned together over that learned " +
		"alone, a dot a seed: those of the classification lie above the diagonal, where sharing hurts.")
}

// DotASeed draws the losses of both tasks learned together over those learned alone. It takes what [mtlkit.Compare] returns.
func DotASeed(c mtlkit.Comparison, err error) plots.Figure {
	if err != nil {
		panic(err)
	}
	value, worse0 := pairs(c, 0, "task 1: mean squared error")
	class, worse1 := pairs(c, 1, "task 2: cross-entropy")
	title := fmt.Sprintf("Together, task 1 is worse on %s seeds, task 2 on %s", lessons.Of(worse0, len(c.Joint)),
		lessons.Some(worse1))
	return plots.Panels{
		Title:    title,
		Subtitle: fmt.Sprintf("gain (mean, 95 %% interval): task 1 %s, task 2 %s", gained(c.Gain(0)), gained(c.Gain(1))),
		Free:     true,
		Panels:   []plots.Panel{value, class},
	}.Figure("Two plots of the loss learned together over the loss learned alone, a dot a seed. Above the diagonal sharing " +
		"hurts. " + title + ".")
}

// Worse returns on how many of 20 seeds each task is worse together than alone with so many neurons in the trunk.
func Worse(configure lessons.Configure, neurons int) (seeds [2]int) {
	c, err := mtlkit.Compare(context.Background(), twinSeeds, Wide(configure, neurons))
	if err != nil {
		panic(err)
	}
	for task := range seeds {
		_, seeds[task] = pairs(c, task, "")
	}
	return seeds
}

// Wide gives the trunk so many neurons.
func Wide(configure lessons.Configure, neurons int) lessons.Configure {
	return func(seed uint64) mtlkit.Trainer {
		t := configure(seed)
		h := t.Model.(sharing.HardSharing)
		h.Trunk = []int{h.Trunk[0], neurons}
		t.Model = h
		return t
	}
}

// pairs draws one task, and counts the seeds on which the joint net is worse.
func pairs(c mtlkit.Comparison, task int, title string) (p plots.Pairs, worse int) {
	joint, alone := c.Losses(task)
	for k := range joint {
		if joint[k] > alone[k] {
			worse++
		}
	}
	return plots.Pairs{
		Title: title, X: "trained alone", Y: "trained together",
		Points: []plots.Points{{Role: []plots.Role{lessons.ValueRole, lessons.ClassRole}[task], X: alone, Y: joint}},
		Above:  "sharing hurts", Below: "sharing helps",
	}, worse
}

// Weights draws what both tasks gain from sharing when the squared error of task 1 is multiplied by each of the weights.
func Weights(configure lessons.Configure, weights ...float64) plots.Figure {
	charts := [2]plots.Dots{{Title: "task 1: squared error"}, {Title: "task 2: cross-entropy"}}
	var accuracy, gains2 []string
	pays := false
	for i := range charts {
		charts[i].X, charts[i].Decimals = "loss alone − loss together", 3
		charts[i].Reference = &plots.Marker{Name: "as good as alone", X: 0}
	}
	for _, w := range weights {
		c, err := mtlkit.Compare(context.Background(), twinSeeds, func(seed uint64) mtlkit.Trainer {
			t := configure(seed)
			t.Balance = balance.Fixed{Weights: []float64{w, 1}}
			return t
		})
		if err != nil {
			panic(err)
		}
		right, _ := c.Values(1)
		accuracy = append(accuracy, fmt.Sprintf("%.2f", mtlkit.MedianRange(right).Median))
		gains2 = append(gains2, lessons.Minus(fmt.Sprintf("%.3f", c.Gain(1).Mean)))
		for i := range charts {
			joint, alone := c.Losses(i)
			var gains []float64
			for k := range joint {
				gains = append(gains, alone[k]-joint[k])
			}
			g := c.Gain(i)
			pays = pays || g.Low > 0
			charts[i].Items = append(charts[i].Items, plots.Item{
				Name: fmt.Sprintf("weight %g", w), Role: []plots.Role{lessons.ValueRole, lessons.ClassRole}[i],
				Value: g.Mean, Low: g.Low, High: g.High, Runs: gains,
			})
		}
	}
	title := "At none of these weights of task 1 does sharing help"
	if pays {
		title = "At some of these weights of task 1 sharing helps a task"
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("mean of 20 seeds, 95 %% interval; task 2: gain %s, median accuracy %s",
			strings.Join(gains2, ", "), strings.Join(accuracy, ", ")),
		Free:   true,
		Panels: []plots.Panel{charts[0], charts[1]},
	}.Figure("Dot plots of what each task gains from sharing, by the weight of the squared error. " + title + ".")
}

// Pulls draws how hard each task pulls at the shared layer, and whether they pull the same way.
func Pulls(configure lessons.Configure, memory lessons.Memory) plots.Figure {
	runs, err := mtlkit.Repeat(context.Background(), twinSeeds, func(seed uint64) mtlkit.Trainer {
		t := configure(seed)
		t.Diagnose = true
		return t
	})
	if err != nil {
		panic(err)
	}
	var norms [2][][]float64
	var cosines [][]float64
	var conflicts, ratios []float64
	for _, r := range runs {
		for i := range norms {
			norms[i] = append(norms[i], r.History.Norms[i])
		}
		cosines = append(cosines, r.History.Cosine(0, 1))
		conflicts = append(conflicts, 100*r.History.Conflicts(0, 1))
		if r.History.Norms[1][0] > 0 {
			ratios = append(ratios, r.History.Norms[0][0]/r.History.Norms[1][0])
		}
	}
	zero := plots.Floor{Name: "at right angles", Y: 0}
	return lessons.Remembered(memory, "pulls", plots.Panels{
		Title: fmt.Sprintf("At the start task 1 pulls %.0f times as hard as task 2", mtlkit.MedianRange(ratios).Median),
		Subtitle: fmt.Sprintf("gradients in the shared layer, 20 seeds: median, middle half shaded; in conflict in %.0f %% of steps",
			mtlkit.MeanInterval(conflicts).Mean),
		Free: true,
		Panels: []plots.Panel{
			plots.Curves{Title: "how hard", X: "step", Y: "length of the gradient", Series: []plots.Series{
				lessons.OverSeeds(plots.Series{Name: "task 1", Role: lessons.ValueRole}, norms[0]),
				lessons.OverSeeds(plots.Series{Name: "task 2", Role: lessons.ClassRole}, norms[1]),
			}},
			plots.Curves{Title: "which way", X: "step", Y: "cosine between both", YLim: plots.Range{-1, 1},
				Series: []plots.Series{lessons.OverSeeds(plots.Series{Role: plots.Green}, cosines)}, Floors: []plots.Floor{zero}},
		},
	}).Figure("Left, line chart of the length of both tasks' gradients in the shared layer. Right, the cosine between them over the " +
		"steps.")
}

// LongRun draws the losses together and alone over the epochs of a long training.
func LongRun(configure lessons.Configure, epochs int, memory lessons.Memory) plots.Figure {
	c, err := mtlkit.Compare(context.Background(), twinSeeds, func(seed uint64) mtlkit.Trainer {
		t := configure(seed)
		t.Epochs = epochs
		return t
	})
	if err != nil {
		panic(err)
	}
	var x []float64
	for e := range epochs {
		x = append(x, float64(e+1))
	}
	panel := func(task int, title, y string, role plots.Role) plots.Curves {
		of := func(runs []*mtlkit.Run) (curves [][]float64) {
			for _, r := range runs {
				curves = append(curves, r.History.Losses[task])
			}
			return curves
		}
		return plots.Curves{
			Title: title, X: "epoch", Y: y, LogX: true,
			Series: []plots.Series{
				lessons.OverSeeds(plots.Series{Name: "alone", Role: plots.Grey, X: x}, of(c.Alone)),
				lessons.OverSeeds(plots.Series{Name: fmt.Sprintf("together, task %d", task+1), Role: role, X: x}, of(c.Joint)),
			},
			Markers: []plots.Marker{{Name: "the article stops", X: 100}},
		}
	}
	value, valueAlone := c.Losses(0)
	class, classAlone := c.Losses(1)
	_, worse := pairs(c, 1, "")
	median := func(v []float64) float64 { return mtlkit.MedianRange(v).Median }
	return lessons.Remembered(memory, "long", plots.Panels{
		Title: fmt.Sprintf("After %s epochs the median cross-entropy is %.3f together, %.3f alone", lessons.Thousands(epochs),
			median(class), median(classAlone)),
		Subtitle: fmt.Sprintf("20 seeds: median, middle half shaded; median squared error %.3f together, %.3f alone; "+
			"cross-entropy worse together on %d", median(value), median(valueAlone), worse),
		Free: true,
		Panels: []plots.Panel{
			panel(0, "task 1: the value", "mean squared error", lessons.ValueRole),
			panel(1, "task 2: the class", "cross-entropy", lessons.ClassRole),
		},
	}).Figure("Line charts of both losses over epochs on a logarithmic axis, together and alone.")
}

// gained writes an interval to three places.
func gained(i mtlkit.Interval) string {
	return lessons.Minus(fmt.Sprintf("%.3f [%.3f, %.3f]", i.Mean, i.Low, i.High))
}
