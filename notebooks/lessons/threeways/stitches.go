package threeways

import (
	"context"
	"fmt"
	"iter"
	"math"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Stitches watches the first stitch of a cross-stitch network of two tasks while it learns tasks of two relatednesses.
type Stitches struct {
	Model  mtlkit.Model // with a matrix "stitch1"
	Train  Learning
	Near   float64 // relatedness on the one side; tasks on the other have nothing in common
	Seeds  int
	Before lessons.Memory // of the last run's lines

	chorus chorus
}

// Learn trains, yields the number of epochs that are done, and ends early with ctx.
func (s *Stitches) Learn(ctx context.Context) iter.Seq[int] {
	s.chorus = chorus{
		settings: []lessons.Configure{s.Train(s.Model, s.Near), s.Train(s.Model, 0.0)},
		seeds:    s.Seeds,
		look: func(r *mtlkit.Run) []float64 {
			m := r.Params().View("stitch1")
			return []float64{m.At(0, 0), m.At(0, 1), m.At(1, 0), m.At(1, 1)}
		},
	}
	return s.chorus.learn(ctx)
}

// Figure draws the four entries over the epochs.
func (s *Stitches) Figure() plots.Figure {
	names := []string{"1 reads 1", "1 reads 2", "2 reads 1", "2 reads 2"}
	page := plots.Panels{
		Subtitle: fmt.Sprintf("which column each task's next layer reads, and how much; mean of %d seeds, runs thin", s.Seeds),
	}
	var panels [2]plots.Curves
	var lent [2][]float64 // what is read of the other's column at the end, in size
	for k, rho := range []float64{s.Near, 0} {
		panel := plots.Curves{Title: fmt.Sprintf("relatedness %g", rho), X: "epoch", Y: "entry of the stitch"}
		for i, seeds := range s.chorus.seen[k] {
			line := lessons.MeanOverSeeds(plots.Series{Name: names[i], Role: lessons.Hues[i/2], Dash: i == 1 || i == 2},
				seeds)
			line.Low, line.High = nil, nil
			if line.Dash {
				line.Runs = seeds
			}
			panel.Series = append(panel.Series, line)
		}
		one, two := last(s.chorus.seen[k][1]), last(s.chorus.seen[k][2])
		for seed := range one {
			lent[k] = append(lent[k], (math.Abs(one[seed])+math.Abs(two[seed]))/2)
		}
		panels[k] = panel
	}
	if s.chorus.done { // the lines of the left panel are those that a knob changes
		panels[0].Series = append(panels[0].Series, lessons.Ghosts(s.Before, "stitches", panels[0].Series...)...)
	}
	page.Panels = []plots.Panel{panels[0], panels[1]}
	a, b := mtlkit.MeanInterval(lent[0]), mtlkit.MeanInterval(lent[1])
	d := mtlkit.PairedInterval(lent[0], lent[1])
	page.Title = verdict(d, "Related tasks lend each other more", "Related tasks lend each other less",
		fmt.Sprintf("By the stitch, %d seeds cannot tell related tasks from unrelated ones", s.Seeds))
	caption := fmt.Sprintf("Mean size of what a task reads of the other's column at the end: %.2f at relatedness %g, "+
		"%.2f at %g; difference by seed %s.", a.Mean, s.Near, b.Mean, 0.0,
		interval(d, 2))
	return page.Figure("Line charts of the entries of a stitch over the epochs, for related and for unrelated tasks. " +
		page.Title + ".").Caption(caption)
}

// verdict says what an interval of the difference between related and unrelated tasks says.
func verdict(d mtlkit.Interval, more, less, nothing string) string {
	switch {
	case d.Low > 0:
		return more
	case d.High < 0:
		return less
	}
	return nothing
}

// interval writes a mean with its interval.
func interval(i mtlkit.Interval, decimals int) string {
	return lessons.Minus(fmt.Sprintf("%+.*f [%.*f, %.*f]", decimals, i.Mean, decimals, i.Low, decimals, i.High))
}
