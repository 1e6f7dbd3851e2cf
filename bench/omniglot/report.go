package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"kindred/internal/durable"
	"kindred/metakit"
)

// A report is what the results file holds, and the page is computed from.
type report struct {
	SHA256    string `json:"sha256"` // its checksum
	Split     string // of the characters
	SplitSeed uint64
	TestSeed  uint64 // of the test episodes
	Trainings []entry
	Runs      []runsEntry // the one-shot runs
}

// An entry is a training, as far as it came, and its tests.
type entry struct {
	Name, Method         string
	Ways, Shots, Queries int // of what it was trained on; queries of each class
	MetaBatch            int
	Params               int // meta-parameters
	Iterations           int // so far
	Of                   int // of the whole training
	Best                 int // the iteration that validation chose
	Seed                 uint64
	Every                int       // iterations from look to look at the validation tasks
	ValidationWays       int       // of these, with as many shots and queries as in training
	Validation           []float64 // mean cross-entropy at each look, in nats
	Processor            float64   // seconds of one processor for an iteration, looks included; 0 if nothing was trained
	Source               string    // of the published numbers
	Command              string
	Tests                []tested
}

// A tested is an accuracy on new tasks, in percent with its 95 % interval over the episodes.
type tested struct {
	Ways, Shots, Queries  int
	Steps                 int // of adaptation; 0 of a learner without steps
	Accuracy              metakit.Interval
	Loss                  float64
	Modes                 []string // how networks normalised
	Published, Replicated float64  // in percent; 0 where there is none
}

// A runsEntry is how a method did on the one-shot runs.
type runsEntry struct {
	Method    string
	Side      int // of the drawings
	Training  string
	Wrong, Of int              // drawings
	Errors    metakit.Interval // in percent, over the runs
	Published float64          // in percent; 0 where there is none
}

func newReport() *report {
	return &report{Split: fmt.Sprintf("%d characters to train on, %d to validate on, the others to test on",
		trainCharacters, validationCharacters), SplitSeed: splitSeed, TestSeed: testSeed}
}

func newRunsEntry(method string, side int, o metakit.Outcome, published float64) runsEntry {
	e := runsEntry{Method: method, Side: side, Published: published}
	var errs []float64
	for _, right := range o.Score.Values {
		errs = append(errs, 100*(1-right))
		e.Of += oneShotWays
		e.Wrong += int(oneShotWays*(1-right) + 0.5)
	}
	e.Errors = metakit.MeanInterval(errs)
	return e
}

// oneShotWays is the number of drawings to be told in a run.
const oneShotWays = 20

// keep writes the report to the file and its page, with what these hold of trainings and runs that it has not.
func (r *report) keep(data, page string) error {
	var old report
	if err := durable.ReadJSON(data, &old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("omniglot: %w; delete it to begin anew", err)
	}
	r.add(old)
	whole := *r
	whole.SHA256 = durable.Unstamped
	if err := durable.ReplaceJSON(data, whole); err != nil {
		return err
	}
	return os.WriteFile(page, []byte(r.page()), 0o666)
}

// add takes over what the report has not from an old one, in the order of the page.
func (r *report) add(old report) {
	for _, e := range old.Trainings {
		k := slices.IndexFunc(r.Trainings, func(own entry) bool { return own.Name == e.Name })
		if k < 0 {
			r.Trainings = append(r.Trainings, e)
		} else if own := &r.Trainings[k]; own.Processor == 0 {
			own.Processor = e.Processor
		}
	}
	order := func(name string) int {
		return slices.IndexFunc(trainings, func(t training) bool { return t.name == name })
	}
	slices.SortStableFunc(r.Trainings, func(a, b entry) int { return cmp.Compare(order(a.Name), order(b.Name)) })
	for k, e := range r.Trainings {
		if at := order(e.Name); at >= 0 {
			r.Trainings[k].Of = max(e.Iterations, trainings[at].iterations) // as it is planned by now
		}
	}
	for _, e := range old.Runs {
		if !slices.ContainsFunc(r.Runs, func(own runsEntry) bool { return own.Method == e.Method && own.Side == e.Side }) {
			r.Runs = append(r.Runs, e)
		}
	}
	slices.SortStableFunc(r.Runs, func(a, b runsEntry) int { return cmp.Compare(a.Training, b.Training) })
}

