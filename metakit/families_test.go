package metakit_test

import (
	"math"
	"testing"

	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// train returns the run of a short training.
func train(t *testing.T, l metakit.Learner, d metakit.Distribution, iterations int) *metakit.Run {
	t.Helper()
	r, err := metakit.Training{Learner: l, Tasks: d, Iterations: iterations, MetaBatch: 8, Optimizer: nn.NewAdam(0.01),
		Seed: 1}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// evaluate returns the outcomes on 200 new tasks.
func evaluate(t *testing.T, l metakit.Learner, d metakit.Distribution, r *metakit.Run, steps ...int) []metakit.Outcome {
	t.Helper()
	o, err := metakit.Evaluation{Learner: l, Tasks: d, Steps: steps, Episodes: 200,
		Statistics: r.Statistics}.Run(t.Context(), r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Only the context adapts, from zeros: with no inner steps all tasks look alike.
func TestCaviaLearns(t *testing.T) {
	l := metakit.CAVIA{Network: nn.MLP{Widths: []int{5, 20, 20, 1}, Activation: nn.Tanh}, Loss: mse, Context: 4, Steps: 2,
		Inner: nn.SGD{Rate: 0.3}}
	o := evaluate(t, l, sines.Test(), train(t, l, sines, 300), 0, 2)
	if floor := sines.ZeroShotFloor(); !(o[0].High > floor) || !(o[1].High < floor/2) {
		t.Errorf("error %v before two steps, %v after; %v without a look at the points", o[0].Interval, o[1].Interval, floor)
	}
	if _, err := metakit.CheckMetaGradient(l, start(l, 1), metakit.Draw(sines, 1, 1), 1); err != nil {
		t.Error(err)
	}
}

// anySize is waves of 1 to 10 support points.
type anySize struct{ tasks.Sinusoid }

func (a anySize) Size(seed, index uint64) metakit.Size {
	a.Shots = 1 + int(new(metakit.Episode).Rand(seed, ^index).Uint64N(10))
	return a.Sinusoid.Size(seed, index)
}

// A learner of uncertainty is trained on support sets of any size, and knows more of a wave the more it has seen.
func TestSizesAreLearned(t *testing.T) {
	l := models.NewNeuralProcess(1, 1, 24)
	r := train(t, l, anySize{sines}, 1000)
	previous := math.Inf(1)
	for _, shots := range []int{1, 3, 10} {
		test := tasks.NewSinusoid(shots).Test()
		o := evaluate(t, l, test, r, 0)[0]
		if !(o.Mean < previous) || o.Score.Name != "mean squared error" {
			t.Errorf("%d points: negative log-likelihood %v, %v with fewer; %s %v", shots, o.Interval, previous, o.Score.Name,
				o.Score.Interval)
		}
		previous = o.Mean
	}
}

func TestAnilLearns(t *testing.T) {
	l := metakit.MAML{Network: nn.MLP{Widths: []int{1, 20, 20, 1}, Activation: nn.Tanh}, Loss: mse, Steps: 1,
		Inner: nn.SGD{Rate: 0.1}, Adapts: metakit.Head}
	o := evaluate(t, l, sines.Test(), train(t, l, sines, 300), 0, 1)
	if floor := sines.ZeroShotFloor(); !(o[1].High < floor/2) {
		t.Errorf("error %v after one step; %v without a look at the points", o[1].Interval, floor)
	}
}

// A normalisation by the batch at hand lets query points look at each other, one by running statistics does not; noise
// takes nothing from what a learner claims.
func TestPropertiesOfNetworks(t *testing.T) {
	const all = metatest.ExactGradient | metatest.OrderFree | metatest.QueriesApart
	tanh := nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}
	metatest.TestLearner(t, attention{nn.MLP{Widths: []int{1, 20, 8}, Activation: nn.Tanh}, mse}, sines, all)
	transductive := metakit.MAML{Network: normalised{MLP: tanh, Transductive: true}, Loss: mse, Steps: 1, Inner: sgd}
	metatest.TestLearner(t, transductive, sines, metatest.OrderFree|metatest.ExactGradient)
	if metatest.Check(transductive, sines, metatest.QueriesApart) == nil {
		t.Error("transductive normalisation is taken to look at each query point by itself")
	}
	running := metakit.MAML{Network: normalised{MLP: tanh}, Loss: mse, Steps: 1, Inner: sgd}
	metatest.TestLearner(t, running, sines, all)
	metatest.TestLearner(t, metakit.MAML{Network: noisy{tanh}, Loss: mse, Steps: 1, Inner: sgd}, sines, all)
}
