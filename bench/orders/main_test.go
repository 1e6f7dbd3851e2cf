package main

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"kindred/internal/durable"
	"kindred/sweep"
)

// Every learner and rate is trained and tested at every look, and what was written is what is read.
func TestExperiment(t *testing.T) {
	e, store := newExperiment([]int{1, 3}, 2), t.TempDir()
	s := e.sweep()
	if err := s.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	table, err := s.Collect(store)
	if err != nil || table.Err() != nil {
		t.Fatal(err, table.Err())
	}
	r := e.report(table)
	for _, f := range r.Learners {
		if len(f.Errors) != 2 || len(f.Errors[1]) != 2 || len(f.Errors[1][1]) != len(steps) || len(f.Rates) != 2 {
			t.Errorf("%s: errors %v, rates %v", f.Name, f.Errors, f.Rates)
		}
	}
	path := filepath.Join(t.TempDir(), "orders.json")
	r.SHA256 = durable.Unstamped
	if err := durable.ReplaceJSON(path, r); err != nil {
		t.Fatal(err)
	}
	var again report
	if err := durable.ReadJSON(path, &again); err != nil {
		t.Fatal(err)
	}
	if r.SHA256 = again.SHA256; !reflect.DeepEqual(&again, r) {
		t.Error("what was written is not what is read")
	}
}

// The rate of a seed is chosen by the others.
func TestChosen(t *testing.T) {
	end := func(errors ...float64) (all [][][]float64) {
		for _, e := range errors {
			all = append(all, [][]float64{{9, 9}, {e, 9}})
		}
		return all
	}
	all := [][][][]float64{end(0, 5, 5), end(4, 1, 3), end(3, 2, 3)}
	for seed, want := range []int{1, 0, 0} {
		if got := chosen(all, seed); got != want {
			t.Errorf("seed %d: rate %d, want %d", seed, got, want)
		}
	}
}

func TestTested(t *testing.T) {
	if got := tested(1000, 5); !slices.Equal(got, []int{10, 32, 100, 316, 1000}) {
		t.Errorf("looks after %v", got)
	}
}
