package metakit_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// An adapter that is used for many sizes, by several goroutines, predicts to the bit what a fresh one does.
func TestAdapterIsSafeForSeveral(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	meta := start(l, 1)
	a := metakit.NewAdapter(l, meta, nil, 0, 3)
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for k := range 60 {
				shots := 1 + (k+worker)%4
				e := metakit.Draw(tasks.NewSinusoid(shots), 1, uint64(k))
				got, err := a.Predict(e.Support, e.Query.X)
				if err != nil {
					t.Error(err)
					return
				}
				want, _ := metakit.Predict(l, meta, e.Support, e.Query.X, []int{0, 3})
				for i := range want {
					if !mat.Equal(got[i], want[i]) {
						t.Errorf("worker %d, episode %d: %v, want %v", worker, k, mat.Formatted(got[i].T()), mat.Formatted(want[i].T()))
						return
					}
				}
			}
		}()
	}
	wait.Wait()
}

// What was handed over was copied, and so was what an adapted function keeps.
func TestAdapterKeepsItsOwn(t *testing.T) {
	widths := []int{1, 12, 1}
	l := metakit.MAML{Network: nn.MLP{Widths: widths, Activation: nn.Tanh}, Loss: mse, Inner: sgd}
	meta, e, steps := start(l, 1), metakit.Draw(sines, 1, 1), []int{5}
	a := metakit.NewAdapter(l, meta, nil, steps...)
	want := predict(t, l, meta, e, []int{5})[0]
	f, err := a.Adapt(e.Support)
	if err != nil {
		t.Fatal(err)
	}
	meta[0], widths[1], steps[0] = 9, 77, 0
	e.Support.X.Set(0, 0, 4)
	got, err := f(e.Query.X)
	if err != nil || !mat.Equal(got, want) {
		t.Errorf("%v, want %v; %v", mat.Formatted(got.T()), mat.Formatted(want.T()), err)
	}
	part, err := f(mat.DenseCopyOf(e.Query.X.Slice(0, 3, 0, 1))) // of another size, which is compiled now
	if err != nil || !mat.EqualApprox(part, want.Slice(0, 3, 0, 1), 1e-12) {
		t.Errorf("three points: %v; %v", mat.Formatted(part.T()), err)
	}
	got.Set(0, 0, 1e9) // the result is the caller's
	if again, err := f(e.Query.X); err != nil || !mat.Equal(again, want) {
		t.Errorf("after its result was changed: %v; %v", mat.Formatted(again.T()), err)
	}
}

// A server that is asked for ever other numbers of points goes on to be right.
func TestAdapterForgetsSizes(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	meta, e := start(l, 1), metakit.Draw(sines.Test(), 1, 1)
	a := metakit.NewAdapter(l, meta, nil, 1)
	whole := predict(t, l, meta, e, []int{1})[0]
	for n := 1; n <= 100; n++ {
		x := mat.DenseCopyOf(e.Query.X.Slice(0, n, 0, 1))
		got, err := a.Predict(e.Support, x)
		if err != nil || math.Abs(got[0].At(n-1, 0)-whole.At(n-1, 0)) > 1e-12 {
			t.Fatalf("%d points: %v, want %v; %v", n, got[0].At(n-1, 0), whole.At(n-1, 0), err)
		}
	}
}

