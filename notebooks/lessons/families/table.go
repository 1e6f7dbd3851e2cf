package families

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Table is what bench/families found: errors of many learners, tuned alike and with equal budgets.
type Table struct {
	Command string
	Seconds float64 // of one core, for a training
	Tuning  float64 // the same, of a trial
	Trials  int
	Seeds   int
	Tests   int // tasks of a panel
	Steps   []int
	Panels  []string
	Entries []Row
}

// A Row is a learner or a floor, of which there is one result.
type Row struct {
	Name, Family       string
	Params, Iterations int
	After              int          // the number of steps that validation tasks chose, as a place in Steps
	Results            [][][]Scored // by seed, panel and steps; no steps where there are no numbers
}

// A Scored is how the tasks of a panel were solved.
type Scored struct{ Mean, Median float64 }

const command = "make compare-families"

// ReadTable reads the results. Where there are none it returns a sentence that says so. It panics at a file that is not whole,
// or damaged.
func ReadTable(path string) (t *Table, missing string) {
	text, err := lessons.ReadResults(path, command, longest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Sprintf("The table of all learners is not there: %s computes it and writes %s.", command, path)
	}
	if err != nil {
		panic(fmt.Sprintf("families: %v", err))
	}
	if t, err = parse(text); err != nil {
		panic(fmt.Sprintf("families: %s: %v; delete it and say %s", path, err, command))
	}
	return t, ""
}

// longest is some ten times the length of the file of thirty learners and ten seeds. An object of fewer than leastObject
// bytes is no result, and could only fill memory.
const (
	longest     = 8 << 20
	leastObject = 24
)

// parse reads results that are whole: of each learner on every seed, panel and number of steps.
func parse(text []byte) (*Table, error) {
	if n := bytes.Count(text, []byte("{")); len(text) > longest || n > len(text)/leastObject+1 {
		return nil, fmt.Errorf("%d bytes with %d objects, want at most %d bytes, and %d bytes an object", len(text), n,
			longest, leastObject)
	}
	var t Table
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, err
	}
	if len(t.Steps) == 0 || len(t.Panels) == 0 || t.Seeds < 1 || t.learners() == 0 || t.Entries[0].isFloor() {
		return nil, fmt.Errorf("%d numbers of steps, %d panels, %d seeds, %d learners, or a floor before all of them", len(t.Steps),
			len(t.Panels), t.Seeds, t.learners())
	}
	for _, e := range t.Entries {
		if e.After < 0 || e.After >= len(t.Steps) {
			return nil, fmt.Errorf("%.60q is judged after the %d-th of %d numbers of steps", e.Name, e.After, len(t.Steps))
		}
		if len(e.Results) != t.Seeds && !(e.isUntrained() && len(e.Results) == 1) {
			return nil, fmt.Errorf("%.60q has %d results, want one a seed, %d", e.Name, len(e.Results), t.Seeds)
		}
		for _, panels := range e.Results {
			if len(panels) != len(t.Panels) {
				return nil, fmt.Errorf("%.60q is on %d panels of %d", e.Name, len(panels), len(t.Panels))
			}
			for k, steps := range panels {
				if len(steps) != len(t.Steps) && !(e.isFloor() && len(steps) == 0) {
					return nil, fmt.Errorf("%.60q has %d numbers of steps on panel %d, want %d", e.Name, len(steps), k, len(t.Steps))
				}
				for _, s := range steps {
					if !(s.Mean >= 0 && s.Median >= 0) {
						return nil, fmt.Errorf("%.60q has an error below 0 on panel %d", e.Name, k)
					}
				}
			}
		}
	}
	zero := t.zero()
	if zero == nil || slices.ContainsFunc(zero.Results[0], func(steps []Scored) bool { return len(steps) == 0 }) {
		return nil, errors.New("no errors of the floor zero on all panels")
	}
	return &t, nil
}

// zero returns the floor that answers 0, nil if there is none.
func (t *Table) zero() *Row {
	for k, e := range t.Entries {
		if e.isFloor() && e.Name == "zero" {
			return &t.Entries[k]
		}
	}
	return nil
}

func (t *Table) learners() (n int) {
	for _, e := range t.Entries {
		if !e.isFloor() {
			n++
		}
	}
	return n
}

func (r Row) isFloor() bool { return r.Family == "floor" }

// isUntrained reports whether one result is enough: of floors, and of plain learners that start anew on each wave.
func (r Row) isUntrained() bool { return r.isFloor() || r.Family == "plain" }

func (r Row) role() plots.Role {
	switch r.Family {
	case "initialisation":
		return plots.Blue
	case "optimisation":
		return plots.Vermillion
	case "model":
		return plots.Green
	case "floor":
		return plots.Ink
	}
	return plots.Grey
}

// over returns one number a seed.
func (r Row) over(panel, step int, of func(s Scored) float64) (all []float64) {
	for _, seed := range r.Results {
		if len(seed[panel]) > 0 {
			all = append(all, of(seed[panel][step]))
		}
	}
	return all
}

func meanOf(s Scored) float64   { return s.Mean }
func medianOf(s Scored) float64 { return s.Median }

