package families

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Panel returns the place of a panel by its name, and panics if there is none.
func (t *Table) Panel(name string) int {
	p := slices.Index(t.Panels, name)
	if p < 0 {
		panic(fmt.Sprintf("families: Table.Panel: no waves are called %q; there are %q", name, t.Panels))
	}
	return p
}

// On draws the errors on the waves of a panel, after the number of steps that validation tasks like those of training chose.
func (t *Table) On(panel string) plots.Figure {
	p := t.Panel(panel)
	chart := plots.Dots{X: "squared error, median over the waves", Decimals: 4, LogX: true} // in a mean few may outweigh all others
	var beyond, wild []string
	for _, e := range t.Entries {
		errors := e.over(p, e.After, medianOf)
		if len(errors) == 0 {
			continue
		}
		if share := e.above100(p, e.After) / float64(t.Tests); share >= 0.01 {
			wild = append(wild, fmt.Sprintf("%s %.0f %%", e.Name, 100*share))
		}
		m := metakit.MeanInterval(errors)
		if !(m.Mean >= 1e-9 && m.Mean < 1000) {
			beyond = append(beyond, e.Name+far(m.Mean))
			continue
		}
		if len(errors) < 2 || math.IsNaN(m.Low) {
			m.Low, m.High = m.Mean, m.Mean
		}
		note := ""
		if e.adapts() {
			note = fmt.Sprintf("after %d", t.Steps[e.After])
		}
		i := item(e.Name, e.role(), m, note)
		if e.isFloor() {
			i.Low, i.High = 0, 0
		} else {
			i.Runs = errors
		}
		chart.Items = append(chart.Items, i)
	}
	if len(chart.Items) == 0 {
		chart.Items = []plots.Item{{Name: "nobody is on the axis", Value: 1, Role: plots.Ink}}
	}
	slices.SortStableFunc(chart.Items, byValue)
	first := chart.Items[max(0, slices.IndexFunc(chart.Items, func(i plots.Item) bool { return i.Role != plots.Ink }))]
	chart.Title = fmt.Sprintf("Waves %s: of %d learners %s errs least", kind(panel), t.learners(), first.Name)
	chart.Subtitle = fmt.Sprintf("mean of %d trainings of %g s, 95 %% interval; blue: start, orange: steps, green: model, ink: floors",
		t.Seeds, t.Seconds)
	f := chart.Figure(fmt.Sprintf("Dot plot of the errors of all learners on new waves %s, logarithmic, with floors. %s.", kind(panel),
		chart.Title))
	var said []string
	if len(beyond) > 0 {
		said = append(said, "Not on the axis: "+list(beyond)+".")
	}
	if len(wild) > 0 {
		said = append(said, "Above 100 on 1 % of the waves and more: "+list(wild)+".")
	}
	if len(said) > 0 {
		f = f.Caption(strings.Join(said, " "))
	}
	return f
}

// above100 returns on how many waves of a panel the error was above 100, the mean over the trainings.
func (r Row) above100(panel, step int) (mean float64) {
	for _, seed := range r.Results {
		mean += float64(seed[panel][step].Above100) / float64(len(r.Results))
	}
	return mean
}

// far writes an error for which there is no room on an axis.
func far(v float64) string {
	switch {
	case v < 1e-9:
		return " at 0"
	case v < 1e9:
		return fmt.Sprintf(" at %s", lessons.Thousands(int(v)))
	}
	return " (diverges)"
}

// kind says what waves a panel has.
func kind(panel string) string {
	switch panel {
	case "as trained":
		return panel
	case "inputs beyond":
		return "with inputs beyond those of training"
	}
	return "with " + panel
}

// short are names for narrow columns.
var short = map[string]string{"as trained": "trained", "larger amplitudes": "larger", "other phases": "phase",
	"higher frequencies": "faster", "inputs beyond": "beyond", "noisier points": "noisy", "fewer points": "fewer",
	"more points": "more"}

// decades returns log₁₀ of a share, at most 9 in size; 0 of what is no number.
func decades(a, b float64) float64 {
	v := math.Log10(a / b)
	if math.IsNaN(v) {
		return 0
	}
	return max(-9, min(9, v))
}

// against returns log₁₀ of the median error of a learner on a panel, after the number of steps at a place, as a share of
// what answering 0 errs there.
func (t *Table) against(r Row, panel, step int) float64 {
	return decades(metakit.MeanInterval(r.over(panel, step, medianOf)).Mean,
		metakit.MeanInterval(t.zero().over(panel, 0, medianOf)).Mean)
}

