package real

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/internal/durable"
	"kindred/sweep"
)

// A Report is what a results file holds: all that is said of a study is computed from it.
type Report struct {
	SHA256    string `json:"sha256"` // its checksum
	Command   string // that wrote it
	Name      string
	Title     string
	About     []string
	Measures  []Measure
	Baseline  string
	Methods   []string
	Contrasts [][2]string
	Rows      []Row
}

// A Row is a method on a split.
type Row struct {
	Method string
	Seed   uint64
	Score
}

func (s Study) report(t sweep.Table[Score]) *Report {
	r := &Report{
		Command: "make compare-" + s.Name, Name: s.Name, Title: s.Title, About: s.Text(),
		Measures: s.Measures, Baseline: s.Baseline, Contrasts: s.Contrasts,
	}
	for _, m := range s.Methods {
		r.Methods = append(r.Methods, m.Name)
	}
	for _, row := range t.Rows {
		r.Rows = append(r.Rows, Row{row.Name, row.Seed, row.Result})
	}
	return r
}

// Write replaces the file as a whole.
func (r *Report) Write(path string) error {
	whole := *r
	whole.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(path, whole)
}

// Read reads a results file. It is an error if it is damaged, or not whole: each method has a finite number for every
// measure on the same seeds.
func Read(path string) (*Report, error) {
	var r Report
	if err := durable.ReadJSON(path, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w; %s writes it anew", path, err, r.Command)
	}
	return &r, nil
}

func (r *Report) check() error {
	if len(r.Measures) == 0 || !slices.Contains(r.Methods, r.Baseline) || len(r.Rows) == 0 {
		return errors.New("there are no measures, no rows, or the baseline is no method")
	}
	for _, pair := range r.Contrasts {
		if !slices.Contains(r.Methods, pair[0]) || !slices.Contains(r.Methods, pair[1]) {
			return fmt.Errorf("%q are set against each other, and are not both methods", pair)
		}
	}
	for _, row := range r.Rows {
		if !slices.Contains(r.Methods, row.Method) || len(row.Values) != len(r.Measures) {
			return fmt.Errorf("a row is of %q with %d values", row.Method, len(row.Values))
		}
		for _, v := range row.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s on seed %d has the value %v", row.Method, row.Seed, v)
			}
		}
	}
	for _, m := range r.Methods {
		if !slices.Equal(r.seeds(m), r.seeds(r.Baseline)) {
			return fmt.Errorf("%s and %s have other seeds", m, r.Baseline)
		}
	}
	return nil
}

func (r *Report) seeds(method string) (all []uint64) {
	for _, row := range r.Rows {
		if row.Method == method {
			all = append(all, row.Seed)
		}
	}
	return all
}

// Values returns a method's values of a measure, by its number, one for each seed.
func (r *Report) Values(method string, measure int) (all []float64) {
	for _, row := range r.Rows {
		if row.Method == method {
			all = append(all, row.Values[measure])
		}
	}
	return all
}

// seconds returns what all cells took.
func (r *Report) seconds() (sum float64) {
	for _, row := range r.Rows {
		sum += row.Seconds
	}
	return sum
}
