// Command learnedopt learns an optimiser on small regressions, and holds it against Adam with the best rate of a grid:
// on new problems of the same kind, and on others, where it stops to be better.
//
//	make compare-learnedopt
//
// A problem is a training of a network of its own start on a wave of its own, and what counts is the loss over all its
// points at the end. Adam's rate is the one of the grid that has the least mean logarithm of it on 20 problems, chosen
// for each kind of problem anew; the learned optimiser has no setting that could be chosen for a kind. Both are then
// tested on the same 40 problems, and compared problem by problem.
//
// What the rules are, their scales and their trainings, was settled with the test problems of -tests 2 in view. Those of
// any other seed are fresh. With -keep FOLDER what was learned is kept there, and a test of other problems costs no new
// training:
//
//	go run ./bench/learnedopt -rule mlp -keep FOLDER -tests 4
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"kindred/metakit/learnedopt"
	"kindred/nn"
)

func main() {
	out := flag.String("o", "bench/results/learnedopt.md", "file of the table")
	only := flag.String("rule", "", "one of the rules: mlp, exact or lstm; all if empty")
	seed := flag.Uint64("seed", 1, "of what is learned")
	tests := flag.Uint64("tests", 3, "seed of the test problems; 1 is of those that choose Adam's rate, 2 of those that were in\n"+
		"view when the rules were set")
	keep := flag.String("keep", "", "folder that keeps what is learned, and is asked for it first; none if empty")
	flag.Parse()
	if *tests == chosenSeed {
		log.Fatalf("learnedopt: -tests is %d; those problems choose Adam's rate, take others", *tests)
	}
	var page bytes.Buffer
	page.WriteString(about(*seed, *tests))
	for _, r := range rules(*seed) {
		if *only != "" && *only != r.name {
			continue
		}
		if *keep != "" {
			r.training.CheckpointFile = filepath.Join(*keep, fmt.Sprintf("%s-%d.learnedopt", r.name, *seed))
			r.training.CheckpointEvery = time.Minute
		}
		text, err := r.compare(context.Background(), *tests)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(text)
		page.WriteString(text)
	}
	command := "make compare-learnedopt"
	if *only != "" {
		command = "go run ./bench/learnedopt -rule " + *only
	}
	fmt.Fprintf(&page, "\n`%s`, seed %d, tests %d, %d processors.\n", command, *seed, *tests, runtime.GOMAXPROCS(0))
	if err := os.WriteFile(*out, page.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// inView is the seed of the test problems that were looked at when the rules were set.
const inView = 2

// about returns what a page begins with.
func about(seed, tests uint64) string {
	text := fmt.Sprintf(`# A learned optimiser and Adam

Final losses are decimal logarithms of the mean squared error over all points of a problem, after the steps that are
named (of the classes, of the logistic loss). Adam has the best rate of a grid, chosen on other problems for each row.
The difference is that of the learned optimiser, of logarithms, problem by problem, with its 95 %% interval; below 0 it
is better.

**One training of each rule**, of seed %d: intervals and p are over the %d test problems, and do not say what another
training would have brought. `, seed, testedOn)
	if tests == inView {
		return text + `The settings of the rules and of their trainings were **chosen with these very test
problems in view**, which flatters the learned optimiser by an unknown amount; those of another seed (-tests) would be
fresh.
`
	}
	return text + `The settings of the rules and of their trainings were chosen with other
problems in view: the test problems are fresh.
`
}

// A rule is what is learned, and how.
type rule struct {
	name, title string
	training    learnedopt.Training
	kinds       []kind
}

// rules returns what is learned.
func rules(seed uint64) []rule {
	usual := learnedopt.Training{Problems: waves(net), Steps: steps, Unroll: 20, Side: 8, Iterations: 800,
		Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: 800}, ClipNorm: 1, FirstOrder: true, Log: true,
		Seed: seed}
	mlp := learnedopt.NewMLP(16, 16)
	mlp.Scale = 0.02
	usual.Rule = mlp
	exact := usual
	exact.FirstOrder = false
	short := usual
	lstm := learnedopt.NewLSTM()
	lstm.Scale = 0.1
	short.Rule, short.Iterations, short.Schedule = lstm, 150, nn.CosineDecay{Steps: 150}
	return []rule{
		{"mlp", "MLP of 16 and 16 units, inner gradients as constants, 800 iterations", usual, kinds()},
		{"exact", "the same, by exact gradients", exact, kinds()[:1]},
		{"lstm", "LSTM of two layers of 20 units, inner gradients as constants, 150 iterations", short, kinds()[:1]},
	}
}
