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

	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// Data at fault are an error that names the episode, in training and in evaluation, and spoil nothing.
func TestDataAtFault(t *testing.T) {
	numbers := metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}
	classes := metakit.MAML{Network: nn.MLP{Widths: []int{1, 3}}, Loss: nn.SoftmaxLoss{}, Steps: 1, Inner: sgd}
	logistic := metakit.MAML{Network: small, Loss: nn.LogisticLoss{}, Steps: 1, Inner: sgd}
	unknown := metakit.MAML{Network: classes.Network, Loss: anything{nn.SoftmaxLoss{}}, Steps: 1, Inner: sgd}
	for name, c := range map[string]struct {
		learner metakit.Learner
		spoil   func(e *metakit.Episode)
		want    string
	}{
		"NaN in the query set":         {numbers, func(e *metakit.Episode) { e.Query.Y.Set(1, 0, math.NaN()) }, "query Y is NaN in row 1"},
		"infinity in the support set":  {numbers, func(e *metakit.Episode) { e.Support.X.Set(2, 0, math.Inf(1)) }, "support X is +Inf in row 2"},
		"a class that is not there":    {classes, func(e *metakit.Episode) { e.Query.Y.Set(0, 0, 3) }, "query Y is 3 in row 0, column 0: with 3 outputs"},
		"half a class to adapt to":     {classes, func(e *metakit.Episode) { e.Support.Y.Set(0, 0, 0.5) }, "support Y is 0.5 in row 0"},
		"a logistic label above 1":     {logistic, func(e *metakit.Episode) { e.Query.Y.Set(1, 0, 3) }, "query Y is 3 in row 1, column 0: a binary label"},
		"a class, to an unknown loss":  {unknown, func(e *metakit.Episode) { e.Query.Y.Set(0, 0, 3) }, "index 3"},
		"nothing (a negative control)": {classes, func(e *metakit.Episode) {}, ""},
	} {
		drawn := metakit.Collect(tasks.NewSinusoid(3), 1, 8)
		for k, e := range drawn {
			for _, y := range []*mat.Dense{e.Support.Y, e.Query.Y} {
				y.Apply(func(i, _ int, _ float64) float64 { return float64((i + k) % 2) }, y)
			}
		}
		c.spoil(drawn[6]) // in the second meta-batch
		c.spoil(drawn[7])
		r, err := metakit.Training{Learner: c.learner, Tasks: drawn, Iterations: 2, MetaBatch: 4,
			Optimizer: adam}.Run(t.Context())
		_, tested := metakit.Evaluation{Learner: c.learner, Tasks: drawn, Steps: []int{0, 1, 5}}.Run(t.Context(), r.Meta)
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
		if len(r.History) != 1 || slices.ContainsFunc(r.Meta, func(v float64) bool { return v-v != 0 }) {
			t.Errorf("%s: %d iterations in the history, meta-parameters %v", name, len(r.History), r.Meta)
		}
		if strings.Contains(c.want, "NaN") || strings.Contains(c.want, "Inf") { // which no predictor takes
			_, err := metakit.Evaluation{Tasks: drawn}.Baseline(t.Context(), baseline.Zero{}, mse)
			check("baseline", err, "episode 6:")
		}
	}
}

// What a restarter draws for an episode is independent of what the episode draws for itself.
func TestRestartsHaveTheirOwnNumbers(t *testing.T) {
	l := &firstNumbers{Scratch: metakit.Scratch{Network: small, Loss: mse, Inner: sgd}}
	_, err := metakit.Evaluation{Learner: l, Tasks: sines, Episodes: 20,
		Steps: []int{0, 1, 5}}.Run(t.Context(), small.Init(rand.New(rand.NewPCG(1, 1))))
	if err != nil || len(l.seen) != 20 {
		t.Fatalf("%v; %d restarts", err, len(l.seen))
	}
	for k := range uint64(40) {
		if v := new(metakit.Episode).Rand(0, metakit.TestIndex(int(k))).Float64(); l.seen[v] {
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

// anything is a loss that takes any number for a label, until it meets it.
type anything struct{ nn.Loss }

func (anything) Target() nn.Target {
	return nn.Target{Extra: 2, Metric: nn.Metric{Name: "none", Of: func(_, _ *mat.Dense) float64 { return 0 }}}
}

func (halfFresh) Restart(meta []float64, rng *rand.Rand) { meta[0] = rng.NormFloat64() }

func TestDeterminismOfEvaluation(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, l := range []metakit.Learner{metakit.MAML{Network: small, Loss: mse, Inner: sgd}, metakit.Scratch{Network: small, Loss: mse, Inner: sgd}} {
		meta := l.Init(rand.New(rand.NewPCG(1, 1)))
		var first []metakit.Outcome
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			o, err := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Episodes: 300,
				Steps: []int{0, 1, 5}}.Run(t.Context(), meta)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = o
			}
			for k := range o {
				sameBits(t, "losses", o[k].Losses, first[k].Losses)
				sameBits(t, "scores", o[k].Score.Values, first[k].Score.Values)
			}
		}
	}
}

// What goes wrong in a goroutine reaches the caller.
func TestPanicReachesTheCaller(t *testing.T) {
	for name, run := range map[string]func(d metakit.Distribution){
		"training": func(d metakit.Distribution) {
			metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse}, Tasks: d, Iterations: 1, MetaBatch: 25,
				Optimizer: adam}.Run(t.Context())
		},
		"evaluation": func(d metakit.Distribution) {
			l := metakit.MAML{Network: small, Loss: mse}
			metakit.Evaluation{Learner: l, Tasks: d, Steps: []int{0}, Episodes: 25}.Run(t.Context(), start(l, 1))
		},
		"baseline": func(d metakit.Distribution) {
			metakit.Evaluation{Tasks: d, Episodes: 25}.Baseline(t.Context(), baseline.Zero{}, mse)
		},
	} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.Contains(r, "a wave broke") {
					t.Errorf("%s: recovered %v", name, r)
				}
			}()
			run(breaking{sines})
		}()
	}
}

// breaking is a family whose eighth task cannot be drawn.
type breaking struct{ tasks.Sinusoid }

func (b breaking) Draw(e *metakit.Episode, seed, index uint64) {
	if index&7 == 7 {
		panic("a wave broke")
	}
	b.Sinusoid.Draw(e, seed, index)
}
