package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kindred/metakit/learnedopt"
	"kindred/nn"
)

// A short training is learned and told of in a row for each kind; the whole is what make compare-learnedopt does.
func TestTable(t *testing.T) {
	r := rules(1)[0]
	small := nn.MLP{Widths: []int{1, 3, 1}, Activation: nn.Tanh}
	r.training.Problems = waves(small)
	r.training.Rule = learnedopt.NewMLP(2)
	r.training.Iterations, r.training.Steps, r.training.Unroll = 2, 4, 2
	r.kinds = []kind{{"few steps", waves(small), 4}, {"signs", kinds()[10].problems, 2}}
	r.kinds[1].problems.Network = small
	text, err := r.compare(t.Context(), inView)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| few steps | ", "| signs | ", "Adam is better"} { // two iterations learn nothing
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.compare(gone, inView); err == nil {
		t.Error("a comparison that was cancelled tells of something")
	}
}

// What is kept is tested without another training, on the problems of the seed.
func TestKept(t *testing.T) {
	r := rules(1)[0]
	r.training.Rule, r.training.Iterations, r.training.Steps, r.training.Unroll = learnedopt.NewMLP(2), 2, 4, 2
	r.training.CheckpointFile, r.training.CheckpointEvery = filepath.Join(t.TempDir(), "kept"), time.Minute
	r.kinds = []kind{{"few steps", waves(net), 4}}
	var tables []string
	for _, tests := range []uint64{2, 2, 3} {
		text, err := r.compare(t.Context(), tests)
		if err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(text, "| problems |")
		tables = append(tables, table)
	}
	if tables[0] != tables[1] || tables[0] == tables[2] {
		t.Errorf("tables of tests 2, 2 and 3:\n%s", strings.Join(tables, "\n"))
	}
	for tests, says := range map[uint64]string{2: "in view**", 3: "are fresh"} {
		if page := about(1, tests); !strings.Contains(page, says) || !strings.Contains(page, "One training of each rule") {
			t.Errorf("tests %d:\n%s", tests, page)
		}
	}
}

// Labels of signs are those of the wave.
func TestSigns(t *testing.T) {
	k := kinds()[10]
	curves, err := learnedopt.Trial{Problems: k.problems, Steps: 1, Count: 3}.Run(t.Context(),
		learnedopt.Fixed{Rule: nn.SGD{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range curves {
		if !(c[0] > 0.2 && c[0] < 2) || c[0] != c[1] {
			t.Errorf("loss %v of a network that guesses; log 2 is %v", c, math.Ln2)
		}
	}
	for _, k := range kinds() {
		if _, err := k.final(t.Context(), learnedopt.Fixed{Rule: nn.SGD{}}, nil, 1, 0+1); k.steps <= steps && err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
	}
}
