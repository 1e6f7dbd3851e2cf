package families

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kindred/metakit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// evenly are the waves of a test: n² of them, evenly over amplitudes and phases, so that there is no chance in their choice.
func (c Cast) evenly(n int) metakit.Panel {
	return metakit.Panel{Name: "even", Tasks: c.Waves.EvenTest(n, testSeed)}
}

// Scores draws the error of each learner on the same side² new waves, with the best that can be done without a point and with
// all of them.
func (c Cast) Scores(side int) plots.Figure {
	chart := plots.Dots{X: "error on the wave's other points (mean squared error)", Decimals: 3, LogX: true, Sorted: true,
		Subtitle: fmt.Sprintf("the same %d new waves, %d points of each; one training each; 95 %% interval over waves", side*side,
			c.Waves.Shots),
		Reference: &plots.Marker{Name: fmt.Sprintf("no points %.2f", c.Waves.ZeroShotFloor()), X: c.Waves.ZeroShotFloor()}}
	for k, e := range c.Entries {
		m := metakit.MeanInterval(c.errors(k, c.evenly(side), side*side, e.steps())[0])
		chart.Items = append(chart.Items, item(e.Name, e.Family.role(), m, after(e)))
	}
	best := slices.MinFunc(chart.Items, byValue)
	chart.Title = fmt.Sprintf("The best here is %s, at %.3f", best.Name, best.Value)
	for _, f := range c.floors() {
		m := metakit.MeanInterval(c.baseline(f.predictor, c.evenly(side), side*side))
		if m.Mean > 1e-12 {
			chart.Items = append(chart.Items, item(f.name, plots.Ink, m, ""))
		} else {
			chart.Subtitle += "; " + f.name + ": 0"
		}
	}
	return chart.Figure("Dot plot of the error of learners of all families on the same new waves, on a logarithmic axis, with " +
		"floors. " + chart.Title + ".")
}

func byValue(a, b plots.Item) int {
	switch {
	case a.Value < b.Value:
		return -1
	case a.Value > b.Value:
		return 1
	}
	return 0
}

func item(name string, role plots.Role, m metakit.Interval, note string) plots.Item {
	return plots.Item{Name: name, Role: role, Value: m.Mean, Low: max(m.Low, m.Mean/10), High: m.High, Note: note}
}

// after says in how many steps an entry adapts.
func after(e Entry) string {
	switch n := e.steps(); n {
	case 0:
		return "no step"
	case 1:
		return "1 step"
	default:
		return fmt.Sprintf("%d steps", n)
	}
}

// A floor is a predictor that has learned nothing, but was told what waves there are.
type floor struct {
	name      string
	predictor metakit.Predictor
}

// floors are the best predictors of all, and the best of those that are linear in the labels.
func (c Cast) floors() []floor {
	if c.Waves.Noise == 0 {
		return []floor{{"least squares, told the waves", c.Waves.Oracle()}}
	}
	return []floor{{"Bayes, told the waves", c.Waves.Bayes()}, {"linear Bayes, told", c.Waves.LinearBayes()}}
}

func (c Cast) baseline(p metakit.Predictor, on metakit.Panel, episodes int) []float64 {
	o, err := metakit.Evaluation{Tasks: on.Tasks, Episodes: episodes, Seed: testSeed}.Baseline(context.Background(), p, nn.SquaredError{})
	if err != nil {
		panic(err) // the tasks are ours
	}
	return o.Losses
}

// Costs tells what each learner takes: numbers to learn, waves and time to learn them from, and time for a new wave. All
// times are of this machine.
func (c Cast) Costs() (header []string, rows [][]string) {
	header = []string{"", "what is learned", "numbers", "waves seen", "training", "a new wave"}
	e := metakit.Draw(c.Waves.Test(), testSeed, 0)
	for k, entry := range c.Entries {
		adapter := metakit.NewAdapter(entry.Learner, c.Trained[k].Meta, nil, entry.steps())
		var took []time.Duration
		for range 41 { // the first of which compiles
			begun := time.Now()
			if _, err := adapter.Predict(e.Support, e.Query.X); err != nil {
				panic(err)
			}
			took = append(took, time.Since(begun))
		}
		slices.Sort(took)
		rows = append(rows, []string{entry.Name, string(entry.Family), lessons.Thousands(nn.Size(entry.Learner.Shapes())),
			lessons.Thousands(25 * c.iterations(entry)), fmt.Sprintf("%.1f s", c.Trained[k].Seconds),
			fmt.Sprintf("%d µs", took[len(took)/2].Microseconds())})
	}
	return header, rows
}

// list writes names with commas and a last "and".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
