package characters

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// steps are those that a learner which adapts takes.
func (t Trained) steps() int {
	if t.adapts() {
		return 3
	}
	return 0
}

// on measures what was learned.
func (t Trained) on(tasks metakit.Distribution, episodes int) metakit.Interval {
	return accuracy(t.Learner, t.Meta, tasks, t.steps(), episodes)
}

// Predict implements [metakit.Predictor].
func (t Trained) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	return must(metakit.Predict(t.Learner, t.Meta, support, x, []int{t.steps()}))[0]
}

// adapts reports whether the learner adapts in steps, and so does tasks of as many ways as its network has outputs alone.
func (t Trained) adapts() bool {
	_, steps := t.Learner.(metakit.Stepper)
	return steps
}

// answers reports whether the learner can do tasks of so many ways.
func (t Trained) answers(ways int) bool { return !t.adapts() || ways == t.Ways }

// A Chart is what [Drawings.Curves] shows, or the reason why it cannot.
type Chart struct {
	lessons.Chart
	missing Figure
}

// Figure draws the chart, with an earlier one in grey.
func (c Chart) Figure(before [][]lessons.Line) Figure {
	if c.missing != nil {
		return c.missing
	}
	return c.Chart.Figure(before)
}

// Curves charts the accuracy of what was learned on new characters, over shots, in tasks of five ways, and over ways, with
// one shot; and that of the nearest pixels.
func (d Drawings) Curves(episodes int, trained ...Trained) (chart Chart) {
	chart.missing = d.or(func() Figure {
		tasks := d.New(5, 1, 5)
		few := func(k int) metakit.Distribution { return tasks.Of(5, k, 5) }
		many := func(n int) metakit.Distribution { return tasks.Of(n, 1, 5) }
		left := curve(few, []int{1, 2, 5, 10}, func(int) float64 { return 20 }, episodes, trained)
		right := curve(many, []int{2, 5, 10, 20}, func(n int) float64 { return 100 / float64(n) }, episodes, trained)
		left.Title, left.X = "five characters", "drawings of each (shots)"
		right.Title, right.X = "one drawing of each", "characters (ways)"
		page := &chart.Chart
		page.Free, page.Curves = true, []plots.Curves{left, right}
		pixels, first := left.Series[len(trained)].Y[0], left.Series[0]
		page.Title = fmt.Sprintf("Five new characters, one drawing each: pixels %.0f %%, %s %.0f %%", pixels, first.Name,
			first.Y[0])
		caption := "From 1 to 10 drawings of five:"
		for _, s := range left.Series[:len(trained)+1] {
			caption += fmt.Sprintf(" %s %.1f to %.1f;", s.Name, s.Y[0], s.Y[3])
		}
		caption += " one drawing each of 20:"
		for _, s := range right.Series[:len(trained)+1] {
			if len(s.Y) == 4 {
				caption += fmt.Sprintf(" %s %.1f;", s.Name, s.Y[3])
			}
		}
		page.Subtitle = fmt.Sprintf("mean of %d tasks of new characters, 95 %% interval; one training of each, of some seconds",
			episodes)
		page.Alt = "Two line charts of the accuracy on new characters, over shots and over ways. " + page.Title + "."
		page.Caption = strings.TrimSuffix(caption, ";") + "."
		return nil
	})
	return chart
}

// curve draws the accuracies over sizes of tasks.
func curve(of func(int) metakit.Distribution, sizes []int, chance func(int) float64, episodes int,
	trained []Trained) plots.Curves {
	c := plots.Curves{Y: "right, in %", LogX: true, YLim: plots.Range{0, 100}}
	add := func(s plots.Series, n int, i metakit.Interval) plots.Series {
		s.X, s.Y = append(s.X, float64(n)), append(s.Y, i.Mean)
		s.Low, s.High = append(s.Low, i.Low), append(s.High, i.High)
		return s
	}
	left := []plots.Role{plots.Green, plots.Blue, plots.Purple}
	for _, t := range trained {
		role := roleOf(t.Learner)
		if !slices.Contains(left, role) && len(left) > 0 {
			role = left[0]
		}
		left = slices.DeleteFunc(left, func(r plots.Role) bool { return r == role })
		s := plots.Series{Name: t.Name, Role: role, Dots: true}
		for _, n := range sizes {
			tasks := of(n)
			if t.answers(tasks.Size(0, 0).Query / 5) {
				s = add(s, n, t.on(tasks, episodes))
			}
		}
		c.Series = append(c.Series, s)
	}
	pixels := plots.Series{Name: "nearest pixels", Role: plots.Vermillion, Dots: true}
	guess := plots.Series{Name: "chance", Role: plots.Grey, Dash: true}
	for _, n := range sizes {
		pixels = add(pixels, n, accuracyOf(Nearest{}, of(n), episodes))
		guess.X, guess.Y = append(guess.X, float64(n)), append(guess.Y, chance(n))
	}
	c.Series = append(c.Series, pixels, guess)
	return c
}

// roleOf is the role of a learner in figures, unless another has it; for MAML the same as in other notebooks.
func roleOf(l metakit.Learner) plots.Role {
	switch l.(type) {
	case models.Prototypical:
		return plots.Green
	case metakit.MAML:
		return plots.Blue
	}
	return plots.Purple
}
