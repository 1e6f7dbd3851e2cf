package families

import (
	"context"
	"fmt"
	"slices"

	"kindred/metakit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// few² waves are enough where each is learned for many steps.
const few = 5

// Ordinary charts the error of ordinary learning on new waves over their number of points, a network of weights drawn at
// random and the pooled one of the cast, both trained on those points alone for some steps of a rule, beside the named
// learners of the cast.
func (c Cast) Ordinary(net nn.Network, rule nn.Rule, steps int, numbers []int, beside ...string) lessons.Chart {
	panels := metakit.Shots(func(shots int) metakit.Distribution {
		waves := c.Waves
		waves.Shots = shots
		return waves.EvenTest(few, testSeed)
	}, numbers...)
	chart := plots.Curves{X: "points of a new wave", Y: "error on the rest of it (mean squared error)", LogX: true, LogY: true,
		Subtitle: fmt.Sprintf("mean over %d waves, 95 %% interval; ordinary: %d steps of Adam on these points",
			few*few, steps),
		Floors: []plots.Floor{{Name: "without points", Y: c.Waves.ZeroShotFloor()}}}
	scratch := plots.Series{Name: "from scratch", Role: plots.Ink, Dots: true}
	tuned := plots.Series{Name: "fine-tuned", Role: plots.Grey, Dots: true}
	fresh := metakit.Scratch{Network: net, Loss: nn.SquaredError{}, Inner: rule}
	for i, p := range panels {
		scratch = grown(scratch, float64(numbers[i]), adapted(fresh, nil, p, steps))
		for k, e := range c.Entries {
			if l, ok := e.Learner.(metakit.Pooled); ok {
				l.Inner = rule
				tuned = grown(tuned, float64(numbers[i]), adapted(l, c.Trained[k].Meta, p, steps))
				break
			}
		}
	}
	chart.Series = append(chart.Series, scratch, tuned)
	chart.Title = "Beside ordinary learning"
	for _, name := range beside {
		for k, e := range c.Entries {
			if e.Name != name {
				continue
			}
			s := c.line(k)
			for i, p := range panels {
				s = grown(s, float64(numbers[i]), c.errors(k, p, few*few, e.steps())[0])
			}
			chart.Series = append(chart.Series, s)
			chart.Title = needs(numbers, scratch.Y, s, c.Waves.Shots)
		}
	}
	return lessons.Chart{Curves: []plots.Curves{chart}, Caption: tell(chart.Series, numbers),
		Alt: "Line chart of the error over the number of points of a new wave, logarithmic: ordinary learning from " +
			"scratch and fine-tuned, and learners that were meta-trained. " + chart.Title + "."}
}

// needs says how many points ordinary learning takes for what a learner makes of as many as in training.
func needs(numbers []int, ordinary []float64, s plots.Series, points int) string {
	at := slices.Index(numbers, points)
	if at < 0 {
		return "Beside ordinary learning"
	}
	want := s.Y[at]
	for i, n := range numbers {
		if ordinary[i] <= want {
			return fmt.Sprintf("From scratch it takes %d points to do what %s does with %d", n, s.Name, points)
		}
	}
	return fmt.Sprintf("From scratch %d points are not enough for what %s does with %d", numbers[len(numbers)-1], s.Name, points)
}

// adapted returns the errors of a learner after so many steps; meta nil are first weights.
func adapted(l metakit.Learner, meta []float64, on metakit.Panel, steps int) []float64 {
	if meta == nil {
		meta = make([]float64, nn.Size(l.Shapes())) // each task draws its own
	}
	o, err := metakit.Evaluation{Learner: l, Tasks: on.Tasks, Steps: []int{steps}, Seed: testSeed}.Run(
		context.Background(), meta)
	if err != nil {
		panic(err) // the tasks are ours
	}
	return squared(o[0])
}
