package lessons

import "kindred/plots"

// A Line is what a curve of an earlier run needs to be drawn again.
type Line struct{ X, Y []float64 }

// A Chart is line charts side by side that a reader's knobs change, so that those of an earlier run can be drawn beneath:
//
//	now := figures.Chart(knob)
//	before, _ := cell.Previous("name", now.Lines())
//	cell.Show(now.Figure(before))
type Chart struct {
	Title, Subtitle string // above the charts; not used where there is one
	Curves          []plots.Curves
	Columns         int
	Free            bool // see [plots.Panels]
	Alt, Caption    string
}

// Lines returns the lines of each chart, without those that are dashed and grey.
func (c Chart) Lines() [][]Line {
	all := make([][]Line, len(c.Curves))
	for k, chart := range c.Curves {
		for _, s := range chart.Series {
			if s.Role != plots.Grey || !s.Dash {
				all[k] = append(all[k], Line{s.X, s.Y})
			}
		}
	}
	return all
}

// Figure draws the charts, and beneath them in grey the lines of an earlier run, if it had as many charts.
func (c Chart) Figure(before [][]Line) plots.Figure {
	page := plots.Panels{Title: c.Title, Subtitle: c.Subtitle, Columns: c.Columns, Free: c.Free}
	for k, chart := range c.Curves {
		if len(before) == len(c.Curves) {
			name := "before"
			for _, l := range before[k] {
				ghost := plots.Series{X: l.X, Y: l.Y}.Ghost(name)
				chart.Series = append(chart.Series[:len(chart.Series):len(chart.Series)], ghost)
				name = ""
			}
		}
		page.Panels = append(page.Panels, chart)
		if len(c.Curves) == 1 {
			return chart.Figure(c.Alt).Caption(c.Caption)
		}
	}
	return page.Figure(c.Alt).Caption(c.Caption)
}
