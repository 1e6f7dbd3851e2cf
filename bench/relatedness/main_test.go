package main

import (
	"context"
	"math"
	"path/filepath"
	"reflect"
	"testing"

	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/nn"
	"kindred/sweep"
)

// Every kind of place is played, and what was written is what is read.
func TestPlacesPlay(t *testing.T) {
	some := []place{
		{Set: "related", Relatedness: 1, Rows: 20},
		{Set: "energy", Rows: 60, Resplit: split},
		{Set: "student", Rows: 60, Resplit: split},
	}
	e, store := experiment(some, 2, 1, 2), t.TempDir()
	if err := e.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	table, err := e.Collect(store)
	if err != nil || table.Err() != nil {
		t.Fatal(err, table.Err())
	}
	r := newReport(1, table)
	if len(r.Places) != len(some) {
		t.Fatalf("%d places, want %d", len(r.Places), len(some))
	}
	for k, f := range r.Places {
		for _, losses := range [][][]float64{f.Together, f.Alone, f.Narrow} {
			if f.place != some[k] || len(losses) != len(f.Tasks) || len(losses[0]) != 2 {
				t.Errorf("%s: losses %v of the tasks %q", f.name(), losses, f.Tasks)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "relatedness.json")
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

// Rows to train on, to choose by and to test on are as many as a place says, and each of a table is in one part alone.
func TestRows(t *testing.T) {
	for _, p := range places {
		train, valid, test, inputs := p.rows(3)
		n, v, u := train.Y[0].RawMatrix().Rows, valid.Y[0].RawMatrix().Rows, test.Y[0].RawMatrix().Rows
		if n != p.Rows || train.X[0].RawMatrix().Cols != inputs || math.Abs(float64(v-u)) > 1 {
			t.Errorf("%s: %d rows to train on, %d and %d others", p.name(), n, v, u)
		}
	}
}

// Narrow twins have as many parameters as the network, as far as whole units allow, which is what EqualCapacity finds.
func TestNarrow(t *testing.T) {
	for _, p := range places {
		_, _, _, inputs := p.rows(0)
		joint := p.network(inputs, units)
		want := float64(nn.Size(joint.Shapes()))
		got := float64(nn.Size(mtlkit.Independent{Of: p.network(inputs, p.narrow(inputs))}.Shapes()))
		_, ratio := mtlkit.EqualCapacity(joint)
		if step := float64(inputs+4) * float64(len(p.kinds())); got > want || math.Abs(got-ratio*want) > step*3 {
			t.Errorf("%s: %v parameters alone, %v together, ratio of EqualCapacity %v", p.name(), got, want, ratio)
		}
	}
}

// The committed file is of the places that the command has, and of as many seeds as it says.
func TestResults(t *testing.T) {
	var r report
	if err := durable.ReadJSON("../../notebooks/results/relatedness.json", &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Places) != len(places) || r.Setup != setup(r.Trials, epochs) {
		t.Fatalf("%d places, set up as %q; want %d, as %q", len(r.Places), r.Setup, len(places), setup(r.Trials, epochs))
	}
	for k, f := range r.Places {
		if f.place != places[k] || !reflect.DeepEqual(f.Tasks, places[k].tasks()) || len(f.Narrow[0]) < 20 {
			t.Errorf("place %d: %+v with %d seeds", k, f.place, len(f.Narrow[0]))
		}
	}
}
