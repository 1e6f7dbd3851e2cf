package metakit_test

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
	sines := metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}
	classes := metakit.MAML{Network: nn.MLP{Widths: []int{1, 3}}, Loss: nn.SoftmaxLoss{}, Steps: 1, Inner: sgd}
	logistic := metakit.MAML{Network: small, Loss: nn.LogisticLoss{}, Steps: 1, Inner: sgd}
	unknown := metakit.MAML{Network: classes.Network, Loss: struct{ nn.Loss }{nn.SoftmaxLoss{}}, Steps: 1, Inner: sgd}
	for name, c := range map[string]struct {
		learner metakit.Learner
		spoil   func(e *metakit.Episode)
		want    string
	}{
		"NaN in the query set":         {sines, func(e *metakit.Episode) { e.Query.Y.Set(1, 0, math.NaN()) }, "query Y is NaN in row 1"},
		"infinity in the support set":  {sines, func(e *metakit.Episode) { e.Support.X.Set(2, 0, math.Inf(1)) }, "support X is +Inf in row 2"},
		"a class that is not there":    {classes, func(e *metakit.Episode) { e.Query.Y.Set(0, 0, 3) }, "query Y is 3 in row 0, column 0: with 3 outputs"},
		"half a class to adapt to":     {classes, func(e *metakit.Episode) { e.Support.Y.Set(0, 0, 0.5) }, "support Y is 0.5 in row 0"},
		"a logistic label above 1":     {logistic, func(e *metakit.Episode) { e.Query.Y.Set(1, 0, 3) }, "query Y is 3 in row 1, column 0: a label"},
		"a class, to an unknown loss":  {unknown, func(e *metakit.Episode) { e.Query.Y.Set(0, 0, 3) }, "index 3"},
		"nothing (a negative control)": {classes, func(e *metakit.Episode) {}, ""},
	} {
		drawn := metakit.Collect(tasks.NewSinusoid(3), 1, 8)
		for k, e := range tasks {
			for _, y := range []*mat.Dense{e.Support.Y, e.Query.Y} {
				y.Apply(func(i, _ int, _ float64) float64 { return float64((i + k) % 2) }, y)
			}
		}
		c.spoil(tasks[6]) // in the second meta-batch
		c.spoil(tasks[7])
		r, err := metakit.Training{Learner: c.learner, Tasks: tasks, Iterations: 2, MetaBatch: 4, Optimizer: adam}.Run(t.Context())
		_, tested := metakit.Evaluation{Learner: c.learner, Tasks: tasks, Episodes: 8, Steps: []int{0, 1, 5, 10}}.Run(t.Context(), r.Meta)
		if c.want == "" {
			if err != nil || tested != nil {
				t.Errorf("%s: %v, %v", name, err, tested)
			}
			continue
		}
		check := func(what string, err error, want ...string) {
			if err == nil || errors.Is(err, metakit.ErrDiverged) {
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
			_, err := metakit.Evaluation{Tasks: tasks, Episodes: 8}.Baseline(t.Context(), baseline.Zero{}, mse)
			check("baseline", err, "episode 6:")
		}
	}
}

// What a restarter draws for an episode is independent of what the episode draws for itself.
func TestRestartsHaveTheirOwnNumbers(t *testing.T) {
	l := &firstNumbers{Scratch: metakit.Scratch{Network: small, Loss: mse, Inner: sgd}}
	_, err := metakit.Evaluation{Learner: l, Tasks: sines, Episodes: 20, Steps: []int{0, 1, 5, 10}}.Run(t.Context(), small.Init(rand.New(rand.NewPCG(1, 1))))
	if err != nil || len(l.seen) != 20 {
		t.Fatalf("%v; %d restarts", err, len(l.seen))
	}
	for k := range uint64(40) {
		if v := new(metakit.Episode).Rand(0, testIndex(int(k))).Float64(); l.seen[v] {
			t.Errorf("episode %d begins with the number %v of a restart", k, v)
		}
	}
}

// firstNumbers notes the first number of every restart.
type firstNumbers struct {
	metakit.Scratch
	mu   sync.Mutex
	seen map[float64]bool
}

func (halfFresh) Restart(meta []float64, rng *rand.Rand) { meta[0] = rng.NormFloat64() }

func TestDeterminismOfEvaluation(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, l := range []metakit.Learner{metakit.MAML{Network: small, Loss: mse, Inner: sgd}, metakit.Scratch{Network: small, Loss: mse, Inner: sgd}} {
		meta := l.Init(rand.New(rand.NewPCG(1, 1)))
		var first []metakit.Outcome
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			o, err := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Episodes: 300, Steps: []int{0, 1, 5, 10}}.Run(t.Context(), meta)
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
	odd := append(metakit.Collect(tasks.NewSinusoid(3), 1, 7), metakit.Draw(tasks.NewSinusoid(4), 1, 7))
	for name, run := range map[string]func(){
		"training": func() {
			metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Inner: sgd}, Tasks: odd, Iterations: 1, MetaBatch: 25, Optimizer: adam}.Run(t.Context())
		},
		"evaluation": func() {
			l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
			metakit.Evaluation{Learner: l, Tasks: odd, Steps: []int{0, 1, 5, 10}, Episodes: 600}.Run(t.Context(), l.Init(rand.New(rand.NewPCG(1, 1))))
		},
		"baseline": func() { metakit.Evaluation{Tasks: odd, Episodes: 600}.Baseline(t.Context(), baseline.Zero{}, mse) },
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
