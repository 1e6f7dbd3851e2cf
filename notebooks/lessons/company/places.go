package company

import (
	"fmt"
	"math"
	"slices"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/plots"
)

// Map draws the mean gain of two tasks by how related they are and how many rows each has: against twins as wide, or
// against narrow ones, which have as many parameters.
func (c *Comparison) Map(narrow bool) plots.Figure {
	against, of := "as wide", func(p Place) relate.Report { return p.wide }
	if narrow {
		against, of = "of as many parameters", func(p Place) relate.Report { return p.narrow }
	}
	var relatedness []float64
	var rows []int
	seeds := 0
	for _, p := range c.Places {
		if p.Set == "related" {
			relatedness, rows, seeds = append(relatedness, p.Relatedness), append(rows, p.Rows), of(p).Seeds
		}
	}
	slices.Sort(relatedness)
	slices.Reverse(relatedness)
	slices.Sort(rows)
	relatedness, rows = slices.Compact(relatedness), slices.Compact(rows)
	h := plots.HeatMap{
		X: "rows of each task", Y: "relatedness", Z: "gain in %", Palette: plots.Diverging,
	}
	for _, n := range rows {
		h.Columns = append(h.Columns, fmt.Sprint(n))
	}
	for _, rho := range relatedness {
		h.Rows = append(h.Rows, fmt.Sprintf("%g", rho))
		values, below := make([]float64, len(rows)), make([]string, len(rows))
		for k := range values {
			values[k] = math.NaN()
		}
		h.Values, h.Below = append(h.Values, values), append(h.Below, below)
	}
	var all []mtlkit.Interval
	largest := 1.0
	for _, p := range c.Places {
		if p.Set != "related" {
			continue
		}
		i, j := slices.Index(relatedness, p.Relatedness), slices.Index(rows, p.Rows)
		delta := scaled(of(p).Delta)
		all = append(all, delta)
		h.Values[i][j], h.Below[i][j] = delta.Mean, fmt.Sprintf("±%.0f", delta.High-delta.Mean)
		largest = max(largest, math.Abs(delta.Mean))
		if delta.Low > 0 || delta.High < 0 {
			h.Marked = append(h.Marked, [2]int{i, j})
		}
	}
	h.ZLim = plots.Range{-largest, largest}
	helps, hurts := sure(all)
	h.Title = fmt.Sprintf("Sharing helps in %d of %d places, hurts in %d, and in %d it cannot be told", helps,
		len(all), hurts,
		len(all)-helps-hurts)
	h.Subtitle = fmt.Sprintf("mean gain of two tasks in %% of the loss alone, against twins %s; %d seeds, %d trials of "+
		"each; without a frame: the 95 %% interval holds 0", against, seeds, c.Trials)
	return h.Figure("Heat map of the gain from sharing against twins " + against + ", by relatedness and rows of each " +
		"task. " +
		h.Title + ".").Caption("Computed by " + c.Command + ".")
}

// Header names the columns of Rows.
func (c *Comparison) Header() []string { return verdictHeader("set, rows to train on") }

// Rows has a row for each task of the real sets.
func (c *Comparison) Rows() (rows [][]string) {
	for _, p := range c.Places {
		if p.Set == "related" {
			continue
		}
		for _, f := range p.wide.Findings {
			rows = append(rows, row(fmt.Sprintf("%s, %d", p.Set, p.Rows), f))
		}
	}
	return rows
}

// Real draws the gains of the tasks of real sets.
func (c *Comparison) Real() plots.Figure {
	f := plots.Forest{
		X: "gain from sharing, in % of the loss alone", Decimals: 1, Column: "gain [95 %]",
		Baseline: plots.Marker{Name: "as good as alone"}, XLim: plots.Range{-50, 50},
	}
	helps, hurts, tasks, seeds := 0, 0, 0, 0
	for _, p := range c.Places {
		if p.Set == "related" {
			continue
		}
		seeds = p.wide.Seeds
		g := plots.Group{Name: fmt.Sprintf("%s, %d rows", p.Set, p.Rows)}
		for _, found := range p.wide.Findings {
			tasks++
			switch found.Verdict {
			case relate.Helps:
				helps++
			case relate.Hurts:
				hurts++
			}
			i := scaled(found.Gain)
			g.Rows = append(g.Rows, plots.Item{
				Name: found.Task, Role: verdictRole(found.Verdict), Value: i.Mean, Low: i.Low, High: i.High,
			})
		}
		f.Groups = append(f.Groups, g)
	}
	f.Title = fmt.Sprintf("On real sets sharing helps %d of %d times, and hurts %d", helps, tasks, hurts)
	f.Subtitle = fmt.Sprintf("test rows, against twins as wide; mean of %d splits, interval that counts their overlap; "+
		"%d trials of each", seeds, c.Trials)
	return f.Figure("Forest plot of what the tasks of two real sets gain from sharing. " + f.Title + ".").
		Caption("Computed by " + c.Command + ". In colour: by a test at 5 % for the tasks of a set together.")
}
