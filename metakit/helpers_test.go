package metakit_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// What most tests learn, and with what.
var (
	small = nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}
	relu  = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	mse   = nn.SquaredError{}
	sgd   = nn.SGD{Rate: 0.01}
	adam  = nn.NewAdam(0.001)
	sines = tasks.NewSinusoid(10)
)

// start returns the first meta-parameters of a learner.
func start(l metakit.Learner, seed uint64) []float64 { return l.Init(rand.New(rand.NewPCG(seed, 1))) }

// begin starts a training.
func begin(t testing.TB, training metakit.Training) *metakit.Run {
	t.Helper()
	r, err := training.Start()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func metaGradient(t *testing.T, l metakit.Learner, meta []float64, e *metakit.Episode) (float64, []float64) {
	t.Helper()
	loss, gradient, err := metakit.MetaGradient(l, meta, e)
	if err != nil {
		t.Fatal(err)
	}
	return loss, gradient
}

// predict returns the predictions for the query points after the given numbers of steps.
func predict(t *testing.T, l metakit.Learner, meta []float64, e *metakit.Episode, steps []int) []*mat.Dense {
	t.Helper()
	all, err := metakit.Predict(l, meta, e.Support, e.Query.X, steps)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// inputs declares the meta-parameters of a learner and a support set of the episode's size.
func inputs(l metakit.Learner, e *metakit.Episode) (autodiff.Params, metakit.TracedSet) {
	g, s := autodiff.New(), e.Size()
	return g.Params(l.Shapes()), metakit.TracedSet{X: g.Input("x", s.Support, s.In), Y: g.Input("y", s.Support, s.Out)}
}

// adapted returns the parameters of a network after steps on a support set.
func adapted(step func(k int, theta, gradient autodiff.Params) autodiff.Params, l metakit.MAML, meta []float64,
	e *metakit.Episode, steps int) []float64 {
	theta, support := inputs(l, e)
	path := metakit.Descent{Step: step}.Path(nil, theta, steps, metakit.SupportLoss(l.Network, l.Loss, support))
	ws := autodiff.Compile(path[steps]).NewWorkspace()
	ws.Set(theta, meta)
	ws.Set(support.X, e.Support.X.RawMatrix().Data)
	ws.Set(support.Y, e.Support.Y.RawMatrix().Data)
	ws.Run()
	return ws.Read(path[steps], nil)
}

// raceEnabled says that the race detector runs, which allocates.
var raceEnabled bool
