package models_test

import (
	"math"
	"path/filepath"
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/nn"
)

// tried calls f for every learner of the package, with the tasks that suit it.
func tried(f func(l metakit.Learner, d metakit.Distribution)) {
	for _, r := range learners.Rows() {
		if r.Family == learners.Model {
			f(r.Learner, r.Tasks)
		}
	}
}

// In float32 a few iterations go where they go in float64, as far as 24 bits and systems of a condition of some 1e3 let
// them.
func TestFloat32(t *testing.T) {
	tried(func(l metakit.Learner, d metakit.Distribution) {
		var losses [2][]float64
		for k, precision := range []autodiff.Precision{autodiff.Float64, autodiff.Float32} {
			r, err := metakit.Training{Learner: l, Tasks: d, Iterations: 3, MetaBatch: 4, Optimizer: nn.SGD{Rate: 0.01},
				Precision: precision}.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			losses[k] = r.History
		}
		for k, want := range losses[0] {
			if got := losses[1][k]; !(math.Abs(got-want) <= 1e-3*(1+math.Abs(want))) {
				t.Errorf("%T: loss %d is %v in float32, %v in float64", l, k, got, want)
			}
		}
	})
}

// A class without a support point is no trouble in float32 either.
func TestFloat32WithoutSupport(t *testing.T) {
	for _, l := range ofClasses {
		r, err := metakit.Training{Learner: l, Tasks: blobs(2, 2), Iterations: 2, MetaBatch: 4, Optimizer: nn.SGD{Rate: 0.01},
			Precision: autodiff.Float32}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		finite(t, "meta-parameters", r.Meta)
	}
}

// What was learned is used again from a file, by the same learner.
func TestAdapterFiles(t *testing.T) {
	tried(func(l metakit.Learner, d metakit.Distribution) {
		file, meta := filepath.Join(t.TempDir(), "adapter"), start(l, 1)
		if err := metakit.NewAdapter(l, meta, nil, 0).WriteFile(file); err != nil {
			t.Fatal(err)
		}
		a, err := metakit.OpenAdapter(file, l)
		if err != nil {
			t.Fatal(err)
		}
		e := metakit.Draw(d, 1, 1)
		got, err := a.Predict(e.Support, e.Query.X)
		if err != nil {
			t.Fatal(err)
		}
		golden.Near(t, "predictions", got[0].RawMatrix().Data, predicted(t, l, meta, e).RawMatrix().Data, 0)
	})
}

// An embedding may keep running statistics: those of training are used in the test, where each point is for itself.
func TestEmbeddingWithStatistics(t *testing.T) {
	l := models.NewPrototypical(nn.MLP{Widths: []int{2, 8, 5}, Activation: nn.ReLU, Norm: nn.NewBatchNorm(1)}, 3)
	if err := metatest.Check(l, blobs(3, 2), metatest.QueriesApart); err != nil {
		t.Error(err)
	}
	r, err := metakit.Training{Learner: l, Tasks: blobs(3, 2), Iterations: 20, MetaBatch: 2,
		Optimizer: nn.NewAdam(0.01)}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o, err := metakit.Evaluation{Learner: l, Tasks: blobs(3, 2), Steps: []int{0}, Episodes: 50,
		Statistics: r.Statistics}.Run(t.Context(), r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Statistics) != 16 || !(o[0].Score.Low > 0.8) {
		t.Errorf("%d statistics; accuracy %v of blobs that hardly overlap", len(r.Statistics), o[0].Score.Interval)
	}
}
