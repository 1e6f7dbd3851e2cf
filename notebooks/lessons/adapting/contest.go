package adapting

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
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

// SixWays is the contest of the notebook: plain training from nothing and on all waves together, and four ways to learn a
// start, each trained at a rate of Adam with the same waves, and tested on new ones after up to ten steps.
func SixWays(rule nn.SGD, metaRate float64) *Contest {
	loss, waves := nn.SquaredError{}, tasks.NewSinusoid(10)
	maml := metakit.MAML{Network: waveNet, Loss: loss, Steps: 1, Inner: rule}
	first := maml
	first.FirstOrder = true
	return &Contest{
		Learners: []metakit.Learner{
			metakit.Scratch{Network: waveNet, Loss: loss, Inner: rule},
			metakit.Pooled{Network: waveNet, Loss: loss, Inner: rule},
			metakit.Reptile{Network: waveNet, Loss: loss, Steps: 5, Inner: rule, OverRate: true},
			first, maml, metakit.MetaSGD{Network: waveNet, Loss: loss, Steps: 1, Rate: rule.Rate},
		},
		Training: metakit.Training{
			Tasks: waves, Iterations: 400, MetaBatch: 25, Optimizer: nn.NewAdam(metaRate), Precision: autodiff.Float32,
		},
		Test:  metakit.Evaluation{Tasks: waves.EvenTest(10, 1), Steps: metakit.UpTo(10), Precision: autodiff.Float32},
		Seeds: 10,
	}
}

