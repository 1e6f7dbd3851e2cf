package metakit

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// Data at fault are an error that names the episode, in training and in evaluation, and spoil nothing.
func TestDataAtFault(t *testing.T) {
	sines := MAML{Network: small, Steps: 1}
	classes := MAML{Network: nn.MLP{Widths: []int{1, 3}}, Loss: nn.SoftmaxLoss{}, Steps: 1}
	logistic := MAML{Network: small, Loss: nn.LogisticLoss{}, Steps: 1}
	unknown := MAML{Network: classes.Network, Loss: struct{ nn.Loss }{nn.SoftmaxLoss{}}, Steps: 1}
	for name, c := range map[string]struct {
		learner Learner
		spoil   func(e *Episode)
		want    string
	}{
		"NaN in the query set":         {sines, func(e *Episode) { e.Query.Y.Set(1, 0, math.NaN()) }, "query Y is NaN in row 1"},
		"infinity in the support set":  {sines, func(e *Episode) { e.Support.X.Set(2, 0, math.Inf(1)) }, "support X is +Inf in row 2"},
		"a class that is not there":    {classes, func(e *Episode) { e.Query.Y.Set(0, 0, 3) }, "query Y is 3 in row 0, column 0: with 3 outputs"},
		"half a class to adapt to":     {classes, func(e *Episode) { e.Support.Y.Set(0, 0, 0.5) }, "support Y is 0.5 in row 0"},
		"a logistic label above 1":     {logistic, func(e *Episode) { e.Query.Y.Set(1, 0, 3) }, "query Y is 3 in row 1, column 0: a label"},
		"a class, to an unknown loss":  {unknown, func(e *Episode) { e.Query.Y.Set(0, 0, 3) }, "index 3"},
		"nothing (a negative control)": {classes, func(e *Episode) {}, ""},
	} {
		tasks := Collect(Sinusoid{Shots: 3}, 1, 8)
		for k, e := range tasks {
			for _, y := range []*mat.Dense{e.Support.Y, e.Query.Y} {
				y.Apply(func(i, _ int, _ float64) float64 { return float64((i + k) % 2) }, y)
			}
		}
		c.spoil(tasks[6]) // in the second meta-batch
		c.spoil(tasks[7])
		r, err := Training{Learner: c.learner, Tasks: tasks, Iterations: 2, MetaBatch: 4}.Run(t.Context())
		_, tested := Evaluation{Learner: c.learner, Tasks: tasks, Episodes: 8}.Run(t.Context(), r.Meta)
		if c.want == "" {
			if err != nil || tested != nil {
				t.Errorf("%s: %v, %v", name, err, tested)
			}
			continue
		}
		check := func(what string, err error, want ...string) {
			if err == nil || errors.Is(err, ErrDiverged) {
				t.Errorf("%s, %s: error %v", name, what, err)
				return
			}
			for _, part := range append(want, c.want) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%s, %s: %q does not say %q", name, what, err, part)
				}
			}
		}
		check("training", err, "iteration 2", "seed 0 and index 6")
		check("evaluation", tested, "episode 6:")
		if len(r.History) != 1 || slices.ContainsFunc(r.Meta, notFinite) {
			t.Errorf("%s: %d iterations in the history, meta-parameters %v", name, len(r.History), r.Meta)
		}
		if strings.Contains(c.want, "NaN") || strings.Contains(c.want, "Inf") { // which no predictor takes
			_, err := Evaluation{Tasks: tasks, Episodes: 8}.Baseline(t.Context(), Zero{})
			check("baseline", err, "episode 6:")
		}
	}
}

// What a restarter draws for an episode is independent of what the episode draws for itself.
func TestRestartsHaveTheirOwnNumbers(t *testing.T) {
	l := &firstNumbers{Scratch: Scratch{Network: small}}
	_, err := Evaluation{Learner: l, Tasks: Sinusoid{}, Episodes: 20}.Run(t.Context(), small.Init(rand.New(rand.NewPCG(1, 1))))
	if err != nil || len(l.seen) != 20 {
		t.Fatalf("%v; %d restarts", err, len(l.seen))
	}
	for k := range uint64(40) {
		if v := new(Episode).Rand(0, testIndex(int(k))).Float64(); l.seen[v] {
			t.Errorf("episode %d begins with the number %v of a restart", k, v)
		}
	}
}

// firstNumbers notes the first number of every restart.
type firstNumbers struct {
	Scratch
	mu   sync.Mutex
	seen map[float64]bool
}

func (halfFresh) Restart(meta []float64, rng *rand.Rand) { meta[0] = rng.NormFloat64() }

func TestDeterminismOfEvaluation(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, l := range []Learner{MAML{Network: small}, Scratch{Network: small}} {
		meta := l.Init(rand.New(rand.NewPCG(1, 1)))
		var first []Outcome
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			o, err := Evaluation{Learner: l, Tasks: Sinusoid{}.Test(), Episodes: 300}.Run(t.Context(), meta)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = o
			}
			for k := range o {
				sameBits(t, "losses", o[k].Losses, first[k].Losses)
			}
		}
	}
}

// What goes wrong in a goroutine reaches the caller.
func TestPanicReachesTheCaller(t *testing.T) {
	odd := append(Collect(Sinusoid{Shots: 3}, 1, 7), Draw(Sinusoid{Shots: 4}, 1, 7))
	for name, run := range map[string]func(){
		"training": func() {
			Training{Learner: MAML{Network: small}, Tasks: odd, Iterations: 1}.Run(t.Context())
		},
		"evaluation": func() {
			l := MAML{Network: small}
			Evaluation{Learner: l, Tasks: odd}.Run(t.Context(), l.Init(rand.New(rand.NewPCG(1, 1))))
		},
		"baseline": func() { Evaluation{Tasks: odd}.Baseline(t.Context(), Zero{}) },
	} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.Contains(r, "episode 7") {
					t.Errorf("%s: recovered %v", name, r)
				}
			}()
			run()
		}()
	}
}