// ranked returns the learners, those first that err least as trained.
func (t *Table) ranked() (all []Row) {
	for _, e := range t.Entries {
		if !e.isFloor() {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b Row) int { return cmp.Compare(t.against(a, 0, a.After), t.against(b, 0, b.After)) })
	return all
}

// Elsewhere draws the errors on waves unlike those of training as shares of what answering 0 errs there. The number of steps
// is that which validation tasks like those of training chose: on other waves nobody could choose.
func (t *Table) Elsewhere() plots.Figure {
	chart := plots.HeatMap{X: "waves as in training, then with one thing changed", Palette: plots.Diverging,
		ZLim: plots.Range{-2, 2}, Decimals: 1}
	for _, name := range t.Panels {
		if s, ok := short[name]; ok {
			name = s
		}
		chart.Columns = append(chart.Columns, name)
	}
	shown := t.ranked()
	shown = shown[:min(12, len(shown))] // with numbers
	below := make([]int, len(t.Panels)) // how many are better than the answer 0
	for _, e := range shown {
		row := make([]float64, len(t.Panels))
		for p := range t.Panels {
			if row[p] = t.against(e, p, e.After); row[p] < 0 {
				below[p]++
			}
		}
		name := strings.ReplaceAll(e.Name, ", a rate a layer and step", ", layer, step")
		chart.Rows, chart.Values = append(chart.Rows, strings.ReplaceAll(name, ", a rate a layer", ", layer")), append(chart.Values, row)
	}
	hardest := 0
	for p := range below {
		if hardest == 0 || below[p] < below[hardest] {
			hardest = p // of those unlike training, if there are any
		}
	}
	chart.Title = fmt.Sprintf("Waves with %s: %s %s the answer 0", t.Panels[hardest],
		lessons.Of(below[hardest], len(shown)), lessons.Do(below[hardest], "beats", "beat"))
	chart.Subtitle = fmt.Sprintf("log₁₀ of the median error as a share of zero's: −2 is a hundredth; mean of %d trainings", t.Seeds)
	var names []string
	for k, name := range t.Panels {
		if chart.Columns[k] != name && k > 0 {
			names = append(names, chart.Columns[k]+": "+name)
		}
	}
	return chart.Figure("Heat map of the errors of all learners on waves as in training and on others, as shares of what the " +
		"answer 0 errs. " + chart.Title + ".").Caption(fmt.Sprintf("The %d best as trained. %s. Steps: the number that validation "+
		"waves chose, which were as in training.", len(shown), strings.Join(names, "; ")))
}

// BySteps draws, for every panel, the error over the number of steps of the best learner of each family as trained.
func (t *Table) BySteps() plots.Figure {
	page := plots.Panels{Columns: 4, Subtitle: fmt.Sprintf("of each family the best as trained; median error as a share of zero's, log₁₀; "+
		"mean of %d trainings", t.Seeds)}
	var best []Row
	for _, family := range []string{"initialisation", "optimisation", "model", "plain"} {
		all := t.ranked()
		if k := slices.IndexFunc(all, func(r Row) bool { return r.Family == family }); k >= 0 {
			best = append(best, all[k])
		}
	}
	same, more, fewer := 0, 0, 0
	for p, name := range t.Panels {
		chart := plots.Curves{Title: name, X: "steps", Y: "log₁₀ of the share", LogX: true,
			Floors: []plots.Floor{{Name: "answer 0", Y: 0}}, YLim: plots.Range{-5, 3}}
		for _, r := range best {
			s := plots.Series{Name: r.Name, Role: r.role(), Dots: r.adapts(), Dash: !r.adapts()}
			for k, steps := range t.Steps {
				s.X, s.Y = append(s.X, float64(steps)), append(s.Y, max(-5, min(3, t.against(r, p, k))))
			}
			chart.Series = append(chart.Series, s)
		}
		page.Panels = append(page.Panels, chart)
		for _, r := range t.ranked() {
			if p == 0 || !r.adapts() {
				continue
			}
			at := 0
			for k := range t.Steps {
				if t.against(r, p, k) < t.against(r, p, at) {
					at = k
				}
			}
			switch cmp.Compare(at, r.After) {
			case 0:
				same++
			case 1:
				more++
			default:
				fewer++
			}
		}
	}
	page.Title = fmt.Sprintf("Elsewhere the number of steps chosen as trained is the best of %d in %d of %d cases", len(t.Steps), same,
		same+more+fewer)
	return page.Figure("Line charts of the median error over the number of steps, a panel a kind of waves. " + page.Title + ".").Caption(
		fmt.Sprintf("All learners that adapt in steps, on the waves unlike those of training: the chosen number is best in %d cases, "+
			"more steps are better in %d, fewer in %d. On the axis shares end at 10⁻⁵ and 10³.", same, more, fewer))
}
