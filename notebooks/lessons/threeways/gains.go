package threeways

import (
	"context"
	"fmt"
	"iter"
	"math"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Gains compares ways to share with their independent twins, which start from the same numbers: by what is left of the
// held-out losses when each network is stopped, task by task, at the epoch that is best on the mean of the other seeds.
type Gains struct {
	Ways        []Way
	Train       Learning
	Relatedness float64
	Seeds       int

	gains [][][]float64 // of each way that is done and each task, in % of the twins' mean loss, seed by seed
}

// Learn trains way by way, yields the number of those that are done, and ends early with ctx.
func (g *Gains) Learn(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		g.gains = nil
		for _, w := range g.Ways {
			c, err := mtlkit.Compare(ctx, g.Seeds, g.Train(w.Model, g.Relatedness))
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				panic(err)
			}
			var tasks [][]float64
			for task := range w.Model.Tasks() {
				joint := lessons.Stopped(lessons.HeldOut(c.Joint, task))
				gain := lessons.Stopped(lessons.HeldOut(c.Alone, task))
				scale := 100 / stat.Mean(gain, nil)
				floats.Sub(gain, joint)
				floats.Scale(scale, gain)
				tasks = append(tasks, gain)
			}
			if g.gains = append(g.gains, tasks); !yield(len(g.gains)) {
				return
			}
		}
	}
}

// Figure draws the gains of the ways that are done.
func (g *Gains) Figure() plots.Figure {
	forest := plots.Forest{
		Title: g.title(),
		Subtitle: fmt.Sprintf("relatedness %g; held-out rows; mean of %d families of tasks (small dots), paired 95 "+
			"%% interval", g.Relatedness, g.Seeds),
		X: "gain from sharing, in % of the loss alone", Column: "gain [95 %]", Decimals: 1,
		Baseline: plots.Marker{Name: "as good as alone"},
	}
	for task := range 2 {
		group := plots.Group{Name: fmt.Sprintf("task %d", task+1)}
		for k, w := range g.Ways {
			it := plots.Item{Name: w.Name, Role: lessons.Hues[task], Value: math.NaN()}
			if k < len(g.gains) {
				i := mtlkit.MeanInterval(g.gains[k][task])
				it.Value, it.Low, it.High, it.Runs = i.Mean, i.Low, i.High, g.gains[k][task]
			}
			group.Rows = append(group.Rows, it)
		}
		forest.Groups = append(forest.Groups, group)
	}
	return forest.Figure("Dot plots of what each of two tasks gains from sharing, by way to share. " + forest.Title + ".")
}

// title says what the intervals do.
func (g *Gains) title() string {
	var helps, hurts []string
	for k, tasks := range g.gains {
		for task, gain := range tasks {
			switch i := mtlkit.MeanInterval(gain); {
			case i.Low > 0:
				helps = append(helps, fmt.Sprintf("task %d (%s)", task+1, g.Ways[k].Name))
			case i.High < 0:
				hurts = append(hurts, fmt.Sprintf("task %d (%s)", task+1, g.Ways[k].Name))
			}
		}
	}
	switch {
	case len(helps)+len(hurts) == 0:
		return fmt.Sprintf("No gain or loss that %d seeds can tell", g.Seeds)
	case len(helps)+len(hurts) > 3:
		return fmt.Sprintf("Of %d intervals, %d exclude 0 on the good side and %d on the bad one", 2*len(g.gains),
			len(helps), len(hurts))
	case len(hurts) == 0:
		return "Sharing helps " + strings.Join(helps, ", ")
	case len(helps) == 0:
		return "Sharing hurts " + strings.Join(hurts, ", ")
	}
	return "Sharing helps " + strings.Join(helps, ", ") + " and hurts " + strings.Join(hurts, ", ")
}
