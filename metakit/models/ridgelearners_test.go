package models_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// With more support points than features, and with fewer.
func TestPropertiesOfR2D2(t *testing.T) {
	l := models.NewR2D2(plane, 3)
	metatest.TestLearner(t, l, blobs(3, 4), all)
	l.Bias = false
	metatest.TestLearner(t, l, blobs(3, 1), all)
}

func TestPropertiesOfRidgeAttention(t *testing.T) {
	l := models.NewRidgeAttention(line)
	metatest.TestLearner(t, l, waves, all)
	l.Bias = false
	metatest.TestLearner(t, l, tasks.NewSinusoid(4), all)
}

// The prediction is f(x)W with the W of the normal equations, solved plainly; attention times labels is the same.
func TestRidgeAttentionIsRidgeRegression(t *testing.T) {
	for _, shots := range []int{3, 20} {
		l, e := models.NewRidgeAttention(line), metakit.Draw(tasks.NewSinusoid(shots), 1, 1)
		l.Lambda = 0.2
		meta := start(l, 1)
		theta := meta[:len(meta)-1]
		x, q := withOnes(embed(t, line, theta, e.Support.X)), withOnes(embed(t, line, theta, e.Query.X))
		var system, right, w, want, voted mat.Dense
		system.Mul(x.T(), x)
		for i := range 7 {
			system.Set(i, i, system.At(i, i)+0.2)
		}
		right.Mul(x.T(), e.Support.Y)
		if err := w.Solve(&system, &right); err != nil {
			t.Fatal(err)
		}
		want.Mul(q, &w)
		golden.Near(t, "predictions", predicted(t, l, meta, e).RawMatrix().Data, want.RawMatrix().Data, 1e-12)
		voted.Mul(shown(t, l, meta, e, "attention"), e.Support.Y)
		golden.Near(t, "attention times labels", voted.RawMatrix().Data, want.RawMatrix().Data, 1e-12)
	}
}

// With next to no penalty, and more features than points, the curve goes through the points.
func TestRidgeAttentionInterpolates(t *testing.T) {
	l, e := models.NewRidgeAttention(line), metakit.Draw(tasks.NewSinusoid(3), 1, 1)
	l.Lambda = 1e-10
	got := predicted(t, l, start(l, 1), &metakit.Episode{Support: e.Support, Query: e.Support})
	golden.Near(t, "predictions", got.RawMatrix().Data, e.Support.Y.RawMatrix().Data, 1e-6)
}

// R2D2 is RidgeAttention to the classes as numbers 0 and 1, scaled and shifted.
func TestR2D2IsRidgeAttention(t *testing.T) {
	e := metakit.Draw(blobs(3, 2), 1, 1)
	r, a := models.NewR2D2(plane, 3), models.NewRidgeAttention(plane)
	r.Scale, r.Shift, r.Lambda, a.Lambda = 3, -0.5, 0.4, 0.4
	meta := start(r, 1)
	asNumbers := &metakit.Episode{Support: metakit.Set{X: e.Support.X, Y: oneHot(e.Support.Y, 3)}, Query: e.Query}
	want := predicted(t, a, meta[:len(meta)-2], asNumbers)
	want.Apply(func(_, _ int, v float64) float64 { return 3*v - 0.5 }, want)
	golden.Near(t, "logits", predicted(t, r, meta, e).RawMatrix().Data, want.RawMatrix().Data, 1e-14)
}

// λ is positive whatever a step makes of its meta-parameter.
func TestLambdaStaysPositive(t *testing.T) {
	l := models.NewRidgeAttention(nn.MLP{Widths: []int{1, 3}})
	r, err := metakit.Training{Learner: l, Tasks: waves, Iterations: 50, MetaBatch: 2,
		Optimizer: nn.NewAdam(1)}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	finite(t, "meta-parameters", r.Meta)
	if lambda := math.Exp(r.Meta[len(r.Meta)-1]); !(lambda > 0) {
		t.Errorf("λ is %v", lambda)
	}
}
