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

// onQueries is the episode whose points, of both sets, are the query points of another.
func onQueries(e *metakit.Episode) *metakit.Episode {
	return &metakit.Episode{Support: e.Query, Query: e.Query}
}

// A pathed is a learner that tells where its steps lead.
type pathed interface {
	metakit.Learner
	Path(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet, steps int) []autodiff.Params
}

// pathEnd returns what adapts after steps on a support set.
func pathEnd(l pathed, meta []float64, e *metakit.Episode, steps int) []float64 {
	theta, support := inputs(l, e)
	return end(l.Path(nil, theta, support, steps), theta, support, meta, e)
}

// followed returns the parameters of a network after the steps of MAML taken otherwise.
func followed(step func(k int, theta, gradient autodiff.Params) autodiff.Params, l metakit.MAML, meta []float64,
	e *metakit.Episode) []float64 {
	theta, support := inputs(l, e)
	path := metakit.Descent{Step: step}.Path(nil, theta, l.Steps, metakit.SupportLoss(l.Network, l.Loss, support))
	return end(path, theta, support, meta, e)
}

// end computes the last of a path.
func end(path []autodiff.Params, theta autodiff.Params, support metakit.TracedSet, meta []float64,
	e *metakit.Episode) []float64 {
	last := path[len(path)-1]
	ws := autodiff.Compile(last).NewWorkspace()
	ws.Set(theta, meta)
	ws.Set(support.X, e.Support.X.RawMatrix().Data)
	ws.Set(support.Y, e.Support.Y.RawMatrix().Data)
	ws.Run()
	return ws.Read(last, nil)
}

// raceEnabled says that the race detector runs, which allocates.
var raceEnabled bool
