package main

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"kindred/internal/durable"
)

// The results file is whole, and says what is in it.
func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "affinity.json")
	want := report{Command: "a test", Seeds: 2, Sets: []result{{setting: setting{"wq", 1}, Tasks: []string{"a"},
		Gains:    [][]float64{{0}},
		Affinity: [][]float64{{0}}}}}
	if err := write(path, want); err != nil {
		t.Fatal(err)
	}
	var got report
	if err := durable.ReadJSON(path, &got); err != nil {
		t.Fatal(err)
	}
	if got.SHA256 = ""; !reflect.DeepEqual(got.Sets[0].Tasks, want.Sets[0].Tasks) || got.Command != want.Command {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The committed file is of the sets and the seeds that the command has.
func TestResults(t *testing.T) {
	var r report
	if err := durable.ReadJSON("../../notebooks/results/affinity.json", &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Sets) != len(settings) || r.Seeds < 10 {
		t.Fatalf("%d sets, %d seeds", len(r.Sets), r.Seeds)
	}
	for k, set := range r.Sets {
		if set.Set != settings[k].Set || set.Rate != settings[k].Rate || len(set.Gains) != len(set.Tasks) ||
			len(set.Affinity) != len(set.Tasks) {
			t.Errorf("%s with rate %v: %d tasks; want %v", set.Set, set.Rate, len(set.Tasks), settings[k])
		}
	}
}

// A set that is not there is an error.
func TestNoSet(t *testing.T) {
	t.Setenv("KINDRED_DATA", t.TempDir())
	if _, err := compare(context.Background(), settings[0], 2, t.TempDir()); err == nil {
		t.Error("no error")
	}
}
