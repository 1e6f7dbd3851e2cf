package metakit_test

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

func process() models.NeuralProcess { return models.NewNeuralProcess(1, 1, 12) }

// apart is a neural process that is not known to be one.
type apart struct{ metakit.Learner }

// Training on stacks is training on episodes, but for rounding: with meta-batches that make stacks of equal and of
// unequal size, with penalties, and where sizes differ, which makes no stacks.
func TestStacksTrainAsEpisodesDo(t *testing.T) {
	for _, l := range []metakit.Learner{process(), penalised{process()}} {
		for _, tasks := range []metakit.Distribution{sines, growing{sines}} {
			for _, batch := range []int{1, 3, 8, 25, 40} {
				train := func(l metakit.Learner) *metakit.Run {
					r, err := metakit.Training{Learner: l, Tasks: tasks, Iterations: 5, MetaBatch: batch, Optimizer: nn.SGD{Rate: 0.01},
						Seed: 3}.Run(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					return r
				}
				got, want := train(l), train(apart{l})
				for k, v := range want.Meta {
					if math.Abs(got.Meta[k]-v) > 1e-12*(1+math.Abs(v)) {
						t.Fatalf("%d episodes of %T: meta-parameter %d is %v, want %v", batch, tasks, k, got.Meta[k], v)
					}
				}
				for k, v := range want.History {
					if math.Abs(got.History[k]-v) > 1e-12*(1+math.Abs(v)) {
						t.Fatalf("%d episodes of %T: loss %d is %v, want %v", batch, tasks, k, got.History[k], v)
					}
				}
			}
		}
	}
}

// growing has support sets of one point and of two in turns.
type growing struct{ metakit.Distribution }

func (g growing) Size(seed, index uint64) metakit.Size {
	s := g.Distribution.Size(seed, index)
	s.Support = 1 + int(index%2)
	return s
}

func (g growing) Draw(e *metakit.Episode, seed, index uint64) {
	whole := metakit.Draw(g.Distribution, seed, index)
	for i := range e.Size().Support {
		e.Support.X.SetRow(i, whole.Support.X.RawRowView(i))
		e.Support.Y.SetRow(i, whole.Support.Y.RawRowView(i))
	}
	e.Query.X.Copy(whole.Query.X)
	e.Query.Y.Copy(whole.Query.Y)
}

func TestDeterminismOfStacks(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *metakit.Run
	for _, processors := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(processors)
		r, err := metakit.Training{Learner: process(), Tasks: sines, Iterations: 5, MetaBatch: 25, Optimizer: adam}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r
		}
		if !slices.Equal(r.Meta, first.Meta) || !slices.Equal(r.History, first.History) {
			t.Errorf("on %d processors training ends with other bits than on one", processors)
		}
	}
}

// Data at fault are named by their episode, and a loss that is not finite too; of a stack whose meta-gradient alone is
// not finite, the first and the last.
func TestFaultsInStacks(t *testing.T) {
	drawn := metakit.Collect(sines, 1, 25)
	drawn[9].Query.Y.Set(2, 0, math.NaN())
	_, err := metakit.Training{Learner: process(), Tasks: drawn, Iterations: 1, MetaBatch: 25, Optimizer: adam}.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the episode of seed 0 and index 9: query Y is NaN in row 2") {
		t.Errorf("NaN in episode 9: %v", err)
	}
	for what, want := range map[string]string{"loss": "loss +Inf, meta-gradient or running statistic of the episode of seed 0 and index 9 ",
		"gradient": "the meta-gradient of the episodes of seed 0 and indices 6 to 11 "} {
		drawn := metakit.Collect(sines, 1, 25)
		drawn[9].Query.Y.Set(0, 0, 1234)
		r, err := metakit.Training{Learner: exploding{process(), what}, Tasks: drawn, Iterations: 1, MetaBatch: 25, Optimizer: adam}.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || slices.ContainsFunc(r.Meta, func(v float64) bool { return v-v != 0 }) {
			t.Errorf("%s: %v, want %q; it ends with %v", what, err, want, r.Meta[:3])
		}
	}
}

// exploding has an infinite loss, or an infinite gradient, where a label is 1234.
type exploding struct {
	models.NeuralProcess
	what string
}

func (e exploding) StackedLosses(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet, n int) (
	autodiff.Value, bool) {
	losses, ok := e.NeuralProcess.StackedLosses(t, meta, support, query, n)
	g := query.Y.Graph()
	there, zero := query.Y.Equal(g.Scalar(1234)), meta.At(0).Sub(meta.At(0).StopGradient()).Sum()
	extra := there.Neg().Shift(1).Add(zero).Sqrt() // whose slope at 0 is infinite
	if e.what == "loss" {
		extra = there.Scale(800).Add(zero).Exp()
	}
	return losses.Add(extra.Reshape(n, query.Y.Rows()/n).MeanAxis(1)), ok
}

// penalised adds a penalty to each episode's loss.
type penalised struct{ models.NeuralProcess }

func (p penalised) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet, x autodiff.Value,
	steps int) []autodiff.Value {
	p.penalise(t, meta)
	return p.NeuralProcess.Predict(t, meta, support, x, steps)
}

func (p penalised) StackedLosses(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet, n int) (
	autodiff.Value, bool) {
	p.penalise(t, meta)
	return p.NeuralProcess.StackedLosses(t, meta, support, query, n)
}

func (penalised) penalise(t *nn.Trace, meta autodiff.Params) {
	t.Penalty("size", meta.At(0).Square().Sum().Scale(0.1))
}
