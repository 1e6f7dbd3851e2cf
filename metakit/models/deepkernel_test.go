package models_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// same is the network that changes nothing: two columns, the unit matrix and no bias.
var same = nn.MLP{Widths: []int{2, 2}}

// With features that are the inputs it is the exact Gaussian process of the squared exponential kernel, computed
// plainly: predictions, and the likelihood by the determinant.
func TestDeepKernelIsAnExactGaussianProcess(t *testing.T) {
	const a, l, s, labels = 1.3, 0.8, 0.4, 2
	e := random(6, 4, 2, labels)
	learner := models.NewDeepKernel(same)
	meta := []float64{1, 0, 0, 1, 0, 0, math.Log(a), math.Log(l), math.Log(s)}
	kernel := func(x, y *mat.Dense) *mat.Dense {
		rows, _ := x.Dims()
		cols, _ := y.Dims()
		k := mat.NewDense(rows, cols, nil)
		k.Apply(func(i, j int, _ float64) float64 {
			d0, d1 := x.At(i, 0)-y.At(j, 0), x.At(i, 1)-y.At(j, 1)
			return a * a * math.Exp(-(d0*d0+d1*d1)/(2*l*l))
		}, k)
		return k
	}
	p, zeros := predicted(t, learner, meta, e), make([]float64, 6)
	for j := range labels {
		mean, variance := plainGP(t, kernel(e.Support.X, e.Support.X), kernel(e.Query.X, e.Support.X),
			[]float64{a * a, a * a, a * a, a * a}, zeros, zeros, mat.Col(nil, j, e.Support.Y), s)
		deviation := mat.Col(nil, labels+j, p)
		for i, d := range deviation {
			deviation[i] = d * d
		}
		golden.Near(t, "mean", mat.Col(nil, j, p), mean, 1e-12)
		golden.Near(t, "variance", deviation, variance, 1e-12)
	}

	var x, y, weighted mat.Dense
	x.Stack(e.Support.X, e.Query.X)
	y.Stack(e.Support.Y, e.Query.Y)
	k := kernel(&x, &x)
	for i := range 10 {
		k.Set(i, i, k.At(i, i)+s*s)
	}
	if err := weighted.Solve(k, &y); err != nil {
		t.Fatal(err)
	}
	weighted.MulElem(&weighted, &y)
	logDet, _ := mat.LogDet(k)
	want := (mat.Sum(&weighted) + labels*logDet + 10*labels*math.Log(2*math.Pi)) / 2 / (10 * labels)
	loss, _ := metaGradient(t, learner, meta, e)
	golden.Near(t, "loss", []float64{loss}, []float64{want}, 1e-12)
}

// Points far from the origin are as good as points near it, and where all is known the variance is that of the noise.
func TestDeepKernelKeepsItsDigits(t *testing.T) {
	l, e := models.NewDeepKernel(same), random(6, 4, 2, 1)
	const noise = 1e-9
	meta := []float64{1, 0, 0, 1, 0, 0, 0, 0, math.Log(noise)}
	known := &metakit.Episode{Support: e.Support, Query: e.Support}
	for i, d := range mat.Col(nil, 1, predicted(t, l, meta, known)) {
		if !(d >= noise && d < 1e-6) { // 1 − 1, but for rounding, and σ²
			t.Errorf("the deviation at support point %d is %v, with noise of %v", i, d, noise)
		}
	}
	meta[len(meta)-1] = 0
	want := predicted(t, l, meta, e).RawMatrix().Data
	for _, m := range []*mat.Dense{e.Support.X, e.Query.X} {
		m.Apply(func(_, _ int, v float64) float64 { return v + 1<<30 }, m)
	}
	// Inputs that far off are known to 1e-7, whose squares would be to 100.
	golden.Near(t, "predictions", predicted(t, l, meta, e).RawMatrix().Data, want, 1e-6)
}

// The likelihood of all points is that of all but the last, times the density that is predicted for the last.
func TestDeepKernelLikelihoodIsAChain(t *testing.T) {
	l, e := models.NewDeepKernel(line), random(7, 1, 1, 1)
	meta := start(l, 1)
	whole, _ := metaGradient(t, l, meta, e)
	part, _ := metaGradient(t, l, meta, cut(e.Support, 3))
	golden.Near(t, "likelihood", []float64{8 * whole}, []float64{7*part + evaluated(t, l, meta, e).Mean}, 1e-12)
}

// cut returns the episode of a set that is cut at a row.
func cut(set metakit.Set, at int) *metakit.Episode {
	n, in := set.X.Dims()
	_, out := set.Y.Dims()
	part := func(from, to int) metakit.Set {
		x, y := set.X.Slice(from, to, 0, in), set.Y.Slice(from, to, 0, out)
		return metakit.Set{X: mat.DenseCopyOf(x), Y: mat.DenseCopyOf(y)}
	}
	return &metakit.Episode{Support: part(0, at), Query: part(at, n)}
}

// Predictions go with what they are asked for, not with the loss of training: the meta-gradient is another one.
func TestDeepKernelHasAGradientOfItsOwn(t *testing.T) {
	l, e := models.NewDeepKernel(line), metakit.Draw(waves, 1, 1)
	meta := start(l, 1)
	loss, _ := metaGradient(t, l, meta, e)
	if query := evaluated(t, l, meta, e).Mean; math.Abs(loss-query) < 0.1 {
		t.Errorf("training reports %v, an evaluation %v", loss, query)
	}
}
