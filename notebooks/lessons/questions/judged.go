package questions

import (
	"context"
	"fmt"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Judged draws the error of a fresh network over the steps that it takes on some points of a wave, judged on those
// points, as the article does, and on others; and both of an earlier run.
func Judged(rule nn.Rule, points, steps int, memory lessons.Memory) plots.Figure {
	learner := fresh
	learner.Inner = rule
	waves := tasks.NewSinusoid(points)
	others := waves.EvenTest(sideWaves, testSeed)
	var same metakit.Collection
	for _, e := range others {
		same = append(same, &metakit.Episode{Support: e.Support, Query: e.Support})
	}
	all := metakit.UpTo(steps)
	chart := plots.Curves{X: "steps on the points", Y: "error (mean squared error)", LogY: true}
	var ends []float64
	for _, c := range []struct {
		name string
		role plots.Role
		on   metakit.Collection
	}{{"on other points", plots.Blue, others}, {"on the same points", plots.Vermillion, same}} {
		outcomes, err := metakit.Evaluation{Learner: learner, Tasks: c.on, Steps: all, Seed: testSeed}.Run(
			context.Background(), make([]float64, nn.Size(network.Shapes())))
		if err != nil {
			panic(err) // the tasks are ours
		}
		line := plots.Series{Name: c.name, Role: c.role}
		for _, o := range outcomes {
			line.Y, line.Low, line.High = append(line.Y, o.Mean), append(line.Low, o.Low), append(line.High, o.High)
		}
		chart.Series = append(chart.Series, line)
		ends = append(ends, line.Y[steps])
	}
	chart.Series = append(chart.Series, lessons.Ghosts(memory, "judged", chart.Series...)...)
	chart.Floors = []plots.Floor{{Name: "without points", Y: waves.ZeroShotFloor()}}
	chart.Title = fmt.Sprintf("Judged on its own points the network errs by %.2g, on others by %.2g", ends[1], ends[0])
	chart.Subtitle = fmt.Sprintf("%d points of each of %d waves, a fresh network for each; mean, 95 %% interval",
		points, len(others))
	return chart.Figure("Line chart of the error of a fresh network over its steps, logarithmic, on the points that it learns from and on " +
		"others of the same wave. " + chart.Title + ".")
}
