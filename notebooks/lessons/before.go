package lessons

import (
	"fmt"
	"slices"

	"kindred/plots"
)

// Lines are what a figure draws.
type Lines = []plots.Series

// A Memory stores the lines of a figure under a name, and returns those of the run before, if there was one and it was
// another: cell.Previous.
type Memory func(name string, now Lines) (before Lines, ok bool)

// Ghosts returns the lines of the run before, to be drawn in grey beneath those of now; the first that differs is named.
// A nil Memory remembers nothing.
func Ghosts(memory Memory, name string, now ...plots.Series) (ghosts Lines) {
	if memory == nil {
		return nil
	}
	lines := make(Lines, len(now))
	for i, s := range now {
		lines[i] = plots.Series{Name: s.Name, X: s.X, Y: s.Y}
	}
	before, ok := memory(name, lines)
	if !ok {
		return nil
	}
	for i, s := range before {
		if i < len(lines) && slices.Equal(s.X, lines[i].X) && slices.Equal(s.Y, lines[i].Y) {
			continue
		}
		said := ""
		if ghosts == nil {
			said = "before"
		}
		ghosts = append(ghosts, s.Ghost(said))
	}
	return ghosts
}

// Remembered returns the charts side by side with the lines of the run before beneath those of now, as [Ghosts] does,
// in each chart that has lines.
func Remembered(memory Memory, name string, page plots.Panels) plots.Panels {
	page.Panels = slices.Clone(page.Panels)
	for i, p := range page.Panels {
		if chart, ok := p.(plots.Curves); ok {
			chart.Series = slices.Concat(chart.Series, Ghosts(memory, fmt.Sprintf("%s: %d", name, i), chart.Series...))
			page.Panels[i] = chart
		}
	}
	return page
}
