package main

import (
	"strings"
	"testing"

	"kindred/mtlkit/balance"

	"gonum.org/v1/gonum/mat"
)

// Every two rows of the matrices are in conflict: else the small problems that are timed would be trivial.
func TestConflicting(t *testing.T) {
	for _, m := range []int{2, 5, 20} {
		var gram mat.SymDense
		gram.SymOuterK(1, conflicting(m, 1000))
		if c := balance.NewConflict(&gram); m <= 5 && c.Conflicting != c.Pairs || c.Share() < 0.9 {
			t.Errorf("%d of %d pairs of %d rows are in conflict", c.Conflicting, c.Pairs, m)
		}
	}
}

// All methods are measured, the peer's name of each is known to its program, and judging can fail.
func TestMeasure(t *testing.T) {
	rows, err := measure(nil, 5, 50, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(methods) {
		t.Errorf("%d rows of %d methods", len(rows), len(methods))
	}
	for _, r := range rows {
		if len(r.own) != 1 || len(r.base) != 1 || r.own[0] <= 0 || r.base[0] <= 0 {
			t.Errorf("%s: %v s, base %v s", r.method, r.own, r.base)
		}
	}
	if text := table(rows, nil, 1); strings.Count(text, "\n") != len(rows)+4 {
		t.Errorf("a table of %d rows:\n%s", len(rows), text)
	}
}

func TestJudge(t *testing.T) {
	fine := row{
		method: "MGDA", m: judgedTasks, n: judgedParams, gram: true,
		own: []float64{1.1, 9, 1}, base: []float64{1, 1, 1}, peer: []float64{2, 2, 2},
	}
	costly, slow, other := fine, fine, fine
	costly.own, slow.peer = []float64{1.4, 1.4, 1}, []float64{1, 9, 0.9}
	other.own, other.gram = []float64{9, 9, 9}, false
	if got := judge([]row{fine, other}); got != nil {
		t.Errorf("nothing is wrong, and it says %q", got)
	}
	if got := judge([]row{costly, fine, slow}); len(got) != 2 {
		t.Errorf("one costs too much and one is slower than TorchJD, and it says %q", got)
	}
}
