package models_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// all is what every learner in closed form claims.
const all = metatest.ExactGradient | metatest.OrderFree | metatest.QueriesApart

// blobs are tasks of that many classes out of ten in the plane, each a cloud about its own place.
func blobs(ways, shots int) tasks.NWay {
	rng := rand.New(rand.NewPCG(4, 0))
	var x []float64
	var class []int
	for k := range 10 {
		a, b := 2*rng.NormFloat64(), 2*rng.NormFloat64()
		for range 20 {
			x = append(x, a+0.3*rng.NormFloat64(), b+0.3*rng.NormFloat64())
			class = append(class, k)
		}
	}
	return tasks.NewNWay(mat.NewDense(len(class), 2, x), class, ways, shots, 4)
}

// waves are tasks of one label with 10 support points.
var waves = tasks.NewSinusoid(10)

// plane is the embedding of blobs, and line that of waves.
var (
	plane = nn.MLP{Widths: []int{2, 8, 5}, Activation: nn.Tanh}
	line  = nn.MLP{Widths: []int{1, 12, 6}, Activation: nn.Tanh, Output: nn.Tanh}
)

// The learners with what most tests try them on: blobs of 3 ways, and waves.
var (
	ofClasses = []metakit.Learner{models.NewPrototypical(plane, 3), models.NewMatching(plane, 3), models.NewR2D2(plane, 3)}
	ofNumbers = []metakit.Learner{models.NewRidgeAttention(line), models.NewALPaCA(line, 6, 1), models.NewDeepKernel(line)}
)

// start returns the first meta-parameters of a learner.
func start(l metakit.Learner, seed uint64) []float64 { return l.Init(rand.New(rand.NewPCG(seed, 1))) }

// embed returns what a network makes of the rows of x.
func embed(t *testing.T, net nn.Network, theta []float64, x *mat.Dense) *mat.Dense {
	t.Helper()
	g := autodiff.New()
	rows, cols := x.Dims()
	p, in := g.Params(net.Shapes()), g.Input("x", rows, cols)
	out := net.Apply(nil, p, in)
	ws := autodiff.Compile(out).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, x.RawMatrix().Data)
	ws.Run()
	return mat.NewDense(out.Rows(), out.Cols(), ws.Read(out, nil))
}

// withOnes returns f with a column of ones beside it.
func withOnes(f *mat.Dense) *mat.Dense {
	rows, cols := f.Dims()
	out := mat.NewDense(rows, cols+1, nil)
	out.Apply(func(i, j int, _ float64) float64 {
		if j == cols {
			return 1
		}
		return f.At(i, j)
	}, out)
	return out
}

// oneHot returns the classes of y as rows with a 1.
func oneHot(y *mat.Dense, ways int) *mat.Dense {
	rows, _ := y.Dims()
	out := mat.NewDense(rows, ways, nil)
	for i := range rows {
		out.Set(i, int(y.At(i, 0)), 1)
	}
	return out
}

// finite fails the test unless all of v is.
func finite(t *testing.T, what string, v []float64) {
	t.Helper()
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Errorf("%s[%d] is %v", what, i, x)
		}
	}
}
