package models_test

import (
	"math"
	"testing"

	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// after returns the outcome on 100 new tasks after a short training.
func after(t *testing.T, l metakit.Learner, d, test metakit.Distribution, iterations int) metakit.Outcome {
	t.Helper()
	r, err := metakit.Training{Learner: l, Tasks: d, Iterations: iterations, MetaBatch: 8, Optimizer: nn.NewAdam(0.01),
		Seed: 1}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o, err := metakit.Evaluation{Learner: l, Tasks: test, Steps: []int{0}, Episodes: 100}.Run(t.Context(), r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	return o[0]
}

func TestClassesAreLearned(t *testing.T) {
	net, d := nn.MLP{Widths: []int{16, 8}}, learners.Spots()
	matching := models.NewMatching(net, 5)
	matching.Scale, matching.LearnScale = 10, true
	for _, l := range []metakit.Learner{models.NewPrototypical(net, 5), matching, models.NewR2D2(net, 5)} {
		before, trained := after(t, l, d, d, 0).Score, after(t, l, d, d, 150).Score
		if before.Name != "accuracy" || !(before.High < 0.5) || !(trained.Low > 0.8) {
			t.Errorf("%T: %s %v before training, %v after; chance is 0.2, and the classes hardly overlap", l, before.Name,
				before.Interval, trained.Interval)
		}
	}
}

// Half of the best error without a look at the points is a low bar, which nothing clears that does not look at them.
func TestNumbersAreLearned(t *testing.T) {
	net, floor := nn.MLP{Widths: []int{1, 20, 20, 10}, Activation: nn.Tanh}, waves.ZeroShotFloor()
	if o := after(t, models.NewRidgeAttention(net), waves, waves.Test(), 300); !(o.High < floor/2) {
		t.Errorf("ridge attention: error %v; %v without a look at the points", o.Interval, floor)
	}
	for _, l := range []metakit.Learner{models.NewALPaCA(net, 10, 1), models.NewDeepKernel(net)} {
		o := after(t, l, waves, waves.Test(), 300)
		if o.Score.Name != "mean squared error" || !(o.Score.High < floor/2) {
			t.Errorf("%T: %s %v; %v without a look at the points", l, o.Score.Name, o.Score.Interval, floor)
		}
		if blind := 0.5*math.Log(2*math.Pi*floor) + 0.5; !(o.High < blind) { // of a normal distribution that wide
			t.Errorf("%T: negative log density %v; %v without a look at the points", l, o.Interval, blind)
		}
	}
}
