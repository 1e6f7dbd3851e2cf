package compare

import (
	"fmt"
	"math"
	"slices"

	"kindred/mtlkit"
	"kindred/sweep"
)

// A Report is what a study found, as numbers.
type Report struct {
	Tasks   []string // their names
	Metrics []string // what the values of each task are
	Base    string   // the entrant that all others are set against
	Seeds   int
	Trials  int // of every entrant on every seed
	Rows    []Row
	Results []mtlkit.Result // of every entrant on every seed, of which the rows are made
}

// A Row is how an entrant did on the test rows. Differences are from the base on the same seeds, of the logarithm of
// the loss, times 100: about by how many per cent the losses are larger, in whatever unit they are; below 0 is
// better.
type Row struct {
	Entrant string
	Kind    string            // "baselines", "architectures under the plain sum", and so on
	Losses  []mtlkit.Interval // of each task, the mean over the seeds with its 95 % interval
	Values  []mtlkit.Interval // of the metric of each task
	ByTask  []mtlkit.Interval // the difference in each task

	// Difference is the mean over the tasks, with its paired 95 % interval; Runs has a number for each seed.
	Difference mtlkit.Interval
	Runs       []float64

	// P is the p-value of the paired test that there is no difference, and Holm the one adjusted for all rows of the
	// report ([mtlkit.Holm]). Both are NaN for the base, and where nothing can be tested.
	P, Holm float64
	Verdict Verdict
}

// A Verdict says what can be told of an entrant against the base.
type Verdict string

// The verdicts. With those of a report taken together the chance that any entrant which is as good as the base is
// called better or worse is 5 % at most.
const (
	Better    Verdict = "better"         // Holm is below 0.05, and the loss is smaller
	Worse     Verdict = "worse"          // Holm is below 0.05, and the loss is larger
	Unclear   Verdict = "cannot be told" // neither
	Reference Verdict = "reference"      // the base itself
)

// Report makes a report of the results that a sweep has collected, against hard sharing. It is an error if any is
// missing.
func (s Study) Report(t sweep.Table[mtlkit.Result]) (Report, error) {
	s.check()
	if err := t.Err(); err != nil {
		return Report{}, err
	}
	r := Report{Base: Sum, Seeds: s.Seeds, Trials: s.Trials}
	trainer, _ := s.Trial(0, 0)
	for _, task := range trainer.Tasks {
		metric := task.Metric
		if metric.Of == nil {
			metric = task.Loss.Target().Score()
		}
		r.Tasks, r.Metrics = append(r.Tasks, task.Name), append(r.Metrics, metric.Name)
	}
	for _, row := range t.Rows {
		r.Results = append(r.Results, row.Result)
	}
	for _, e := range s.all() {
		r.Rows = append(r.Rows, Row{Entrant: e.Name, Kind: e.kind()})
	}
	return r.Against(Sum), nil
}

// Against returns the report with all entrants set against another, such as [Alone] or one of the study's own.
func (r Report) Against(entrant string) Report {
	if !slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Entrant == entrant }) {
		panic(fmt.Sprintf("compare: Report.Against: no entrant is called %q; name one that has a row", entrant))
	}
	r.Base = entrant
	base := r.of(entrant)
	r.Rows = slices.Clone(r.Rows)
	var tested []int
	var p []float64
	for k, old := range r.Rows {
		runs := r.of(old.Entrant)
		row := Row{Entrant: old.Entrant, Kind: old.Kind, P: math.NaN(), Holm: math.NaN(), Verdict: Unclear}
		for i := range r.Tasks {
			loss := func(x mtlkit.Result) float64 { return x.Losses[i] }
			value := func(x mtlkit.Result) float64 { return x.Values[i] }
			row.Losses = append(row.Losses, mtlkit.MeanInterval(pick(runs, loss)))
			row.Values = append(row.Values, mtlkit.MeanInterval(pick(runs, value)))
			log := func(x mtlkit.Result) float64 { return 100 * math.Log(x.Losses[i]) }
			row.ByTask = append(row.ByTask, mtlkit.PairedInterval(pick(runs, log), pick(base, log)))
		}
		x, y := pick(runs, meanLog), pick(base, meanLog)
		row.Difference = mtlkit.PairedInterval(x, y)
		for s := range x {
			row.Runs = append(row.Runs, x[s]-y[s])
		}
		if old.Entrant == entrant {
			row.Verdict = Reference
		} else {
			row.P = mtlkit.PairedTest(x, y)
			tested, p = append(tested, k), append(p, row.P)
		}
		r.Rows[k] = row
	}
	for j, adjusted := range mtlkit.Holm(p) {
		row := &r.Rows[tested[j]]
		row.Holm = adjusted
		switch {
		case !(adjusted < 0.05):
		case row.Difference.Mean < 0:
			row.Verdict = Better
		case row.Difference.Mean > 0:
			row.Verdict = Worse
		}
	}
	return r
}

// of returns the results of an entrant in the order of the seeds.
func (r Report) of(entrant string) (runs []mtlkit.Result) {
	for _, x := range r.Results {
		if x.Entrant == entrant {
			runs = append(runs, x)
		}
	}
	slices.SortFunc(runs, func(a, b mtlkit.Result) int { return int(a.Seed) - int(b.Seed) })
	return runs
}

// meanLog is 100 times the mean over the tasks of log L.
func meanLog(x mtlkit.Result) float64 {
	sum := 0.0
	for _, l := range x.Losses {
		sum += math.Log(l)
	}
	return 100 * sum / float64(len(x.Losses))
}

func pick(runs []mtlkit.Result, of func(mtlkit.Result) float64) []float64 {
	out := make([]float64, len(runs))
	for k, x := range runs {
		out[k] = of(x)
	}
	return out
}
