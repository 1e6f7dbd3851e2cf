package adapting

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Contest trains learners on the same tasks from several seeds, and tests each on the same new tasks.
type Contest struct {
	Learners []metakit.Learner
	Training metakit.Training   // of every learner and seed
	Test     metakit.Evaluation // of what was learned; its tasks are a [metakit.Collection], the same for all seeds
	Seeds    int

	Results [][]Result // for each learner, a result a seed
}

// A Result is how one training ended: for each number of steps of the test, the mean error over the tasks and the number
// of tasks on which the steps diverged (an error above 100). The mean is infinite if there is such a task.
type Result struct {
	Errors []float64
	Broken []int
}

// A Progress is told how much of a long computation is done, and when it has ended.
type Progress interface {
	Set(done int)
	Done()
}

// Run trains, counts the seeds that are done, and returns the results. It ends early with ctx and its error; if not one
// seed is done then, it tests what the learners have learned so far.
func (c *Contest) Run(ctx context.Context, progress Progress) ([][]Result, error) {
	defer progress.Done()
	results := make([][]Result, len(c.Learners))
	for seed := range c.Seeds {
		of := c.seed(ctx, uint64(seed))
		if ctx.Err() != nil && seed > 0 {
			break
		}
		for k, r := range of {
			results[k] = append(results[k], r)
		}
		progress.Set(seed + 1)
	}
	return results, ctx.Err()
}

// With returns the contest with results, such as those that a notebook has kept.
func (c *Contest) With(results [][]Result) *Contest {
	c.Results = results
	return c
}