// page returns the tables.
func (r *report) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Few-shot learning on all characters of Omniglot

Accuracies in percent with their 95 %% intervals over the test episodes, beside the published ones. Of the 1,623
characters, shuffled by seed %d: %s. Turned by
quarters they are classes of their own. Drawings of 28 × 28, float32, one training each. The settings, and where they
differ from the published codes, stand in bench/omniglot/trainings.go. Where fewer iterations were taken than the whole
training has, the accuracy is that of as far as it came; the same command goes on.

| method | trained on | iterations | tested on | steps | normalised by | accuracy | published | replicated |
|---|---|---|---|---|---|---|---|---|
`, r.SplitSeed, r.Split)
	for _, e := range r.Trainings {
		for _, t := range e.Tests {
			fmt.Fprintf(&b, "| %s | %d-way %d-shot | %d of %d | %d-way %d-shot | %s | %s | %s | %s | %s |\n", e.Method, e.Ways,
				e.Shots, e.Iterations, e.Of, t.Ways, t.Shots, orNone(float64(t.Steps), "%.0f"), strings.Join(t.Modes, ", "),
				ranged(t.Accuracy),
				orNone(t.Published, "%.1f"), orNone(t.Replicated, "%.1f"))
		}
	}
	fmt.Fprintf(&b, "\nSteps are those of adaptation in the test. Published: %s.", strings.Join(r.sources(), ";\n"))
	b.WriteString(`

## Trainings

The loss on validation tasks, cross-entropy in nats, after shares of the iterations taken so far, and the least, whose
meta-parameters are tested. Seconds and hours are of one processor, as busy as the machine was.

| training | meta-parameters | iterations | seconds each | hours in all | first | a quarter | half | last | least | after |
|---|---|---|---|---|---|---|---|---|---|---|
`)
	for _, e := range r.Trainings {
		fmt.Fprintf(&b, "| %s, `%s` | %d | %d of %d | %.3g | %.2g |%s %d |\n", e.Name, e.Command, e.Params, e.Iterations,
			e.Of, e.Processor, e.Processor*float64(e.Of)/3600, e.curve(), e.Best)
	}
	fmt.Fprintf(&b, `
## One-shot runs

Errors in percent in the 20 runs of 20 characters of one alphabet, with the interval over the runs. Source:
%s.

| method | side of drawings | wrong | errors | published |
|---|---|---|---|---|
`, runsSource)
	for _, e := range r.Runs {
		method := e.Method
		for _, of := range r.Trainings {
			if of.Name == e.Training {
				method += fmt.Sprintf(", %d of %d iterations", of.Iterations, of.Of)
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %d of %d | %s | %s |\n", method, e.Side, e.Wrong, e.Of, ranged(e.Errors),
			orNone(e.Published, "%.1f"))
	}
	return b.String()
}

// sources returns where the published numbers are from, each once.
func (r *report) sources() (all []string) {
	for _, e := range r.Trainings {
		if len(e.Tests) > 0 && !slices.Contains(all, e.Source) {
			all = append(all, e.Source)
		}
	}
	return append(all, replicatedSource)
}

// curve returns the columns of the losses at some looks and of the least.
func (e entry) curve() string {
	n := len(e.Validation)
	if n == 0 {
		return strings.Repeat(" – |", 5)
	}
	var b strings.Builder
	for _, k := range []int{0, n / 4, n / 2, n - 1} {
		fmt.Fprintf(&b, " %.3f |", e.Validation[k])
	}
	fmt.Fprintf(&b, " %.3f |", slices.Min(e.Validation))
	return b.String()
}

func ranged(i metakit.Interval) string {
	return fmt.Sprintf("%.1f [%.1f, %.1f]", i.Mean, i.Low, i.High)
}

func orNone(v float64, format string) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf(format, v)
}
