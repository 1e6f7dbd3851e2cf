package models_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// A class without a support point is never predicted, and its place changes nothing for the others; a query point of it
// makes the loss large, and nothing infinite.
func TestClassWithoutSupport(t *testing.T) {
	for _, l := range ofClasses {
		e := metakit.Draw(blobs(3, 2), 1, 1)
		meta := start(l, 1)
		part := metakit.Set{X: mat.NewDense(4, 2, nil), Y: mat.NewDense(4, 1, nil)} // without class 1
		for to, from := range []int{0, 1, 4, 5} {
			part.X.SetRow(to, e.Support.X.RawRowView(from))
			part.Y.SetRow(to, e.Support.Y.RawRowView(from))
		}
		without := &metakit.Episode{Support: part, Query: e.Query}
		p := predicted(t, l, meta, without)
		finite(t, "predictions", p.RawMatrix().Data)
		for i := range p.RawMatrix().Rows {
			if row := p.RawRowView(i); floats.MinIdx(row) != 1 || row[1] > -1e29 {
				t.Errorf("%T: the logits of query point %d are %v", l, i, row)
			}
		}
		loss, gradient := metaGradient(t, l, meta, without)
		finite(t, "loss and gradient", append(gradient, loss))
		if loss < 1e29 {
			t.Errorf("%T: the loss is %v, with query points of a class without a support point", l, loss)
		}
	}
}

// collapsed is a task whose support points have one place and each another label.
func collapsed() metakit.Collection {
	return metakit.Collection{{Support: metakit.NewSet(4, []float64{1, 1, 1, 1}, []float64{0, 1, 2, 3}),
		Query: metakit.NewSet(2, []float64{1, 2}, []float64{0, 1})}}
}

// Equal points without a penalty, or without noise, make a system that has no solution: training, predictions, which
// are NaN, and meta-gradients come with an error that says so, and an evaluation counts the task among those whose loss
// is not finite.
func TestSingularSystem(t *testing.T) {
	features := nn.MLP{Widths: []int{1, 12, 6}, Activation: nn.Tanh}
	ridge, kernel := models.NewRidgeAttention(features), models.NewDeepKernel(features)
	classes := models.NewR2D2(features, 4)
	ridge.Lambda, classes.Lambda, kernel.Noise = 1e-300, 1e-300, 1e-150
	for _, l := range []metakit.Learner{ridge, classes, kernel} {
		_, err := metakit.Training{Learner: l, Tasks: collapsed(), Iterations: 3, MetaBatch: 1,
			Optimizer: nn.SGD{Rate: 0.1}}.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "the matrix is not positive definite") {
			t.Errorf("%T: training says %v", l, err)
		}
		meta := start(l, 0)
		e := collapsed()[0]
		p, err := metakit.Predict(l, meta, e.Support, e.Query.X, []int{0})
		if !errors.Is(err, metakit.ErrDiverged) || !math.IsNaN(p[0].At(0, 0)) ||
			!strings.Contains(err.Error(), "after 0 steps the prediction in row 0, column 0 is NaN") ||
			!strings.Contains(err.Error(), "the matrix is not positive definite") {
			t.Errorf("%T: it predicts %v: %v", l, p[0].At(0, 0), err)
		}
		_, _, err = metakit.MetaGradient(l, meta, e)
		if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "the matrix is not positive definite") {
			t.Errorf("%T: a meta-gradient: %v", l, err)
		}
		o, err := metakit.Evaluation{Learner: l, Tasks: collapsed(), Steps: []int{0}}.Run(t.Context(), meta)
		if err != nil || o[0].Above100 != 1 {
			t.Errorf("%T: an evaluation counts %d tasks of no finite loss: %v", l, o[0].Above100, err)
		}
	}
	// With a penalty, and with noise, the same task is none to speak of.
	ridge.Lambda, classes.Lambda, kernel.Noise = 1e-3, 1e-3, 1e-3
	for _, l := range []metakit.Learner{ridge, classes, kernel} {
		finite(t, "predictions", predicted(t, l, start(l, 0), collapsed()[0]).RawMatrix().Data)
	}
}

// What is wrong with a task is said with its place, by every learner.
func TestWrongTasks(t *testing.T) {
	type episode = *metakit.Episode
	for _, c := range []struct {
		learners []metakit.Learner
		tasks    metakit.Distribution
		spoil    func(e episode)
		says     string
	}{
		{ofNumbers, waves, func(e episode) { e.Support.X.Set(2, 0, nan) },
			"support X is NaN in row 2, column 0: it must be finite"},
		{ofNumbers, waves, func(e episode) { e.Support.Y.Set(3, 0, inf) },
			"support Y is +Inf in row 3, column 0: it must be finite"},
		{ofClasses, blobs(3, 2), func(e episode) { e.Query.X.Set(1, 1, nan) },
			"query X is NaN in row 1, column 1: it must be finite"},
		{ofClasses, blobs(3, 2), func(e episode) { e.Support.Y.Set(0, 0, 3) },
			"support Y is 3 in row 0, column 0: with 3 outputs, a class is a whole number from 0 to 2"},
		{ofClasses, blobs(3, 2), func(e episode) { e.Support.Y.Set(0, 0, 0.5) }, "a class is a whole number from 0 to 2"},
		{ofClasses, blobs(4, 2), func(episode) {}, "a class is a whole number from 0 to 2"}, // more classes than ways
	} {
		for _, l := range c.learners {
			e := metakit.Draw(c.tasks, 1, 1)
			c.spoil(e)
			_, err := metakit.Training{Learner: l, Tasks: metakit.Collection{e}, Iterations: 1, MetaBatch: 1,
				Optimizer: nn.SGD{Rate: 0.1}}.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%T: training says %v, want %q", l, err, c.says)
			}
		}
	}
}
