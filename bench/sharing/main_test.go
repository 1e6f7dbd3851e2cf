package main

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/sweep"
)

// Every way is played beside its twins, and what was written is what is read.
func TestWaysPlay(t *testing.T) {
	e, store := experiment(1, 1, 2), t.TempDir()
	if want := len(ways) * len(relatedness); len(e.Cells) != want {
		t.Fatalf("%d cells, want %d", len(e.Cells), want)
	}
	if err := e.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	table, err := e.Collect(store)
	if err != nil || table.Err() != nil {
		t.Fatal(err, table.Err())
	}
	r := newReport(1, table)
	for k, results := range r.Results {
		if err := mtlkit.CheckResults(results, len(heads), 1); err != nil || len(results) != 2*len(ways) {
			t.Errorf("relatedness %g: %d results, %v", relatedness[k], len(results), err)
		}
	}
	path := filepath.Join(t.TempDir(), "sharing.json")
	if err := write(path, r); err != nil {
		t.Fatal(err)
	}
	var again report
	if err := durable.ReadJSON(path, &again); err != nil {
		t.Fatal(err)
	}
	if again.SHA256 = r.SHA256; !reflect.DeepEqual(&again, r) {
		t.Error("what was written is not what is read")
	}
}

// Trials of soft sharing differ in their tie, those of another way in nothing.
func TestTrials(t *testing.T) {
	for _, w := range ways {
		if same := reflect.DeepEqual(w.model(0), w.model(1)); same == (w.name == "soft sharing") {
			t.Errorf("%s: models of two trials are the same: %v", w.name, same)
		}
	}
}
