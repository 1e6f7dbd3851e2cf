package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kindred/mtlkit"
)

// Every entrant plays, and what is written is read and not played again.
func TestEntrantsPlay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "balancing.json")
	r, err := read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	short := trial(1, r)
	cup := mtlkit.Tournament{Entrants: entrants, Seeds: 1, Trials: 1}
	cup.Trial = func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
		trainer, test := short(seed, k)
		trainer.Epochs = 3
		return trainer, test
	}
	for results, err := range cup.Play(context.Background(), r.Results) {
		if err != nil {
			t.Fatal(err)
		}
		r.Results = append(r.Results, results...)
	}
	if len(r.Results) != len(entrants) {
		t.Fatalf("%d results of %d entrants", len(r.Results), len(entrants))
	}
	if err := write(path, r); err != nil {
		t.Fatal(err)
	}
	again, err := read(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, r) {
		t.Error("what was written is not what is read")
	}
	for range cup.Play(context.Background(), again.Results) {
		t.Error("something was played again")
	}
	if _, err := read(path, 2); err == nil || !strings.Contains(err.Error(), "another set-up") {
		t.Errorf("with another number of trials the error is %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "balancing.json")
	if err := os.WriteFile(path, []byte(`{"Command":`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := read(path, 1); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("half a file: %v, want an error that names it", err)
	}
}