// best returns the number of steps after which a learner errs least on a panel, and the errors, one a seed.
func (t *Table) best(r Row, panel int, of func(s Scored) float64) (step int, errors []float64) {
	least := math.Inf(1)
	for k := range t.Steps {
		all := r.over(panel, k, of)
		if m := metakit.MeanInterval(all).Mean; errors == nil || m < least {
			step, errors, least = k, all, m
		}
	}
	return step, errors
}

// adapts reports whether a learner's error depends on the number of steps.
func (r Row) adapts() bool {
	for _, seed := range r.Results {
		for _, steps := range seed {
			if slices.ContainsFunc(steps, func(s Scored) bool { return s != steps[0] }) {
				return true
			}
		}
	}
	return false
}

// Budget says what the table was computed by.
func (t *Table) Budget() string {
	text := fmt.Sprintf("%s: %d trainings of each learner of %g s of one core", t.Command, t.Seeds, t.Seconds)
	if t.Tuning > 0 {
		text += fmt.Sprintf(", tuned in %d trials of %g s", t.Trials, t.Tuning)
	}
	text += fmt.Sprintf("; %s test waves in each panel.", lessons.Thousands(t.Tests))
	if t.Seconds < whole {
		text += fmt.Sprintf(" This is a short form: the whole one, %s, has %d s a training.", command, whole)
	}
	return text
}

// whole are the seconds of a training of the whole table.
const whole = 120

// AsTrained draws the errors on new waves like those of training, after the number of steps that validation tasks chose.
func (t *Table) AsTrained() plots.Figure {
	chart := plots.Dots{X: "mean squared error", Decimals: 4, LogX: true, Sorted: true}
	var floors []string
	for _, e := range t.Entries {
		errors := e.over(0, e.After, meanOf)
		if len(errors) == 0 {
			continue
		}
		m := metakit.MeanInterval(errors)
		if m.Mean < 1e-9 || !(m.Mean < 1e6) {
			floors = append(floors, e.Name+map[bool]string{true: ": 0", false: ": diverges"}[m.Mean < 1])
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
	learned := slices.DeleteFunc(slices.Clone(chart.Items), func(i plots.Item) bool { return i.Role == plots.Ink })
	if len(learned) == 0 {
		learned = chart.Items
	}
	first := slices.MinFunc(learned, byValue)
	chart.Title = fmt.Sprintf("%d learners, %g s each: %s errs least", t.learners(), t.Seconds, first.Name)
	chart.Subtitle = fmt.Sprintf("mean of %d seeds, 95 %% interval; blue: a start, red: the steps, green: a model, ink: floors", t.Seeds)
	f := chart.Figure("Dot plot of the errors of all learners on new waves like those of training, logarithmic, with floors. " +
		chart.Title + ".")
	if len(floors) > 0 {
		f = f.Caption("Not on the axis: " + list(floors) + ".")
	}
	return f
}

// short returns the names of panels for narrow columns.
func short(panels []string) []string {
	all := slices.Clone(panels)
	for k, name := range all {
		if s, ok := map[string]string{"as trained": "trained", "larger amplitudes": "amplitude", "other phases": "phase",
			"higher frequencies": "frequency", "inputs beyond": "inputs", "noisier points": "noise", "fewer points": "fewer",
			"more points": "more"}[name]; ok {
			all[k] = s
		}
	}
	return all
}

// decades returns log₁₀ of a share, at most 9 in size; 0 of what is no number.
func decades(a, b float64) float64 {
	v := math.Log10(a / b)
	if math.IsNaN(v) {
		return 0
	}
	return max(-9, min(9, v))
}

// Elsewhere draws the errors on waves unlike those of training as shares of what answering 0 errs there.
func (t *Table) Elsewhere() plots.Figure {
	zero := t.zero()
	chart := plots.HeatMap{Columns: short(t.Panels), X: "waves as in training, and with one thing changed", Z: "log₁₀ of the error as a share of zero's", Palette: plots.Diverging,
		ZLim: plots.Range{-2, 2}, Decimals: 1}
	helped, steppers := 0, 0
	for _, e := range t.Entries {
		if e.isFloor() {
			continue
		}
		row := make([]float64, len(t.Panels))
		for p := range t.Panels {
			k, errors := t.best(e, p, medianOf)
			row[p] = decades(metakit.MeanInterval(errors).Mean, metakit.MeanInterval(zero.over(p, 0, medianOf)).Mean)
			if p > 0 && e.adapts() {
				steppers++
				if k == len(t.Steps)-1 {
					helped++
				}
			}
		}
		at, _ := slices.BinarySearchFunc(chart.Values, row, func(a, b []float64) int { return cmp.Compare(a[0], b[0]) })
		chart.Rows, chart.Values = slices.Insert(chart.Rows, at, e.Name), slices.Insert(chart.Values, at, row)
	}
	shown := min(12, len(chart.Rows)) // with numbers
	chart.Rows, chart.Values = chart.Rows[:shown], chart.Values[:shown]
	last := t.Steps[len(t.Steps)-1]
	chart.Title = fmt.Sprintf("Elsewhere, %d steps are the best number of steps in %d of %d cases", last, helped, steppers)
	chart.Subtitle = fmt.Sprintf("of the %d best as trained the median error over waves, mean of %d seeds, after the best of %v steps",
		shown, t.Seeds, t.Steps)
	return chart.Figure("Heat map of the errors of all learners on waves as in training and on others, as shares of what the " +
		"answer 0 errs. " + chart.Title + ".")
}
