package models_test

import (
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// A short training beats the best error without a look at the points, which nothing does that does not look at them.
func TestReadersLearn(t *testing.T) {
	floor, mse := waves.ZeroShotFloor(), nn.SquaredError{}
	causal := models.NewInContext(1, 1, mse)
	causal.Causal = true
	for _, c := range []struct {
		l          metakit.Learner
		iterations int
	}{
		{models.NewNeuralProcess(1, 1, 32), 400}, {models.NewAttentiveProcess(1, 1, 32), 300},
		{models.NewInContext(1, 1, mse), 200}, {causal, 200}, {models.NewRecurrent(1, 1, 24, mse), 400},
	} {
		r, err := metakit.Training{Learner: c.l, Tasks: waves, Iterations: c.iterations, MetaBatch: 8, ClipNorm: 1,
			Optimizer: nn.NewAdam(0.005), Seed: 1, Precision: autodiff.Float32}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		test := metakit.Evaluation{Learner: c.l, Tasks: waves.Test(), Steps: []int{0}, Episodes: 100}
		all, err := test.Run(t.Context(), r.Meta)
		if err != nil {
			t.Fatal(err)
		}
		squared := all[0].Interval // the loss, or with deviations the score
		if c.l.Target().Extra > 0 {
			squared = all[0].Score.Interval
		}
		t.Logf("%T: error %v, %v without a look at the points", c.l, squared, floor)
		if !(squared.High < floor) {
			t.Errorf("%T: error %v, %v without a look at the points", c.l, squared, floor)
		}
	}
}

// Classes are learned too, which have another number in every task: a network that forgets the support set is right
// once in three times.
func TestReadersLearnClasses(t *testing.T) {
	d := blobs(3, 2)
	for _, l := range []metakit.Learner{models.NewInContext(2, 3, nn.SoftmaxLoss{}),
		models.NewRecurrent(2, 3, 24, nn.SoftmaxLoss{})} {
		trained := after(t, l, d, d, 300).Score
		t.Logf("%T: %s %v", l, trained.Name, trained.Interval)
		if trained.Name != "accuracy" || !(trained.Low > 0.6) {
			t.Errorf("%T: %s %v; chance is 1/3", l, trained.Name, trained.Interval)
		}
	}
}

// What is wrong with a task is said with its place, and a training that diverges ends with an error.
func TestWrongTasksOfReaders(t *testing.T) {
	ofNumbers := []metakit.Learner{smallProcess(), smallAttentive(), smallTransformer(1, 1, nn.SquaredError{}, true),
		models.NewRecurrent(1, 1, 6, nn.SquaredError{})}
	ofClasses := []metakit.Learner{smallTransformer(2, 3, nn.SoftmaxLoss{}, false),
		models.NewRecurrent(2, 3, 6, nn.SoftmaxLoss{})}
	for _, c := range []struct {
		learners []metakit.Learner
		tasks    metakit.Distribution
		spoil    func(e *metakit.Episode)
		says     string
	}{
		{ofNumbers, waves, func(e *metakit.Episode) { e.Support.Y.Set(3, 0, nan) },
			"support Y is NaN in row 3, column 0: it must be finite"},
		{ofNumbers, waves, func(e *metakit.Episode) { e.Query.X.Set(0, 0, inf) },
			"query X is +Inf in row 0, column 0: it must be finite"},
		{ofNumbers, waves, func(e *metakit.Episode) { e.Query.Y.Set(0, 0, 1e300) }, "not finite"},
		{ofClasses, blobs(4, 2), func(*metakit.Episode) {}, "a class is a whole number from 0 to 2"},
		{ofClasses, blobs(3, 2), func(e *metakit.Episode) { e.Support.Y.Set(1, 0, 0.5) },
			"a class is a whole number from 0 to 2"},
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
