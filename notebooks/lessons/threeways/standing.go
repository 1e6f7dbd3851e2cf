package threeways

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// logs returns the logarithms of a task's test losses, seed by seed.
func (c *Comparison) logs(k int, name string, task int) (logs []float64) {
	for _, r := range c.of(k, name) {
		logs = append(logs, math.Log(r.Losses[task]))
	}
	return logs
}

// nothing is the name of the control: twins that are trained as one network, with one rate and one epoch for both
// tasks.
const nothing = "nothing shared"

// A gain is what a task gains from a way, in % of the twins' loss: differences of logarithms, which for small ones are
// that.
type gain struct {
	mtlkit.Interval
	beyond   mtlkit.Interval // what the control gains
	adjusted float64         // p-value of the paired test of beyond, by Holm for all ways and relatednesses
}

// gains returns the gains of a task, for each relatedness and each way.
func (c *Comparison) gains(task int) [][]gain {
	all := make([][]gain, len(c.Relatedness))
	var p []float64
	for k := range all {
		control := c.gained(k, nothing, task)
		for _, w := range c.Ways {
			gains := c.gained(k, w.Name, task)
			if w.Name != nothing {
				p = append(p, mtlkit.PairedTest(gains, control))
			}
			all[k] = append(all[k], gain{Interval: mtlkit.MeanInterval(gains),
				beyond: mtlkit.PairedInterval(gains, control)})
		}
	}
	adjusted := mtlkit.Holm(p)
	for k := range all {
		for i, w := range c.Ways {
			if all[k][i].adjusted = 1; w.Name != nothing {
				all[k][i].adjusted, adjusted = adjusted[0], adjusted[1:]
			}
		}
	}
	return all
}

// gained returns what a task gains from a way, seed by seed.
func (c *Comparison) gained(k int, name string, task int) []float64 {
	together, alone := c.logs(k, name, task), c.logs(k, name+" alone", task)
	for i := range together {
		together[i] = 100 * (alone[i] - together[i])
	}
	return together
}

// Figure draws what a task, 0 or 1, gains from each way, a panel for each relatedness.
func (c *Comparison) Figure(task int) plots.Figure {
	all := c.gains(task)
	page := plots.Panels{}
	var verdicts, names []string
	for k, rho := range c.Relatedness {
		d := plots.Dots{
			Title: fmt.Sprintf("relatedness %g", rho), X: "gain from sharing, in % of the loss alone", Decimals: 0,
			Reference: &plots.Marker{Name: "as good as alone", X: 0},
		}
		var better, worse []string
		for i, w := range c.Ways {
			g := all[k][i]
			it := plots.Item{Name: w.Name, Role: plots.Grey, Value: g.Mean, Low: g.Low, High: g.High}
			if w.Name == nothing {
				it.Role = plots.Ink
			}
			if g.adjusted < 0.05 {
				it.Role = lessons.Hues[task]
				told := w.Name + " " + interval(g.beyond, 1)
				if g.beyond.Mean > 0 {
					better = append(better, told)
				} else {
					worse = append(worse, told)
				}
			}
			d.Items = append(d.Items, it)
		}
		page.Panels = append(page.Panels, d)
		verdicts = append(verdicts, fmt.Sprintf("%d and %d at ρ = %g", len(better), len(worse), rho))
		names = append(names, fmt.Sprintf("at relatedness %g better: %s; worse: %s", rho, list(better), list(worse)))
	}
	page.Title = fmt.Sprintf("Of %d ways, so many help and hurt task %d: %s", c.ways(), task+1,
		strings.Join(verdicts, ", "))
	page.Subtitle = fmt.Sprintf("test rows; mean of %d families, 95 %% interval; %d trials of each; in colour: other "+
		"than with nothing shared, tested at 5 %% for all %d", len(c.of(0, nothing)), c.Trials,
		c.ways()*len(c.Relatedness))
	return page.Figure("Dot plots of what a task gains from each of several ways to share, a panel for each " +
		"relatedness of the two tasks. " + page.Title + ".").
		Caption("Against the same with nothing shared, in points, " + strings.Join(names, "; ") +
			". (Paired test at 5 % for all comparisons of this figure together, Holm 1979.) Computed by " + c.Command +
			".")
}

// ways is how many ways there are without the control.
func (c *Comparison) ways() (n int) {
	for _, w := range c.Ways {
		if w.Name != nothing {
			n++
		}
	}
	return n
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Header names the columns of Rows.
func (c *Comparison) Header(task int) []string {
	header := []string{"way", "parameters"}
	for _, rho := range c.Relatedness {
		header = append(header, fmt.Sprintf("task %d, ρ = %g ↓", task+1, rho))
	}
	return header
}

// Rows has the mean test loss of a task, 0 or 1, by each way, and that of its twins behind a slash.
func (c *Comparison) Rows(task int) (rows [][]string) {
	for _, w := range c.Ways {
		row := []string{w.Name, fmt.Sprint(w.Params)}
		for k := range c.Relatedness {
			mean := func(name string) float64 {
				var losses []float64
				for _, r := range c.of(k, name) {
					losses = append(losses, r.Losses[task])
				}
				return stat.Mean(losses, nil)
			}
			row = append(row, fmt.Sprintf("%.3f / %.3f", mean(w.Name), mean(w.Name+" alone")))
		}
		rows = append(rows, row)
	}
	return rows
}
