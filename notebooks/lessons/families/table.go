package families

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

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
type Scored struct {
	Mean, Median float64
	Above100     int // tasks
}

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

func medianOf(s Scored) float64 { return s.Median }

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
