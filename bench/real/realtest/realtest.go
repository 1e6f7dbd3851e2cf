// Package realtest has what the tests of the commands on real sets have in common.
package realtest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kindred/bench/real"
)

// Run runs a study on one seed, and fails the test unless all methods have values for it, and a second call runs none.
func Run(t *testing.T, s real.Study) {
	t.Helper()
	s.Seeds = 1
	store := t.TempDir()
	r, err := s.Run(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != len(s.Methods) {
		t.Errorf("%d rows of %d methods", len(r.Rows), len(s.Methods))
	}
	for k := range s.Methods {
		s.Methods[k].Run = func(context.Context, uint64) ([]float64, string, error) {
			t.Error("something is run again")
			return nil, "", errors.New("run again")
		}
	}
	if _, err := s.Run(t.Context(), store); err != nil {
		t.Error(err)
	}
}

// Stored returns the results file of a study in bench/results. It fails the test unless the file is of this study as
// the command is now: its methods, its measures, its words and its number of splits.
func Stored(t *testing.T, s real.Study) *real.Report {
	t.Helper()
	r, err := real.Read("../results/" + s.Name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range s.Methods {
		names = append(names, m.Name)
	}
	if !slices.Equal(r.Methods, names) || !slices.Equal(r.Measures, s.Measures) || !slices.Equal(r.About, s.Text()) ||
		!slices.Equal(r.Contrasts, s.Contrasts) || r.Title != s.Title || len(r.Rows) != s.Seeds*len(names) {
		t.Errorf("bench/results/%s.json is of another comparison than the command's: run make compare-%s; where only words "+
			"have changed its results are read from its store", s.Name, s.Name)
	}
	return r
}