// Every door names the place of data that it cannot use.
func TestDoorsCheckTheirData(t *testing.T) {
	classes := models.NewPrototypical(nn.MLP{Widths: []int{16, 4}}, 5)
	meta := start(classes, 1)
	a := metakit.NewAdapter(classes, meta, nil, 0)
	for want, spoil := range map[string]func(e *metakit.Episode){
		"support X is NaN in row 2, column 3":                           func(e *metakit.Episode) { e.Support.X.Set(2, 3, math.NaN()) },
		"support Y is 5 in row 1, column 0: with 5 outputs, a class is": func(e *metakit.Episode) { e.Support.Y.Set(1, 0, 5) },
		"support Y is -1 in row 0":                                      func(e *metakit.Episode) { e.Support.Y.Set(0, 0, -1) },
		"X is +Inf in row 4, column 0":                                  func(e *metakit.Episode) { e.Query.X.Set(4, 0, math.Inf(1)) },
		"query Y is 0.5 in row 3":                                       func(e *metakit.Episode) { e.Query.Y.Set(3, 0, 0.5) },
	} {
		e := metakit.Draw(learners.Spots(), 1, 1)
		spoil(e)
		check := func(door string, err error) {
			if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "x is", "X is"), want) {
				t.Errorf("%s: %v, want an error that says %q", door, err, want)
			}
		}
		if !strings.HasPrefix(want, "query Y") {
			_, err := metakit.Predict(classes, meta, e.Support, e.Query.X, []int{0})
			check("Predict", err)
			_, err = a.Predict(e.Support, e.Query.X)
			check("Adapter.Predict", err)
			_, err = a.Shown(e.Support, e.Query.X)
			check("Adapter.Shown", err)
			if strings.HasPrefix(want, "support") {
				_, err = a.Adapt(e.Support)
				check("Adapter.Adapt", err)
			}
		}
		_, _, err := metakit.MetaGradient(classes, meta, e)
		check("MetaGradient", err)
		_, err = metakit.CheckMetaGradient(classes, meta, e, 1)
		check("CheckMetaGradient", err)
		test := metakit.Evaluation{Learner: classes, Tasks: metakit.Collection{e}, Steps: []int{0}}
		_, err = test.Run(t.Context(), meta)
		check("Evaluation.Run", err)
		_, err = test.Baseline(t.Context(), fifths{}, nn.SoftmaxLoss{})
		check("Evaluation.Baseline", err)
	}

	e := metakit.Draw(learners.Spots(), 1, 1)
	meta[7] = math.NaN()
	_, _, err := metakit.MetaGradient(classes, meta, e)
	_, checked := metakit.CheckMetaGradient(classes, meta, e, 1)
	_, evaluated := metakit.Evaluation{Learner: classes, Tasks: metakit.Collection{e},
		Steps: []int{0}}.Run(t.Context(), meta)
	for _, err := range []error{err, checked, evaluated} {
		if err == nil || !strings.Contains(err.Error(), "meta-parameter 7 is NaN") {
			t.Errorf("NaN in the meta-parameters: %v", err)
		}
	}
}

// Where adaptation diverges predictions are returned beside an error, which names the first that is not finite and
// where it came from; so is a meta-gradient.
func TestDivergenceIsAnError(t *testing.T) {
	l := metakit.MAML{Network: relu, Loss: mse, Steps: 12, Inner: nn.SGD{Rate: 1e30}}
	meta, e := start(l, 1), metakit.Draw(sines, 1, 1)
	all, err := metakit.Predict(l, meta, e.Support, e.Query.X, []int{0, 12})
	if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "after 12 steps the prediction in row 0") ||
		!strings.Contains(err.Error(), "(") {
		t.Errorf("a prediction: %v", err)
	}
	if len(all) != 2 || math.IsNaN(all[0].At(0, 0)) {
		t.Errorf("before the first step it predicts %v", all)
	}
	if _, err := metakit.NewAdapter(l, meta, nil, 12).Adapt(e.Support); !errors.Is(err, metakit.ErrDiverged) {
		t.Errorf("Adapt: %v", err)
	}
	loss, gradient, err := metakit.MetaGradient(l, meta, e)
	if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "MetaGradient: the loss is ") ||
		len(gradient) != len(meta) {
		t.Errorf("a meta-gradient of the loss %v: %v", loss, err)
	}
	if _, err := (metakit.IMAML{Network: relu, Loss: mse, Steps: 12, Inner: nn.SGD{Rate: 1e30}, Lambda: 1,
		Iterations: 2}).Solve(meta, e); !errors.Is(err, metakit.ErrDiverged) {
		t.Errorf("Solve: %v", err)
	}
}

// fifths predicts that all of five classes are alike.
type fifths struct{}

func (fifths) Predict(_ metakit.Set, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	return mat.NewDense(rows, 5, nil)
}

// A prediction of a size that was met allocates its result alone: a slice, and for each matrix its head and its
// numbers.
func TestAdapterAllocatesItsResult(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	a, e := adapter()
	got := testing.AllocsPerRun(100, func() {
		if _, err := a.Predict(e.Support, e.Query.X); err != nil {
			t.Fatal(err)
		}
	})
	if got > 3 {
		t.Errorf("%v allocations", got)
	}
}

// adapter takes ten steps of gradient descent by the network of the sinusoid benchmark, on ten points.
func adapter() (*metakit.Adapter, *metakit.Episode) {
	l := metakit.MAML{Network: relu, Loss: mse, Inner: sgd}
	return metakit.NewAdapter(l, l.Init(rand.New(rand.NewPCG(1, 1))), nil, 10), metakit.Draw(sines, 1, 1)
}

func BenchmarkAdapter(b *testing.B) {
	a, e := adapter()
	for b.Loop() {
		if _, err := a.Predict(e.Support, e.Query.X); err != nil {
			b.Fatal(err)
		}
	}
}
