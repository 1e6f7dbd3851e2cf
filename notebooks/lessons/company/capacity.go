package company

import (
	"context"
	"fmt"
	"math"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Capacity holds the network of all tasks, of several widths, against twins of its width and against narrower ones, which
// have about as many parameters together, over the lines of the run before. study returns that of a source's tasks with a
// network of a width.
func Capacity(source Source, study func(source Source, units int) relate.Study, before lessons.Memory,
	widths ...int) (loss, gain plots.Figure) {
	x := make([]float64, len(widths))
	together := plots.Series{Name: "together", Role: plots.Blue, X: x}
	kinds := [2]plots.Series{
		{Name: "twins as wide", Role: plots.Grey, X: x},
		{Name: "twins of as many parameters", Role: plots.Vermillion, X: x, Dash: true},
	}
	apart := kinds
	forest := plots.Forest{X: "mean gain of all tasks, in % of the loss alone", Column: "gain [95 %]",
		Baseline: plots.Marker{Name: "as good as alone"}}
	var deltas [2][]mtlkit.Interval
	seeds := 0
	for k, u := range widths {
		x[k] = float64(u)
		s := study(source, u)
		seeds = s.Seeds
		narrow := study(source, narrowed(s, u))
		var rows []plots.Item
		for way := range 2 {
			if way == 1 {
				s.Twin = func(seed uint64, task int) (mtlkit.Trainer, mtlkit.Data) { return narrow.Configure(seed, []int{task}) }
			}
			r, err := s.Report(context.Background(), false)
			if err != nil {
				panic(err)
			}
			if way == 0 {
				extend(&together, overTasks(r, func(f relate.Finding) []float64 { return f.Together }))
			}
			extend(&apart[way], overTasks(r, func(f relate.Finding) []float64 { return f.Alone }))
			i := scaled(r.Delta)
			rows = append(rows, plots.Item{Name: "against " + kinds[way].Name, Role: kinds[way].Role, Value: i.Mean, Low: i.Low,
				High: i.High})
			deltas[way] = append(deltas[way], r.Delta)
		}
		forest.Groups = append(forest.Groups, plots.Group{Name: fmt.Sprintf("%d units", u), Rows: rows})
	}
	wide, _ := sure(deltas[0])
	many, _ := sure(deltas[1])
	subtitle := fmt.Sprintf("test rows; mean of all tasks and %d seeds, 95 %% interval", seeds)
	chart := plots.Curves{
		Title:    "The loss by width, in one network and in three",
		Subtitle: subtitle + " shaded",
		X:        "units of the shared layer", Y: "test loss, mean of the tasks", LogX: true, LogY: true,
		Series: []plots.Series{apart[0], apart[1], together},
	}
	chart.Series = append(chart.Series, lessons.Ghosts(before, "capacity", chart.Series...)...)
	forest.Title = fmt.Sprintf("Of %d widths sharing surely beats twins as wide at %s, narrow ones at %s", len(widths),
		lessons.Some(wide), lessons.Some(many))
	forest.Subtitle = subtitle
	return chart.Figure("Line chart over the units of the shared layer: the test loss together and of two kinds of twins."),
		forest.Figure("Forest plot of the gain against each kind of twins, by width. " + forest.Title + ".")
}

// narrowed is how wide twins may be to have as many parameters as the network of a study, of so many units.
func narrowed(s relate.Study, units int) int {
	trainer, _ := s.Configure(0, []int{0})
	return max(1, int(math.Round(EqualWidth(trainer.Model.Shapes()[0].Rows, len(s.Tasks))*float64(units))))
}

// overTasks returns the mean over the tasks of a report of some of their losses, with its interval over the seeds.
func overTasks(r relate.Report, losses func(relate.Finding) []float64) mtlkit.Interval {
	sums := make([]float64, r.Seeds)
	for _, f := range r.Findings {
		for k, l := range losses(f) {
			sums[k] += l / float64(len(r.Findings))
		}
	}
	return mtlkit.MeanInterval(sums)
}

// extend gives a series one more point.
func extend(s *plots.Series, i mtlkit.Interval) {
	s.Y, s.Low, s.High = append(s.Y, i.Mean), append(s.Low, i.Low), append(s.High, i.High)
}
