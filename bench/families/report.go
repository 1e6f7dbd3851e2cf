package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/nn"
	"kindred/sweep"
)

// A report is what the results file holds, and the page is computed from.
type report struct {
	SHA256  string  `json:"sha256"` // its checksum
	Command string  // that wrote it
	Setup   string  // what results depend on
	Seconds float64 // of one core, for a training
	Tuning  float64 // the same, of a trial
	Trials  int     // of a learner
	Seeds   int
	Tests   int // tasks of a panel
	Steps   []int
	Panels  []string
	Entries []entry
}

// An entry is a learner or a floor.
type entry struct {
	Name, Family string
	Params       int // meta-parameters; 0 of a floor, as the next three
	Iterations   int
	Outer, Inner float64 // what was chosen
	After        int     // the number of steps that validation tasks chose, an index of Steps
	// Results are by seed, panel and number of steps, one seed where nothing is trained. What a panel has no numbers for is
	// empty. A mean that is not finite is the largest number there is.
	Results [][][]scored
	// Diverged are the iterations after which trainings diverged, of those that did.
	Diverged []int `json:",omitempty"`
}

func (s study) report(t sweep.Table[tested], chosen map[string]choice) *report {
	r := &report{Command: s.command(), Setup: setup(), Seconds: s.Seconds, Tuning: s.Tuning, Trials: s.Trials, Seeds: s.Seeds,
		Tests: s.Tests, Steps: steps}
	for _, p := range panels() {
		r.Panels = append(r.Panels, p.Name)
	}
	at := map[string]int{}
	for _, cell := range t.Rows {
		k, ok := at[cell.Name]
		if !ok {
			k = len(r.Entries)
			at[cell.Name] = k
			r.Entries = append(r.Entries, s.entry(cell.Cell, chosen[cell.Name]))
		}
		for _, by := range cell.Result.Panels {
			for i := range by {
				by[i].Mean, by[i].Median = finite(by[i].Mean), finite(by[i].Median)
			}
		}
		r.Entries[k].Results = append(r.Entries[k].Results, cell.Result.Panels)
		if after := cell.Result.Diverged; after > 0 {
			r.Entries[k].Diverged = append(r.Entries[k].Diverged, after)
		}
	}
	return r
}

func (s study) entry(c sweep.Cell, chosen choice) entry {
	at, ok := c.Settings.(setting)
	if !ok {
		return entry{Name: c.Name, Family: "floor"}
	}
	row := named(s.rows, []string{c.Name})[0]
	return entry{Name: c.Name, Family: row.family, Params: nn.Size(row.learner(at.Try, at.Iterations).Shapes()), Iterations: at.Iterations,
		Outer: at.Try.Outer, Inner: at.Try.Inner, After: chosen.After}
}

// command is what wrote the report.
func (s study) command() string {
	u := usual()
	text := "make compare-families"
	for _, v := range []struct {
		name      string
		is, usual float64
	}{
		{"SECONDS", s.Seconds, u.Seconds}, {"TUNING", s.Tuning, u.Tuning}, {"TRIALS", float64(s.Trials), float64(u.Trials)},
		{"SEEDS", float64(s.Seeds), float64(u.Seeds)}, {"TASKS", float64(s.Tests), float64(u.Tests)},
	} {
		if v.is != v.usual {
			text += fmt.Sprintf(" %s=%g", v.name, v.is)
		}
	}
	return text
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.MaxFloat64
	}
	return v
}

// write replaces the file as a whole.
func (r *report) write(path string) error {
	whole := *r
	whole.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(path, whole)
}

