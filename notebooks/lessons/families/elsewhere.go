package families

import (
	"fmt"
	"slices"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Elsewhere charts the median error of each learner over up to so many steps, on waves of its training and on others: a panel
// for each of these changes, as tasks.Sinusoid.Panels calls them. Learners that take no steps are level lines.
func (c Cast) Elsewhere(most int, changes ...string) lessons.Chart {
	const waves = 100
	steps := []int{0, 1}
	for _, n := range []int{2, 5, 10, 20, 50, 100, most} {
		if n > steps[len(steps)-1] && n <= most {
			steps = append(steps, n)
		}
	}
	var panels []plots.Curves
	gains := map[string]int{}
	var best []string
	for _, p := range c.Waves.Test().Panels() {
		if !slices.Contains(changes, p.Name) {
			continue
		}
		chart := plots.Curves{Title: p.Name, X: "steps", Y: "median error", LogY: true, YLim: plots.Range{0.01, 100}}
		least, first := 0.0, ""
		for k, e := range c.Entries {
			s := c.line(k)
			s.Dots = false
			by := c.errors(k, p, waves, steps...)
			for i, n := range steps {
				m := metakit.MedianRange(by[min(i, len(by)-1)]).Median
				s.X, s.Y = append(s.X, float64(n)), append(s.Y, m)
				if first == "" || m < least {
					least, first = m, e.Name
				}
			}
			if e.steps() > 0 && e.Family != Plain {
				at := slices.Index(steps, e.steps())
				if at < 0 {
					panic(fmt.Sprintf("families: Elsewhere: %s is trained for %d steps, which are not among %v", e.Name, e.steps(), steps))
				}
				if s.Y[len(s.Y)-1] < s.Y[at] {
					gains[e.Name]++
				}
			} else if e.Family != Plain {
				for i := range s.Y {
					s.Y[i] = s.Y[0]
				}
			}
			chart.Series = append(chart.Series, s)
		}
		best = append(best, fmt.Sprintf("%s: %s, %.2g", p.Name, first, least))
		panels = append(panels, chart)
	}
	last := steps[len(steps)-1]
	var said []string
	for _, e := range c.Entries {
		if e.steps() > 0 && e.Family != Plain {
			said = append(said, fmt.Sprintf("%s on %s panels", e.Name, lessons.Of(gains[e.Name], len(panels))))
		}
	}
	title := fmt.Sprintf("%d steps instead of those of training help %s", last, list(said))
	caption := "Least median error"
	for _, b := range best {
		caption += "; " + b
	}
	return lessons.Chart{Title: title, Curves: panels, Caption: caption + ".",
		Subtitle: fmt.Sprintf("median over the same %d waves in each panel; level lines take no steps; a line ends where steps diverge",
			waves),
		Alt: "Panels of the median error over steps, a line a learner, on waves as in training and on others. " + title + "."}
}
