package adapting

import (
	"fmt"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Gradient returns a function that takes the learner's inner steps on an episode's support points from a start, and
// returns the error on its query points and the derivative of that error by the start. The program behind it is made
// once, for the episodes of a distribution.
func Gradient(maml metakit.MAML, of metakit.Distribution) func(theta []float64, e *metakit.Episode) (float64, []float64) {
	size := of.Size(0, 0)
	g := autodiff.New()
	theta := g.Params(maml.Shapes())
	support := metakit.TracedSet{X: g.Input("support x", size.Support, size.In), Y: g.Input("support y", size.Support, 1)}
	query := metakit.TracedSet{X: g.Input("query x", size.Query, size.In), Y: g.Input("query y", size.Query, 1)}
	after := nn.MSE(maml.Predict(nil, theta, support, query.X, maml.Steps)[maml.Steps], query.Y)
	outer := autodiff.GradParams(after, theta)
	ws := autodiff.Compile(after, outer).NewWorkspace()
	return func(start []float64, e *metakit.Episode) (float64, []float64) {
		ws.Set(theta, start)
		for _, set := range []struct {
			traced metakit.TracedSet
			points metakit.Set
		}{{support, e.Support}, {query, e.Query}} {
			ws.Set(set.traced.X, set.points.X.RawMatrix().Data)
			ws.Set(set.traced.Y, set.points.Y.RawMatrix().Data)
		}
		ws.Run()
		return ws.Scalar(after), ws.Read(outer, nil)
	}
}

// A History is the errors after adaptation in the course of a meta-training, one a wave.
type History []float64

// Figure draws the errors as means over neighbours, and in grey those of an earlier training, if there is one.
func (history History) Figure(before History, earlier bool) plots.Figure {
	floor := tasks.NewSinusoid(10).ZeroShotFloor()
	smooth := func(history History) (s plots.Series) {
		window := max(1, len(history)/25)
		for done := window; done <= len(history); done += window {
			s.X = append(s.X, float64(done))
			s.Y = append(s.Y, metakit.MeanInterval(history[done-window:done]).Mean)
		}
		return s
	}
	s := smooth(history)
	s.Name, s.Role = "after the inner steps", plots.Blue
	chart := plots.Curves{
		X: "waves seen, one an outer step", Y: "error on the query points (mean squared error)", LogY: true, Series: []plots.Series{s},
		Floors: []plots.Floor{{Name: "best answer without points", Y: floor}},
		Title: fmt.Sprintf("The error after the inner steps goes from %.2g to %.2g in %s outer steps", s.Y[0], s.Y[len(s.Y)-1],
			lessons.Thousands(len(history))),
		Subtitle: fmt.Sprintf("one seed; each point a mean of %d waves", max(1, len(history)/25)),
	}
	if earlier {
		chart.Series = append(chart.Series, smooth(before).Ghost("before"))
	}
	return chart.Figure("Line chart of the error after the inner steps over the waves of a meta-training, logarithmic, beside the error of " +
		"the best answer without points.")
}
