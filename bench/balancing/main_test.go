package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

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
	if text, err := os.ReadFile(path); err != nil || json.Unmarshal(text, &again) != nil || !reflect.DeepEqual(&again, r) {
		t.Errorf("what was written is not what is read: %v", err)
	}
}

// Another setting that an entrant tries is another cell.
func TestSettingsAreToldApart(t *testing.T) {
	cup := mtlkit.Tournament{Entrants: entrants, Seeds: 1, Trials: 2}
	texts := map[string]bool{}
	for _, c := range experiment(cup, "any").Cells {
		if c.Name == "alone" {
			continue
		}
		text := c.String()
		if texts[text] || !strings.Contains(text, "[") {
			t.Errorf("%s does not tell what it tries", text)
		}
		texts[text] = true
	}
}
