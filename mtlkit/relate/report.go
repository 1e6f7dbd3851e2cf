package relate

import (
	"context"
	"fmt"
	"math"
	"strings"

	"kindred/internal/interval"
	"kindred/mtlkit"
)

// A Verdict is what can be said of a task after a comparison over seeds.
type Verdict int

// Whether sharing lowers the test loss of a task, raises it, or neither can be told.
const (
	CannotTell Verdict = iota
	Helps
	Hurts
)

// String returns "helps", "hurts" or "cannot be told".
func (v Verdict) String() string {
	switch v {
	case Helps:
		return "helps"
	case Hurts:
		return "hurts"
	}
	return "cannot be told"
}

// A Report says, task by task, whether training it together with all others helped.
type Report struct {
	Seeds    int
	Findings []Finding       // of each task
	Delta    mtlkit.Interval // of Δₘ, the mean of the tasks' gains (see mtlkit.DeltaM), over the seeds
}

// A Finding is what a report says of a task. The base of a gain is the task's loss alone: (alone − together)/alone,
// positive where sharing helps.
type Finding struct {
	Task            string
	Alone, Together []float64 // test losses of each seed
	Gains           []float64 // of each seed
	Gain            mtlkit.Interval

	// Units is by how much the mean loss is lower than alone in units of the standard error s/√n of the mean loss
	// alone: a gain of one unit could be the luck of the seeds, had each way been run on other ones. The paired
	// interval is narrower, as both ways share their seeds.
	Units float64

	P       float64 // of the test that the mean gain is 0
	Holm    float64 // P adjusted for all tasks of the report
	Verdict Verdict // CannotTell where Holm is not below 0.05

	// Of a task's test losses beside others whose labels were shuffled (see Study.Shuffle), against alone; N is 0 if
	// that was not tried.
	Shuffled mtlkit.Interval

	judge Judge
	level float64 // of its test, if it is the first that Holm looks at
}

// Report trains all tasks in one network, and each alone, on every seed, and judges. With shuffled set it also trains
// each beside others with shuffled labels, T trainings a seed more.
func (s Study) Report(ctx context.Context, shuffled bool) (Report, error) {
	s.check("Report", ctx)
	m := len(s.Tasks)
	list := append(s.alone(), s.together()...)
	results, err := s.do(ctx, list)
	if err != nil {
		return Report{}, err
	}
	alone, together := s.byTask(results), s.perTask(results[m*s.Seeds:])
	judges := s.judges(results)
	r, err := newReport(s.Tasks, together, alone, judges)
	if err != nil || !shuffled {
		return r, err
	}
	others, err := s.Shuffle(ctx)
	if err != nil {
		return r, err
	}
	for i := range r.Findings {
		gains, err := relative(s.Tasks[i], others[i], alone[i])
		if err != nil {
			return r, err
		}
		r.Findings[i].Shuffled = judges[i].Interval(gains)
	}
	return r, nil
}

// judges returns a judge for each task, by what came of training each alone.
func (s *Study) judges(alone []found) []Judge {
	judges := make([]Judge, len(s.Tasks))
	for i := range judges {
		if s.Resplits {
			for _, f := range alone[i*s.Seeds : (i+1)*s.Seeds] {
				judges[i].Resplit += f.Share[0] / float64(s.Seeds)
			}
		}
	}
	return judges
}

// NewReport judges test losses that were measured in any way: together[i][k] of task i on seed k with company, and
// alone[i][k] without, in pairs. It is an error if a loss alone is not above 0, or one is not finite. It panics unless
// all tasks have the same number of both, at least 2.
func NewReport(tasks []string, together, alone [][]float64, judge Judge) (Report, error) {
	judge.check("NewReport")
	if len(tasks) == 0 || len(together) != len(tasks) || len(alone) != len(tasks) {
		panic(fmt.Sprintf("relate: NewReport: %d tasks, losses of %d together and of %d alone", len(tasks),
			len(together), len(alone)))
	}
	judges := make([]Judge, len(tasks))
	for i := range tasks {
		if n := len(alone[0]); len(alone[i]) != n || len(together[i]) != n || n < 2 {
			panic(fmt.Sprintf("relate: NewReport: task %q has %d losses together and %d alone, %q has %d; there is "+
				"one for each seed, at least 2", tasks[i], len(together[i]), len(alone[i]), tasks[0], n))
		}
		judges[i] = judge
	}
	return newReport(tasks, together, alone, judges)
}

