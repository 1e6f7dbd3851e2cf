package main

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/sweep"
)

// Every entrant plays, and what is stored is not played again.
func TestEntrantsPlay(t *testing.T) {
	r := newReport(1)
	cup := mtlkit.Tournament{Entrants: entrants, Seeds: 1, Trials: 1}
	short := trial(1, r)
	cup.Trial = func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
		trainer, test := short(seed, k)
		trainer.Epochs = 3
		return trainer, test
	}
	e, store := experiment(cup, "3 epochs"), t.TempDir()
	if err := e.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	e.Run = func(context.Context, sweep.Cell) (mtlkit.Result, error) {
		t.Error("something was played again")
		return mtlkit.Result{}, nil
	}
	if err := e.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	all, err := e.Collect(store)
	if err != nil || all.Err() != nil {
		t.Fatal(err, all.Err())
	}
	for k, row := range all.Rows {
		if row.Result.Entrant != entrants[k].Name || len(row.Result.Losses) != len(tasks) {
			t.Errorf("row %d is %v", k, row.Result)
		}
		r.Results = append(r.Results, row.Result)
	}
	path := filepath.Join(t.TempDir(), "balancing.json")
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

// Another setting that an entrant tries is another cell, and only that.
func TestCells(t *testing.T) {
	names := func(trials int) map[string]bool {
		all := map[string]bool{}
		for _, c := range experiment(mtlkit.Tournament{Entrants: entrants, Seeds: 2, Trials: trials}, "any").Cells {
			all[c.String()] = true
		}
		return all
	}
	two, again, three := names(2), names(2), names(3)
	if len(two) != 2*len(entrants) || !reflect.DeepEqual(two, again) {
		t.Errorf("%d cells, want %d, the same each time", len(two), 2*len(entrants))
	}
	for name := range two {
		if three[name] && !strings.HasPrefix(name, "alone") {
			t.Errorf("%s is a cell with another number of trials too", name)
		}
	}
}
