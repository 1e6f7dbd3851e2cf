package main

import (
	"context"
	"math"
	"strings"
	"testing"

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
	text, err := r.compare(t.Context())
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
	if _, err := r.compare(gone); err == nil {
		t.Error("a comparison that was cancelled tells of something")
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