// With returns the contest with results, such as those that a notebook has kept.
func (c *Contest) With(results [][]Result) *Contest {
	with := *c
	with.Results = results
	return &with
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
			if _, plain := l.(metakit.Scratch); plain {
				training.Iterations = 0 // it has nothing to learn
			}
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

// Waves draws the errors over the steps on waves, with the error of the best answer without points. A line ends where the
// learner's steps begin to diverge on some waves. The results of an earlier contest, if there are any, are drawn in grey.
func (c *Contest) Waves(before [][]Result, earlier bool) plots.Figure {
	waves := tasks.NewSinusoid(10)
	chart := plots.Curves{
		Subtitle: fmt.Sprintf("mean of %d seeds, 95 %% interval; %d new waves of %d points; %s meta-iterations",
			len(c.Results[0]), c.tests(), c.Test.Tasks.Size(0, 0).Support, lessons.Thousands(c.Training.Iterations)),
		X: "steps on a new wave", Y: "error on its other points (mean squared error)", LogY: true,
		Floors: []plots.Floor{{Name: "best answer without points", Y: waves.ZeroShotFloor()}},
	}
	lowest := [2]string{}
	for at, steps := range []int{1, 10} {
		least := math.Inf(1)
		for k, l := range c.Learners {
			if e := c.interval(k, c.index(steps)).Mean; e < least {
				least, lowest[at] = e, nameOf(l)
			}
		}
	}
	chart.Title = fmt.Sprintf("After 1 step %s errs least, after 10 %s", lowest[0], lowest[1])
	if lowest[0] == lowest[1] {
		chart.Title = fmt.Sprintf("After 1 step and after 10 %s errs least", lowest[0])
	}
	for k := range c.Learners {
		chart.Series = append(chart.Series, c.line(k))
	}
	if old := *c.With(before); earlier && len(before) == len(c.Learners) {
		for k, l := range old.Learners {
			name := ""
			if nameOf(l) == "MAML" {
				name = "MAML before"
			}
			if s := old.line(k); s.Role != plots.Grey {
				chart.Series = append(chart.Series, s.Ghost(name))
			}
		}
	}
	return chart.Figure("Line chart of the error on new waves over steps, logarithmic, of learners that were trained in several ways. " +
		chart.Title + ".")
}

// line returns the errors of learner k over the steps, up to where it diverges.
func (c *Contest) line(k int) plots.Series {
	l := c.Learners[k]
	s := plots.Series{Name: nameOf(l), Role: roleOf(l), Dots: roleOf(l) != plots.Grey}
	for i, steps := range c.Test.Steps {
		m := c.interval(k, i)
		if i > 0 && (c.broken(k, i) > 0 || m.Mean > 2*c.interval(k, 0).Mean) {
			s.Name += fmt.Sprintf(", diverges from step %d", steps)
			break
		}
		s.X, s.Y = append(s.X, float64(steps)), append(s.Y, m.Mean)
		s.Low, s.High = append(s.Low, max(m.Low, m.Mean/10)), append(s.High, m.High)
	}
	return s
}

// A Row is what a learner comes to after one step and after ten: mean and 95 % interval.
type Row struct {
	Learner string `cell:"trained as"`
	One     string `cell:"error after 1 step ↓"`
	Ten     string `cell:"error after 10 steps ↓"`
}

// Rows returns a row for each learner.
func (c *Contest) Rows() (rows []Row) {
	for k, l := range c.Learners {
		rows = append(rows, Row{nameOf(l), c.tell(k, 1), c.tell(k, 10)})
	}
	return rows
}

// Watched returns a function that runs the contest and tells how many seeds are done.
func (c *Contest) Watched(progress Progress) func(ctx context.Context) ([][]Result, error) {
	return func(ctx context.Context) ([][]Result, error) { return c.Run(ctx, progress) }
}

// Above returns on how many seeds a learner's error after a number of steps is above MAML's.
func (c *Contest) Above(name string, steps int) (seeds int) {
	k := slices.IndexFunc(c.Learners, func(l metakit.Learner) bool { return nameOf(l) == name })
	if k < 0 {
		panic(fmt.Sprintf("adapting: Contest: no learner is called %q", name))
	}
	for _, r := range c.ratios(k, steps) {
		if r > 0 {
			seeds++
		}
	}
	return seeds
}

// ratios returns the logarithm of learner k's error after a number of steps over MAML's, seed by seed.
func (c *Contest) ratios(k, steps int) (ratios []float64) {
	at := c.index(steps)
	maml := slices.IndexFunc(c.Learners, func(l metakit.Learner) bool { return nameOf(l) == "MAML" })
	for seed, r := range c.Results[k] {
		ratios = append(ratios, math.Log(r.Errors[at]/c.Results[maml][seed].Errors[at]))
	}
	return ratios
}

// Against draws each learner's error after a number of steps as a multiple of MAML's, seed by seed. A learner whose steps
// diverge is left out.
func (c *Contest) Against(steps int) plots.Figure {
	chart := plots.Dots{
		Title: fmt.Sprintf("The order after %s, seed by seed", stepped(steps)),
		Subtitle: fmt.Sprintf("errors of the same seed divided; geometric mean of %d seeds, 95 %% interval; each seed a dot",
			len(c.Results[0])),
		X: fmt.Sprintf("error after %s, as a multiple of MAML's", stepped(steps)), Decimals: 2, LogX: true, Sorted: true,
		Reference: &plots.Marker{Name: "MAML", X: 1},
	}
	for k, l := range c.Learners {
		ratios := c.ratios(k, steps)
		m := metakit.MeanInterval(ratios)
		if nameOf(l) == "MAML" || math.IsNaN(m.Low) || math.IsInf(m.Low, 0) {
			continue // diverged, or one seed
		}
		above := c.Above(nameOf(l), steps)
		item := plots.Item{
			Name: nameOf(l), Role: roleOf(l), Value: math.Exp(m.Mean), Low: math.Exp(m.Low), High: math.Exp(m.High),
			Note: fmt.Sprintf("[%.2f, %.2f]", math.Exp(m.Low), math.Exp(m.High)),
		}
		for _, r := range ratios {
			item.Runs = append(item.Runs, math.Exp(r))
		}
		chart.Items = append(chart.Items, item)
		if item.Name == "first order" {
			chart.Title = fmt.Sprintf("After %s, first order errs more than MAML on %s seeds", stepped(steps),
				lessons.Of(above, len(ratios)))
		}
	}
	if len(chart.Items) == 0 { // one seed only
		chart.Items = []plots.Item{{Name: "one seed is no comparison", Role: plots.Grey, Value: 1}}
	}
	return chart.Figure("Dot plot of each learner's error divided by MAML's on a logarithmic axis, with intervals and single seeds.")
}

// broken returns the number of tasks, over all seeds, on which the steps of learner k diverge by the i-th number of them.
func (c *Contest) broken(k, i int) (tasks int) {
	for _, r := range c.Results[k] {
		tasks += r.Broken[i]
	}
	return tasks
}

// tell writes the errors of learner k after numbers of steps: mean and interval, or how often the steps diverged.
func (c *Contest) tell(k int, steps ...int) (text string) {
	for i, n := range steps {
		if i > 0 {
			text += ", "
		}
		at := c.index(n)
		broken := c.broken(k, at)
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
