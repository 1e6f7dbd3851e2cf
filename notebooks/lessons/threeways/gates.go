package threeways

import (
	"context"
	"fmt"
	"iter"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Gates watches the gates of a mixture of experts that two tasks share while it learns tasks of two relatednesses.
type Gates struct {
	Model  mtlkit.Model // that shows two gates of as many columns
	Train  Learning
	Near   float64 // relatedness on the one side; tasks on the other have nothing in common
	Seeds  int
	Before lessons.Memory // of the last run's lines

	chorus  chorus
	experts int
}

// Learn trains, yields the number of epochs that are done, and ends early with ctx.
func (g *Gates) Learn(ctx context.Context) iter.Seq[int] {
	x := g.Train(g.Model, g.Near)(0).HeldOut.X[0] // inputs are drawn alike in all families
	g.chorus = chorus{
		settings: []lessons.Configure{g.Train(g.Model, g.Near), g.Train(g.Model, 0.0)},
		seeds:    g.Seeds,
		look: func(r *mtlkit.Run) []float64 {
			gates := shown(r, x)
			numbers := []float64{apart(gates[0], gates[1])}
			for _, gate := range gates[:2] {
				numbers = append(numbers, columnMeans(gate)...)
			}
			g.experts = (len(numbers) - 1) / 2
			return numbers
		},
	}
	return g.chorus.learn(ctx)
}

// shown returns what the model of a run shows on rows of inputs.
func shown(r *mtlkit.Run, x *mat.Dense) (values []*mat.Dense) {
	all, err := r.Predictor().Shown(x)
	if err != nil {
		panic(err)
	}
	for _, s := range all {
		values = append(values, s.Value)
	}
	return values
}

// apart returns by how much the weights of two gates differ, mean over the rows: 0 if they are the same, 1 if no expert
// is used by both.
func apart(a, b *mat.Dense) float64 {
	sum, rows := 0.0, a.RawMatrix().Rows
	for k, v := range a.RawMatrix().Data {
		sum += math.Abs(v-b.RawMatrix().Data[k]) / 2
	}
	return sum / float64(rows)
}

func columnMeans(m *mat.Dense) (means []float64) {
	for c := range m.RawMatrix().Cols {
		means = append(means, stat.Mean(mat.Col(nil, c, m), nil))
	}
	return means
}

// Figure draws both gates of the first seed, and how far apart the gates of all seeds are.
func (g *Gates) Figure() plots.Figure {
	page := plots.Panels{Free: true}
	for task := range 2 {
		panel := plots.Curves{Title: fmt.Sprintf("gate of task %d, one seed", task+1), X: "epoch",
			Y: "weight of an expert", YLim: plots.Range{0, 1}}
		for e := range g.experts {
			panel.Series = append(panel.Series, plots.Series{
				Name: fmt.Sprintf("expert %d", e+1), Role: lessons.Hues[task],
				Y:    g.chorus.seen[0][1+task*g.experts+e][0],
				Tint: 0.6 * float64(e) / float64(max(g.experts-1, 1)), Dash: e%2 == 1,
			})
		}
		page.Panels = append(page.Panels, panel)
	}
	both := plots.Curves{Title: fmt.Sprintf("both gates, %d seeds", g.Seeds), X: "epoch", Y: "how far apart",
		YLim: plots.Range{0, 1}}
	for k, rho := range []float64{g.Near, 0} {
		both.Series = append(both.Series, lessons.MeanOverSeeds(plots.Series{
			Name: fmt.Sprintf("relatedness %g", rho), Role: []plots.Role{plots.Ink, plots.Green}[k], Dash: k == 1,
		}, g.chorus.seen[k][0]))
	}
	if g.chorus.done {
		both.Series = append(both.Series, lessons.Ghosts(g.Before, "gates", both.Series...)...)
	}
	page.Panels = append(page.Panels, both)
	near, far := last(g.chorus.seen[0][0]), last(g.chorus.seen[1][0])
	d := mtlkit.PairedInterval(far, near)
	page.Title = verdict(d, "Unrelated tasks part their gates further", "Related tasks part their gates further",
		fmt.Sprintf("By their gates, %d seeds cannot tell related tasks from unrelated ones", g.Seeds))
	page.Subtitle = fmt.Sprintf("weights: mean over held-out rows, relatedness %g; apart: 0 is the same weights, 1 "+
		"no expert in common; 95 %% interval shaded", g.Near)
	caption := fmt.Sprintf("How far apart the gates end: %.2f at relatedness %g, %.2f at %g; difference by seed %s.",
		stat.Mean(near, nil), g.Near, stat.Mean(far, nil), 0.0, interval(d, 2))
	return page.Figure("Line charts over the epochs: the weights that the gates of two tasks give to each expert, " +
		"and how far apart both gates are for related and for unrelated tasks. " + page.Title + ".").Caption(caption)
}
