package families

import (
	"fmt"
	"strconv"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// side² waves are tested at each number of points, and by each number of steps.
const side = 8

// withPoints returns the even waves with other numbers of support points.
func (c Cast) withPoints(numbers []int) []metakit.Panel {
	return metakit.Shots(func(shots int) metakit.Distribution {
		waves := c.Waves
		waves.Shots = shots
		return waves.EvenTest(side, testSeed)
	}, numbers...)
}

// Shots charts the error of each learner over the number of points that it is shown of a new wave, with the error of the
// best predictor there is.
func (c Cast) Shots(numbers ...int) lessons.Chart {
	chart := plots.Curves{X: "points of a new wave", Y: "error on the rest of it (mean squared error)", LogX: true, LogY: true,
		Subtitle: fmt.Sprintf("trained on %s; mean over the same %d waves, 95 %% interval", c.trainedOn(),
			side*side),
		Floors: []plots.Floor{{Name: "without points", Y: c.Waves.ZeroShotFloor()}}}
	if c.Mixed == nil {
		chart.Markers = []plots.Marker{{Name: "as in training", X: float64(c.Waves.Shots)}}
	}
	panels := c.withPoints(numbers)
	var better, worse []string
	for k, e := range c.Entries {
		s := c.line(k)
		for i, p := range panels {
			s = grown(s, float64(numbers[i]), c.errors(k, p, side*side, e.steps())[0])
		}
		chart.Series = append(chart.Series, s)
		if e.Family == Plain {
			continue
		}
		if at := len(s.Y) - 1; s.Y[at] < s.Y[at-1] {
			better = append(better, e.Name)
		} else {
			worse = append(worse, e.Name)
		}
	}
	f := c.floors()[0]
	s := plots.Series{Name: f.name, Role: plots.Ink, Dash: true}
	for i, p := range panels {
		s = grown(s, float64(numbers[i]), c.baseline(f.predictor, p, side*side))
		if s.Y[i] < 1e-9 { // but for rounding 0, which has no place on the axis
			if i == 0 || s.Y[i-1] > 0 {
				chart.Subtitle += fmt.Sprintf("; %s: 0 from %d", f.name, numbers[i])
			}
			s.Y[i], s.Low[i], s.High[i] = 0, 0, 0
		}
	}
	chart.Series = append(chart.Series, s)
	caption := tell(chart.Series, numbers)
	last := strconv.Itoa(numbers[len(numbers)-1])
	switch {
	case len(worse) == 0:
		chart.Title = "The last points, up to " + last + ", help every meta-learner"
	case len(better) == 0:
		chart.Title = "No meta-learner gains by the last points, up to " + last
	default:
		chart.Title = fmt.Sprintf("The last points, up to %s, help %d of %d meta-learners, not %s", last, len(better),
			len(better)+len(worse), list(worse))
	}
	return lessons.Chart{Curves: []plots.Curves{chart}, Caption: caption,
		Alt: "Line chart of the error over the number of points of a new wave, logarithmic, a line a learner, with " +
			"the best predictor there is below all. " + chart.Title + "."}
}

func (c Cast) trainedOn() string {
	if c.Mixed != nil {
		return "sets of several sizes"
	}
	return fmt.Sprintf("%d points", c.Waves.Shots)
}

// tell writes the first, the middle and the last number of each line.
func tell(lines []plots.Series, numbers []int) string {
	some := []int{0, len(numbers) / 2, len(numbers) - 1}
	text := fmt.Sprintf("Errors with %d, %d and %d points", numbers[some[0]], numbers[some[1]], numbers[some[2]])
	for _, s := range lines {
		text += fmt.Sprintf("; %s %.3g, %.3g, %.3g", s.Name, s.Y[some[0]], s.Y[some[1]], s.Y[some[2]])
	}
	return text + "."
}

// grown returns a line with one place more: the mean of errors with its interval.
func grown(s plots.Series, x float64, errors []float64) plots.Series {
	m := metakit.MeanInterval(errors)
	s.X, s.Y = append(s.X, x), append(s.Y, m.Mean)
	s.Low, s.High = append(s.Low, max(m.Low, m.Mean/10)), append(s.High, m.High)
	return s
}
