package metakit_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// With support sets of many sizes the result is the same to the last bit on any number of processors, and the first
// step is what the episodes say one by one.
func TestDeterminismOfSizes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	training := metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd},
		Tasks:      anySize{sines},
		Iterations: 40, MetaBatch: 25, Optimizer: adam, Seed: 4}
	var first *metakit.Run
	var scores []float64
	for _, processors := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(processors)
		r, err := training.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		o := evaluate(t, training.Learner, anySize{sines}, r, 1)
		if first == nil {
			first, scores = r, o[0].Score.Values
		}
		sameBits(t, "meta-parameters", r.Meta, first.Meta)
		sameBits(t, "history", r.History, first.History)
		sameBits(t, "scores", o[0].Score.Values, scores)
	}

	training.Iterations, training.Optimizer = 1, nn.SGD{Rate: 1}
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := begin(t, training).Meta
	mean, loss, sizes := make([]float64, len(want)), 0.0, map[int]bool{}
	for k := range uint64(25) {
		e := metakit.Draw(anySize{sines}, 4, k)
		l, g := metaGradient(t, training.Learner, want, e)
		loss += l / 25
		floats.AddScaled(mean, 1./25, g)
		sizes[e.Size().Support] = true
	}
	if len(sizes) < 5 {
		t.Fatalf("support sets of the sizes %v alone", sizes)
	}
	floats.Sub(want, mean)
	closeTo(t, "a step", r.Meta, want)
	closeTo(t, "the loss", r.History, []float64{loss})
}

// Episodes of one size give the same bits whether their distribution says that sizes vary or not, and whether another
// size came before: the tree of sums is by their order alone.
func TestDeterminismOfTheTree(t *testing.T) {
	drawn := metakit.Collect(sines, 1, 13)
	mixed := append(metakit.Collection{}, drawn...)
	mixed[5] = metakit.Draw(sines.Test(), 1, 5)                           // the same support set, other query points
	l := metakit.Reptile{Network: small, Loss: mse, Steps: 3, Inner: sgd} // looks at the support set alone
	run := func(c metakit.Collection) []float64 {
		r, err := metakit.Training{Learner: l, Tasks: c, Iterations: 5, MetaBatch: 13,
			Optimizer: nn.SGD{Rate: 0.5}}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Meta
	}
	sameBits(t, "meta-parameters", run(mixed), run(drawn))
}

// tracings is MAML that counts how often it is traced.
type tracings struct {
	metakit.MAML
	count *tally
}

type tally struct{ n atomic.Int64 }

func (l tracings) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	l.count.n.Add(1)
	return l.MAML.Predict(t, meta, support, queryX, steps)
}

// A program is made once for a size, at its first use.
func TestOneProgramForASize(t *testing.T) {
	l := tracings{metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}, new(tally)}
	run := begin(t, metakit.Training{Learner: l, Tasks: anySize{sines}, Iterations: 50, MetaBatch: 10, Optimizer: adam})
	begun := l.count.n.Load()
	for _, err := range run.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	// Each size is traced twice: to ask for the columns of its predictions, and for its program.
	if all := l.count.n.Load(); begun != 2 || all != 20 {
		t.Errorf("traced %d times at the start and %d in all; want 2, and 20 for ten sizes", begun, all)
	}
}