// seed trains all learners side by side from one seed.
func (c *Contest) seed(ctx context.Context, seed uint64) []Result {
	results := make([]Result, len(c.Learners))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k, l := range c.Learners {
		group.Go(func() error {
			training, test := c.Training, c.Test
			training.Learner, training.Seed = l, seed
			test.Learner, test.Seed = l, seed // the seed of the starts of metakit.Scratch
			run, err := training.Run(ctx)
			if err != nil && ctx.Err() == nil {
				return fmt.Errorf("adapting: Contest: %s, seed %d: %w", nameOf(l), seed, err)
			}
			outcomes, err := test.Run(context.Background(), run.Meta)
			for _, o := range outcomes {
				if o.Above100 > 0 {
					o.Mean = math.Inf(1)
				}
				results[k].Errors = append(results[k].Errors, o.Mean)
				results[k].Broken = append(results[k].Broken, o.Above100)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		panic(err)
	}
	return results
}

// nameOf returns what a learner is called in figures.
func nameOf(l metakit.Learner) string {
	switch l := l.(type) {
	case metakit.Scratch:
		return "scratch"
	case metakit.Pooled:
		return "pooled"
	case metakit.Reptile:
		return "Reptile"
	case metakit.MetaSGD:
		return "Meta-SGD"
	case metakit.MAML:
		if l.FirstOrder {
			return "first order"
		}
		return "MAML"
	}
	return fmt.Sprintf("%T", l)
}

// roleOf returns the role of a learner in figures; baselines are grey.
func roleOf(l metakit.Learner) plots.Role {
	roles := map[string]plots.Role{
		"MAML": plots.Blue, "first order": plots.Vermillion, "Reptile": plots.Green, "Meta-SGD": plots.Purple,
	}
	if role, ok := roles[nameOf(l)]; ok {
		return role
	}
	return plots.Grey
}

// errors returns the errors of learner k after the i-th number of steps, one a seed.
func (c *Contest) errors(k, i int) (errors []float64) {
	for _, r := range c.Results[k] {
		errors = append(errors, r.Errors[i])
	}
	return errors
}

// interval returns the mean error of learner k after the i-th number of steps with its 95 % interval over the seeds; of one
// seed, and of an infinite error, an interval of no width.
func (c *Contest) interval(k, i int) metakit.Interval {
	m := metakit.MeanInterval(c.errors(k, i))
	if math.IsNaN(m.Low) || math.IsInf(m.Low, 0) {
		m.Low, m.High = m.Mean, m.Mean
	}
	return m
}

// curves draws the errors over the steps. Where a learner's steps diverge on a task its line leaves the axes.
func (c *Contest) curves() plots.Curves {
	chart := plots.Curves{
		Subtitle: fmt.Sprintf("mean of %d seeds, 95 %% interval; %d test tasks of %d points",
			len(c.Results[0]), c.tests(), c.Test.Tasks.Size(0, 0).Support),
		X: "steps on a new task", Y: "error on its other points (mean squared error)", LogY: true,
	}
	for k, l := range c.Learners {
		s := plots.Series{Name: nameOf(l), Role: roleOf(l), Dots: roleOf(l) != plots.Grey}
		for i, steps := range c.Test.Steps {
			m := c.interval(k, i)
			s.X, s.Y = append(s.X, float64(steps)), append(s.Y, m.Mean)
			s.Low, s.High = append(s.Low, max(m.Low, m.Mean/10)), append(s.High, m.High)
		}
		chart.Series = append(chart.Series, s)
	}
	return chart
}

// Waves draws the errors over the steps on waves, with the error of the best answer without points, and tells some of them
// below the figure.
func (c *Contest) Waves(waves tasks.Sinusoid) plots.Figure {
	chart := c.curves()
	chart.Title = "Trained to adapt, a network needs a few steps where others get nowhere"
	chart.Subtitle += fmt.Sprintf("; %s meta-iterations", lessons.Thousands(c.Training.Iterations))
	chart.Floors = []plots.Floor{
		{Name: fmt.Sprintf("zero-shot %.4f", waves.ZeroShotFloor()), Y: waves.ZeroShotFloor()},
		{Name: fmt.Sprintf("zero %.4f", waves.ZeroFloor()), Y: waves.ZeroFloor()},
	}
	caption := "Errors after 1 and 10 steps"
	for k, l := range c.Learners {
		caption += fmt.Sprintf("; %s %s", nameOf(l), c.tell(k, 1, 10))
	}
	return chart.Figure("Line chart of the error on new waves over steps, logarithmic. Scratch stays near 4, pooled training " +
		"near 2; Reptile, first order and MAML fall together below 0.5; Meta-SGD is lowest after one step and then leaves the axes.",
	).Caption(caption + ".")
}

// Against draws each learner's error after a number of steps as a multiple of MAML's, seed by seed.
func (c *Contest) Against(steps int) plots.Figure {
	at := c.index(steps)
	maml := slices.IndexFunc(c.Learners, func(l metakit.Learner) bool { return nameOf(l) == "MAML" })
	chart := plots.Dots{
		Title: fmt.Sprintf("The order after %s, seed by seed", stepped(steps)),
		Subtitle: fmt.Sprintf("errors of the same seed divided; geometric mean of %d seeds, 95 %% interval; each seed a dot",
			len(c.Results[0])),
		X: fmt.Sprintf("error after %s, as a multiple of MAML's", stepped(steps)), Decimals: 2, LogX: true, Sorted: true,
		Reference: &plots.Marker{Name: "MAML", X: 1},
	}
	caption := "Multiple of MAML's error, and the seeds on which it is above 1"
	for k, l := range c.Learners {
		ratios := make([]float64, len(c.Results[k]))
		for seed, r := range c.Results[k] {
			ratios[seed] = math.Log(r.Errors[at] / c.Results[maml][seed].Errors[at])
		}
		m := metakit.MeanInterval(ratios)
		if k == maml || math.IsNaN(m.Low) || math.IsInf(m.Low, 0) {
			continue // diverged, or one seed
		}
		item := plots.Item{
			Name: nameOf(l), Role: roleOf(l), Value: math.Exp(m.Mean), Low: math.Exp(m.Low), High: math.Exp(m.High),
		}
		worse := 0
		for _, r := range ratios {
			item.Runs = append(item.Runs, math.Exp(r))
			if r > 0 {
				worse++
			}
		}
		chart.Items = append(chart.Items, item)
		if item.Name == "first order" {
			chart.Title = fmt.Sprintf("After %s, first order errs more than MAML on %d of %d seeds", stepped(steps), worse, len(ratios))
		}
		caption += fmt.Sprintf("; %s %.2f [%.2f, %.2f], %d of %d", item.Name, item.Value, item.Low, item.High, worse, len(ratios))
	}
	if len(chart.Items) == 0 { // one seed only
		chart.Items = []plots.Item{{Name: "one seed is no comparison", Role: plots.Grey, Value: 1}}
	}
	return chart.Figure("Dot plot of each learner's error divided by MAML's on a logarithmic axis, with intervals and single " +
		"seeds: Meta-SGD below 1, Reptile and first order somewhat above, pooled training and scratch far above.",
	).Caption(caption + ".")
}

// tell writes the errors of learner k after numbers of steps: mean and interval, or how often the steps diverged.
func (c *Contest) tell(k int, steps ...int) (text string) {
	for i, n := range steps {
		if i > 0 {
			text += ", "
		}
		at, broken := c.index(n), 0
		for _, r := range c.Results[k] {
			broken += r.Broken[at]
		}
		if m := c.interval(k, at); broken == 0 {
			text += fmt.Sprintf("%.3g [%.3g, %.3g]", m.Mean, m.Low, m.High)
		} else {
			text += fmt.Sprintf("diverged on %.0f %%", 100*float64(broken)/float64(len(c.Results[k])*c.tests()))
		}
	}
	return text
}

// tests returns the number of test tasks.
func (c *Contest) tests() int {
	if all, ok := c.Test.Tasks.(metakit.Finite); ok && c.Test.Episodes == 0 {
		return all.Len()
	}
	return c.Test.Episodes
}

// index returns the place of a number of steps in the test.
func (c *Contest) index(steps int) int {
	i := slices.Index(c.Test.Steps, steps)
	if i < 0 {
		panic(fmt.Sprintf("adapting: Contest: %d steps were not tested, but %v", steps, c.Test.Steps))
	}
	return i
}

func stepped(n int) string {
	if n == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", n)
}