func newReport(tasks []string, together, alone [][]float64, judges []Judge) (Report, error) {
	n := len(alone[0])
	r := Report{Seeds: n}
	p := make([]float64, len(tasks))
	delta, widest := make([]float64, n), Judge{}
	for i, task := range tasks {
		f := Finding{Task: task, Alone: alone[i], Together: together[i]}
		var err error
		if f.Gains, err = relative(task, together[i], alone[i]); err != nil {
			return r, err
		}
		for k, g := range f.Gains {
			if math.IsNaN(g) || math.IsInf(g, 0) {
				return r, fmt.Errorf("relate: task %q, seed %d: the test losses are %v together and %v alone; they "+
					"must be finite", task, k, together[i][k], alone[i][k])
			}
			delta[k] += g / float64(len(tasks))
		}
		f.Gain, f.P = judges[i].Interval(f.Gains), judges[i].Test(f.Gains)
		p[i] = f.P
		one, _ := interval.Moments(alone[i])
		both, _ := interval.Moments(together[i])
		f.Units = (one - both) / (deviation(alone[i]) / math.Sqrt(float64(n)))
		if one == both {
			f.Units = 0
		}
		f.judge, f.level = judges[i], 0.05/float64(len(tasks))
		r.Findings = append(r.Findings, f)
		widest.Resplit = max(widest.Resplit, judges[i].Resplit)
	}
	r.Delta = widest.Interval(delta)
	for i, holm := range mtlkit.Holm(p) {
		f := &r.Findings[i]
		f.Holm = holm
		switch {
		case holm < 0.05 && f.Gain.Mean > 0:
			f.Verdict = Helps
		case holm < 0.05:
			f.Verdict = Hurts
		}
	}
	return r, nil
}

// ToTell returns what would tell a gain of the mean seen here, if that and the deviation over seeds are the true ones,
// with a chance of 80 % (see [Judge.Power]), at a level of 5 % for all tasks of the report together (Bonferroni, which
// is Holm's first step): a number of seeds, 0 if none would, or with as many seeds as there are so many times the rows
// (see [Judge.Rows]), infinite where no gain was seen.
func (f Finding) ToTell() (seeds int, rows float64) {
	mean, _ := interval.Moments(f.Gains)
	s := deviation(f.Gains)
	switch {
	case mean == 0:
		return 0, math.Inf(1)
	case s == 0:
		return 2, 1
	}
	return f.judge.Seeds(mean/s, f.level), f.judge.Rows(mean/s, len(f.Gains), f.level)
}

// String returns the report as a table, and what its columns mean.
func (r Report) String() string {
	head := []string{"task", "loss alone", "together", "gain, %", "95 % interval", "units", "p (Holm)", "verdict"}
	shuffled := len(r.Findings) > 0 && r.Findings[0].Shuffled.N > 0
	if shuffled {
		head = append(head, "gain if shuffled, %")
	}
	rows := [][]string{head}
	for _, f := range r.Findings {
		alone, _ := interval.Moments(f.Alone)
		together, _ := interval.Moments(f.Together)
		row := []string{f.Task, fmt.Sprintf("%.4g", alone), fmt.Sprintf("%.4g", together), signed(100*f.Gain.Mean, 1),
			between(f.Gain), signed(f.Units, 1), fmt.Sprintf("%.3f", f.Holm), f.Says()}
		if shuffled {
			row = append(row, signed(100*f.Shuffled.Mean, 1)+" "+between(f.Shuffled))
		}
		rows = append(rows, row)
	}
	return table(rows) + "\n" + r.Legend()
}

// Says returns the verdict in words, as in "helps", or "cannot be told; 14 seeds would tell, or 2.1 times the rows".
func (f Finding) Says() string {
	verdict := f.Verdict.String()
	if f.Verdict != CannotTell {
		return verdict
	}
	seeds, rows := f.ToTell()
	switch {
	case math.IsInf(rows, 1):
		return verdict + "; no difference was seen"
	case rows > 1000:
		return verdict + "; a gain this small would take over 1000 times the rows"
	case seeds == 0:
		return verdict + fmt.Sprintf("; %.2g times the rows would tell, more seeds would not", rows)
	}
	return verdict + fmt.Sprintf("; %d seeds would tell, or %.2g times the rows", seeds, rows)
}

// Legend says what the columns of the table mean.
func (r Report) Legend() string {
	lines := []string{
		fmt.Sprintf("Gain: (alone − together)/alone of the test loss, the mean over %d seeds with its paired 95 %% "+
			"interval; positive where sharing helps.", r.Seeds),
		"Units: the difference of the mean losses in standard errors of the mean loss alone.",
		"A verdict is told where p, adjusted for all tasks (Holm 1979), is below 0.05: the chance of any wrong one " +
			"is 5 %.",
		"What would tell: with a chance of 80 %, if the mean gain and its deviation over seeds are those seen here.",
		fmt.Sprintf("Δₘ, the mean gain of all tasks: %s %% %s.", signed(100*r.Delta.Mean, 1), between(r.Delta)),
	}
	return strings.Join(lines, "\n") + "\n"
}

// between writes the ends of an interval in per cent.
func between(i mtlkit.Interval) string {
	return "[" + signed(100*i.Low, 1) + ", " + signed(100*i.High, 1) + "]"
}