// page returns a table for each panel.
func (r *report) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Learners of all families on the same tasks\n\n"+
		"    %s\n\n"+
		"Mean squared errors on %d test tasks of each panel after %v steps of adaptation, the same tasks for all. Learners:\n"+
		"mean of %d trainings with its 95 %% interval; where steps diverge on so many tasks that these rule the mean, that of\n"+
		"the medians. **The budget: %g s of one core for each training**, and %d trials of %g s each to be tuned in.\n"+
		"%sWhat does not adapt in steps is the same after all. In brackets the difference to %s, training by training.\n",
		r.Command, r.Tests, r.Steps, r.Seeds, r.Seconds, r.Trials, r.Tuning, r.short(), r.Entries[0].Name)
	b.WriteString(r.inShort())
	for p, name := range r.Panels {
		fmt.Fprintf(&b, "\n## %s\n\n| | family |", name)
		for _, k := range r.Steps {
			fmt.Fprintf(&b, " after %d |", k)
		}
		fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(r.Steps)))
		for _, e := range r.Entries {
			if len(e.Results[0][p]) > 0 {
				fmt.Fprintf(&b, "| %s | %s |%s\n", e.Name, e.Family, r.numbers(e, p))
			}
		}
	}
	b.WriteString(notes)
	fmt.Fprintf(&b, "\n## What was trained\n\nA training that diverges is tested with its last finite meta-parameters.\n\n"+
		"| | meta-parameters | iterations | outer rate | inner rate (of the learned optimiser: its scale) | diverged |\n|---|---|---|---|---|---|\n")
	for _, e := range r.Entries {
		if e.Params > 0 {
			diverged := "–"
			if n := len(e.Diverged); n > 0 {
				diverged = fmt.Sprintf("%d of %d, the first after %d iterations", n, len(e.Results), slices.Min(e.Diverged))
			}
			fmt.Fprintf(&b, "| %s | %d | %d | %g | %g | %s |\n", e.Name, e.Params, e.Iterations, e.Outer, e.Inner, diverged)
		}
	}
	return b.String()
}

// short says of a report with less than the usual budget that it is one.
func (r *report) short() string {
	if r.Seconds >= usual().Seconds {
		return ""
	}
	return fmt.Sprintf("That is a short form: the whole has %g seconds, and learners that learn slowly gain by them.\n",
		usual().Seconds)
}

// numbers returns the columns of an entry in the table of a panel.
func (r *report) numbers(e entry, p int) string {
	var b strings.Builder
	for k := range r.Steps {
		own := pick(e, p, k, func(s scored) float64 { return s.Mean })
		if k > 0 && e.Results[0][p][k] == e.Results[0][p][k-1] {
			b.WriteString(" the same |")
			continue
		}
		if !(metakit.MeanInterval(own).Mean < diverges) {
			above := metakit.MeanInterval(pick(e, p, k, func(s scored) float64 {
				return 100 * float64(s.Above100) / float64(r.Tests)
			})).Mean
			median := pick(e, p, k, func(s scored) float64 { return s.Median })
			if !(slices.Max(median) < diverges) {
				fmt.Fprintf(&b, " diverges, %s %% above 100 |", percent(above))
			} else {
				fmt.Fprintf(&b, " median %s, %s %% above 100 |", interval(median), percent(above))
			}
			continue
		}
		fmt.Fprintf(&b, " %s", interval(own))
		if first := r.Entries[0]; e.Name != first.Name && len(own) > 1 {
			fmt.Fprintf(&b, " (%s)", difference(own, pick(first, p, k, func(s scored) float64 { return s.Mean })))
		}
		b.WriteString(" |")
	}
	return b.String()
}

// percent writes a share in percent with two digits.
func percent(v float64) string {
	if v >= 10 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// pick returns a number of all seeds.
func pick(e entry, p, k int, of func(s scored) float64) []float64 {
	var all []float64
	for _, seed := range e.Results {
		all = append(all, of(seed[p][k]))
	}
	return all
}

// diverges is a mean error from which on it tells of nothing but the tasks whose steps diverge: then the median is shown,
// and how many tasks these are.
const diverges = 100

// interval is the mean with its interval; of one number, which is not trained, the number.
func interval(x []float64) string {
	if len(x) == 1 {
		return fmt.Sprintf("%.3g", x[0])
	}
	i := metakit.MeanInterval(x)
	return fmt.Sprintf("%.3g [%.3g, %.3g]", i.Mean, i.Low, i.High)
}

func difference(x, y []float64) string {
	i := metakit.PairedInterval(x, y)
	if !(math.Abs(i.Mean) < diverges) {
		return "–"
	}
	return fmt.Sprintf("%+.3g [%+.3g, %+.3g]", i.Mean, i.Low, i.High)
}
