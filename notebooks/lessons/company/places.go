package company

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
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
	h.Title = fmt.Sprintf("From relatedness 0 to 1 the gain changes by %s points, with each doubling of the rows by %s",
		c.trend(narrow, func(p Place) float64 { return p.Relatedness }),
		c.trend(narrow, func(p Place) float64 { return math.Log2(float64(p.Rows)) }))
	h.Subtitle = fmt.Sprintf("mean gain of two tasks in %% of the loss alone, against twins %s; %d seeds, %d trials of "+
		"each; framed: the 95 %% interval excludes 0", against, seeds, c.Trials)
	return h.Figure("Heat map of the gain from sharing against twins " + against + ", by relatedness and rows of each " +
		"task. " + h.Title + ".").Caption(fmt.Sprintf("Slopes over the whole map, with 95 %% intervals. Of %d places by "+
		"themselves the interval is above 0 in %d and below in %d; one of twenty misses by chance. Computed by %s.",
		len(all), helps, hurts, c.Command))
}

// trend says by how many points the gain rises with what at tells of a place, over all places of known relatedness: the
// slope of a straight line through them, seed by seed, with its interval.
func (c *Comparison) trend(narrow bool, at func(Place) float64) string {
	i := mtlkit.MeanInterval(c.slopes(narrow, at))
	return lessons.Minus(fmt.Sprintf("%+.0f [%.0f, %.0f]", whole(100*i.Mean), whole(100*i.Low), whole(100*i.High)))
}

func (c *Comparison) slopes(narrow bool, at func(Place) float64) (slopes []float64) {
	var x []float64
	var gains [][]float64 // of each place and seed
	for _, p := range c.Places {
		if p.Set == "related" {
			x, gains = append(x, at(p)), append(gains, p.gains(narrow))
		}
	}
	for seed := range gains[0] {
		var y []float64
		for _, g := range gains {
			y = append(y, g[seed])
		}
		_, slope := stat.LinearRegression(x, y, nil, false)
		slopes = append(slopes, slope)
	}
	return slopes
}

// gains are the mean gains of a place's tasks, seed by seed.
func (p Place) gains(narrow bool) []float64 {
	alone := p.Alone
	if narrow {
		alone = p.Narrow
	}
	gains := make([]float64, len(alone[0]))
	for i := range p.Tasks {
		for seed := range gains {
			gains[seed] += (1 - p.Together[i][seed]/alone[i][seed]) / float64(len(p.Tasks))
		}
	}
	return gains
}

// Points returns the mean gain, in whole per cent of the loss of twins as wide, at a place of the map.
func (c *Comparison) Points(relatedness float64, rows int) int {
	for _, p := range c.Places {
		if p.Set == "related" && p.Relatedness == relatedness && p.Rows == rows {
			return int(math.Round(100 * p.wide.Delta.Mean))
		}
	}
	panic(fmt.Sprintf("company: Points: no place of relatedness %v with %d rows on the map", relatedness, rows))
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
	f.Title = fmt.Sprintf("On real sets sharing helps %s tasks, and hurts %s", lessons.Of(helps, tasks), lessons.Some(hurts))
	f.Subtitle = fmt.Sprintf("test rows, twins as wide; mean of %d splits, interval that counts their overlap; %d trials", seeds, c.Trials)
	return f.Figure("Forest plot of what the tasks of two real sets gain from sharing. " + f.Title + ".").
		Caption("Computed by " + c.Command + ". In colour: by a test at 5 % for the tasks of a set together.")
}
