package characters

import (
	"fmt"

	"kindred/metakit"
	"kindred/plots"
)

// A Method is a learner with what it learned, or without a learner one that learns nothing.
type Method struct {
	Name      string
	Role      plots.Role
	Learner   metakit.Learner
	Meta      []float64
	Steps     int // of adaptation
	Ways      int // of the only tasks that it can do; 0 is any
	Predictor metakit.Predictor
}

func (m Method) on(tasks metakit.Distribution, episodes int) metakit.Interval {
	if m.Learner == nil {
		return accuracyOf(m.Predictor, tasks, episodes)
	}
	return accuracy(m.Learner, m.Meta, tasks, m.Steps, episodes)
}

// Curves draws the accuracy of methods on new characters over shots, in tasks of five ways, and over ways, with one shot.
func (d Drawings) Curves(episodes int, methods ...Method) Figure {
	return d.or(func() Figure {
		shots, ways := []int{1, 2, 5, 10}, []int{2, 5, 10, 20}
		few := func(k int) metakit.Distribution { return d.New(5, k, 5) }
		many := func(n int) metakit.Distribution { return d.New(n, 1, 5) }
		left, first := curve(few, shots, func(int) float64 { return 20 }, episodes, methods)
		right, _ := curve(many, ways, func(n int) float64 { return 100 / float64(n) }, episodes, methods)
		left.Title, left.X = "five characters", "drawings of each (shots)"
		right.Title, right.X = "one drawing of each", "characters (ways)"
		page := plots.Panels{Free: true, Panels: []plots.Panel{left, right}}
		best, worst := 0, 0
		for i := range first {
			if first[i] > first[best] {
				best = i
			}
			if first[i] < first[worst] {
				worst = i
			}
		}
		page.Title = fmt.Sprintf("One drawing of five new characters: from %.0f %% (%s) to %.0f %% (%s)", first[worst],
			methods[worst].Name, first[best], methods[best].Name)
		page.Subtitle = fmt.Sprintf("right answers on %d tasks of new characters, in %%, with 95 %% intervals; one training of each, "+
			"of some seconds", episodes)
		return page.Figure("Two line charts of the accuracy on new characters, over shots and over ways. " + page.Title + ".")
	})
}

// curve draws the accuracies over sizes of tasks, and returns those of the first size.
func curve(of func(int) metakit.Distribution, sizes []int, chance func(int) float64, episodes int, methods []Method) (
	c plots.Curves, first []float64) {
	c = plots.Curves{Y: "right, in %", LogX: true, YLim: plots.Range{0, 100}}
	guess := plots.Series{Name: "chance", Role: plots.Grey, Dash: true}
	for _, n := range sizes {
		guess.X, guess.Y = append(guess.X, float64(n)), append(guess.Y, chance(n))
	}
	for _, m := range methods {
		s := plots.Series{Name: m.Name, Role: m.Role, Dots: true}
		for _, n := range sizes {
			tasks := of(n)
			if size := tasks.Size(0, 0); m.Ways > 0 && size.Query != 5*m.Ways {
				continue
			}
			i := m.on(tasks, episodes)
			s.X, s.Y = append(s.X, float64(n)), append(s.Y, i.Mean)
			s.Low, s.High = append(s.Low, i.Low), append(s.High, i.High)
		}
		first = append(first, s.Y[0])
		c.Series = append(c.Series, s)
	}
	c.Series = append(c.Series, guess)
	return c, first
}
