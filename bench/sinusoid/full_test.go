package main

import (
	"context"
	"testing"

	"kindred/metakit"
	"kindred/nn"
	"kindred/sweep"
)

// The full setting in small: a cell for every number of points and seed, with errors after 0, 1, 5 and 10 steps, and what
// has learned nothing is worse than what was published.
func TestFull(t *testing.T) {
	e := experiment{Iterations: 2, Episodes: 30, Learner: metakit.MAML{
		Network: nn.MLP{Widths: []int{1, 8, 1}, Activation: nn.ReLU}, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}}
	s, store := e.full(2), t.TempDir()
	if err := s.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	table, err := s.Collect(store)
	if err != nil || table.Err() != nil {
		t.Fatal(err, table.Err())
	}
	if len(table.Rows) != 4 {
		t.Fatalf("%d cells, want 4", len(table.Rows))
	}
	for _, row := range table.Rows {
		for k, steps := range []int{0, 1, 5, 10} {
			if o := row.Result[k]; o.Steps != steps || o.N != 30 {
				t.Errorf("%v: outcome %d is after %d steps, of %d tasks", row.Cell, k, o.Steps, o.N)
			}
		}
	}
	if reportFull(table) == nil {
		t.Error("what has learned nothing is as good as the paper's")
	}
	for _, row := range table.Rows {
		for k := range row.Result {
			row.Result[k].Mean, row.Result[k].High = 0.3, 0.31
		}
	}
	if err := reportFull(table); err != nil {
		t.Error(err)
	}
}
