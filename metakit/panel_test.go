package metakit_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
	"kindred/nn"
)

func waves(shots int) metakit.Distribution { return tasks.NewSinusoid(shots).Test() }

// A curve over shots is what separate evaluations give, and a learner that adapts gets better along it.
func TestPanels(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: nn.SGD{Rate: 0.05}}
	meta := train(t, l, sines, 100).Meta
	e := metakit.Evaluation{Learner: l, Steps: []int{0, 5}, Episodes: 200, Seed: 2}
	shots := []int{1, 5, 20}
	curve, err := e.Panels(t.Context(), meta, metakit.Shots(waves, shots...)...)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range shots {
		alone := e
		alone.Tasks = waves(k)
		want, err := alone.Run(t.Context(), meta)
		if err != nil {
			t.Fatal(err)
		}
		for s := range want {
			sameBits(t, "losses", curve[i][s].Losses, want[s].Losses)
		}
		if i > 0 && !(curve[i][1].Mean < curve[i-1][1].Mean) {
			t.Errorf("%d points: error %v, with fewer %v", k, curve[i][1].Interval, curve[i-1][1].Interval)
		}
		// The waves are the same, and without a step the points of the support set have no part.
		sameBits(t, "before adaptation", curve[i][0].Losses, curve[0][0].Losses)
	}
	if _, err := e.Panels(t.Context(), meta, metakit.Panel{Name: "bad", Tasks: holed{sines}}); err == nil {
		t.Error("NaN in a panel is taken")
	} else if want := `(panel "bad")`; !strings.Contains(err.Error(), want) {
		t.Errorf("the error does not say %s: %v", want, err)
	}
}

// A learner that does not adapt in steps has one prediction, and a flat curve over steps.
func TestCurveWithoutSteps(t *testing.T) {
	l := attention{nn.MLP{Widths: []int{1, 8, 4}, Activation: nn.Tanh}, mse}
	o, err := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Steps: metakit.UpTo(3), Episodes: 10}.Run(t.Context(), start(l, 1))
	if err != nil {
		t.Fatal(err)
	}
	for k := range o {
		if sameBits(t, "losses", o[k].Losses, o[0].Losses); o[k].Steps != k {
			t.Errorf("outcome %d is after %d steps", k, o[k].Steps)
		}
	}
}

// Differences are taken task by task, of outcomes on the same episodes alone: those of another seed, of another number
// of points, or fewer, are others, those of a baseline the same.
func TestMinus(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	e := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Steps: []int{0, 3}, Episodes: 50}
	o, err := e.Run(t.Context(), start(l, 1))
	if err != nil {
		t.Fatal(err)
	}
	zero, err := e.Baseline(t.Context(), baseline.Zero{}, mse)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for k := range zero.Losses {
		sum += (o[1].Losses[k] - zero.Losses[k]) / 50
	}
	if d := o[1].Minus(zero); math.Abs(d.Mean-sum) > 1e-12 || d.N != 50 {
		t.Errorf("difference %+v, want the mean %v of 50", d, sum)
	}
	for name, change := range map[string]func(e *metakit.Evaluation){
		"seed":   func(e *metakit.Evaluation) { e.Seed = 1 },
		"fewer":  func(e *metakit.Evaluation) { e.Episodes = 49 },
		"points": func(e *metakit.Evaluation) { e.Tasks = waves(5) },
	} {
		other := e
		change(&other)
		base, err := other.Baseline(t.Context(), baseline.Zero{}, mse)
		if err != nil {
			t.Fatal(err)
		}
		if base.Episodes == zero.Episodes {
			t.Errorf("%s: other episodes have the same fingerprint", name)
		}
	}
	turned := metakit.Collect(sines, 3, 4)
	again := metakit.Collect(sines, 3, 4)
	turned[1], turned[2] = turned[2], turned[1]
	print := func(c metakit.Collection) string {
		o, err := metakit.Evaluation{Tasks: c}.Baseline(t.Context(), baseline.Zero{}, mse)
		if err != nil {
			t.Fatal(err)
		}
		return o.Episodes
	}
	want := print(again)
	if print(turned) == want {
		t.Error("the order of the episodes has no part in the fingerprint")
	}
	for _, m := range []*mat.Dense{again[3].Support.X, again[3].Support.Y, again[3].Query.X, again[3].Query.Y} {
		kept := m.At(2, 0)
		if m.Set(2, 0, math.Nextafter(kept, 9)); print(again) == want {
			t.Error("a number of an episode has no part in the fingerprint")
		}
		m.Set(2, 0, kept)
	}
}

// What a network says of its way to normalise is in the result, and in that of a panel.
func TestModes(t *testing.T) {
	running := modal{small, nn.NewBatchNorm(1)}
	for name, c := range map[string]struct {
		net  nn.Network
		want []string
	}{
		"nothing to say": {small, nil},
		"running":        {running, []string{"running batch normalisation"}},
		"transductive":   {normalised{MLP: small, Transductive: true}, []string{"transductive normalisation"}},
		"rows of a set": {nn.MLP{Widths: small.Widths, Norm: nn.NewTransductiveNorm(1)},
			[]string{"transductive batch normalisation"}},
		"rows together":    {together{small}, []string{"rows together"}},
		"by hand, running": {normalised{MLP: small}, []string{"running statistics"}},
	} {
		l := metakit.MAML{Network: c.net, Loss: mse, Steps: 1, Inner: sgd}
		r := train(t, l, sines, 0)
		if o := evaluate(t, l, sines, r, 0, 1); !slices.Equal(o[1].Modes, c.want) {
			t.Errorf("%s: %q, want %q", name, o[1].Modes, c.want)
		}
	}
}

// modal is a network whose inputs are normalised first.
type modal struct {
	nn.MLP
	Norm nn.BatchNorm
}

func (m modal) Shapes() []autodiff.Shape {
	shapes := m.MLP.Shapes()
	for _, s := range m.Norm.Shapes() {
		s.Name = "norm " + s.Name
		shapes = append(shapes, s)
	}
	return shapes
}

func (m modal) Init(rng *rand.Rand) []float64 { return append(m.MLP.Init(rng), m.Norm.Init(rng)...) }

func (m modal) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	of := len(m.MLP.Shapes())
	return m.MLP.Apply(t, theta.Slice(0, of), m.Norm.Apply(t, theta.Slice(of, theta.Len()), x))
}

// together is a network that says no more than that it looks at all rows.
type together struct{ nn.MLP }

func (n together) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	t.AllRows()
	return n.MLP.Apply(t, theta, x)
}

// holed is waves with a number in each that is none.
type holed struct{ tasks.Sinusoid }

func (s holed) Draw(e *metakit.Episode, seed, index uint64) {
	s.Sinusoid.Draw(e, seed, index)
	e.Support.X.Set(2, 0, nan)
}
