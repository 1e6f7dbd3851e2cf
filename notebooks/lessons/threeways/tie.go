package threeways

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"gonum.org/v1/gonum/floats"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Ties watches how far apart the two networks of soft sharing are while they learn, for several ties.
type Ties struct {
	Ties        []float64
	Model       func(tie float64) mtlkit.Model // with matrices trunk1.…, trunk2.…
	Train       Learning
	Relatedness float64
	Seeds       int
	Before      lessons.Memory // of the last run's lines

	chorus chorus
}

// Learn trains, yields the number of epochs that are done, and ends early with ctx.
func (t *Ties) Learn(ctx context.Context) iter.Seq[int] {
	t.chorus = chorus{seeds: t.Seeds, look: func(r *mtlkit.Run) []float64 { return []float64{trunksApart(r)} }}
	for _, tie := range t.Ties {
		t.chorus.settings = append(t.chorus.settings, t.Train(t.Model(tie), t.Relatedness))
	}
	return t.chorus.learn(ctx)
}

// trunksApart returns the distance between the trunks of two tasks, divided by the square root of the sum of their
// squared lengths: 0 if they are one, and about 1 if they know nothing of each other.
func trunksApart(r *mtlkit.Run) float64 {
	var one, two []float64
	at := 0
	for _, s := range r.Params().Shapes {
		numbers := r.Theta[at : at+s.Size()]
		if strings.HasPrefix(s.Name, "trunk1.") {
			one = append(one, numbers...)
		}
		if strings.HasPrefix(s.Name, "trunk2.") {
			two = append(two, numbers...)
		}
		at += s.Size()
	}
	return floats.Distance(one, two, 2) / floats.Norm(append(one[:len(one):len(one)], two...), 2)
}

// Figure draws the distances over the epochs.
func (t *Ties) Figure() plots.Figure {
	chart := plots.Curves{X: "epoch", Y: "distance between both trunks (0: one network, 1: nothing in common)",
		YLim: plots.Range{0, 1.1}}
	var ends []string
	for k, tie := range t.Ties {
		line := lessons.MeanOverSeeds(plots.Series{
			Role: plots.Ink, Dash: k%2 == 1,
			Tint: 0.6 * float64(len(t.Ties)-1-k) / float64(max(len(t.Ties)-1, 1)),
		}, t.chorus.seen[k][0])
		end := line.Y[len(line.Y)-1]
		line.Name = fmt.Sprintf("tie %g: %.2f", tie, end)
		chart.Series = append(chart.Series, line)
		ends = append(ends, fmt.Sprintf("%.2f at tie %g", end, tie))
	}
	if t.chorus.done {
		chart.Series = append(chart.Series, lessons.Ghosts(t.Before, "ties", chart.Series...)...)
	}
	chart.Title = "How far apart two networks end: " + strings.Join(ends, ", ")
	chart.Subtitle = fmt.Sprintf("relatedness %g; mean of %d seeds, 95 %% interval shaded", t.Relatedness, t.Seeds)
	return chart.Figure("Line chart of the distance between the trunks of two tasks over the epochs, a line for each " +
		"tie. At the end: " + strings.Join(ends, ", ") + ".")
}
