package mtlkit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// thinned is hard sharing with dropout of the representation.
type thinned struct{ sharing.HardSharing }

func (m thinned) Encode(t *nn.Trace, theta autodiff.Params, x autodiff.Value) []autodiff.Value {
	layers := m.HardSharing.Encode(t, theta, x)
	return append(layers, nn.Dropout(t, layers[len(layers)-1], 0.5))
}

func (m thinned) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	var z []autodiff.Value
	for i, v := range x {
		if i > 0 && v == x[i-1] { // tasks that share their inputs have the same units dropped
			z = append(z, z[i-1])
			continue
		}
		layers := m.Encode(t, theta, v)
		z = append(z, layers[len(layers)-1])
	}
	return m.Decode(t, theta, z)
}

func thin() thinned {
	return thinned{sharing.HardSharing{Trunk: []int{2, 32}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}}
}

func TestThinned(t *testing.T) { mtltest.TestModel(t, thin(), []int{1, 1}, 2) }

// The programs of a step, one for the losses and one for the gradients, draw the same noise, another step other noise:
// a scalarizer that looks at the losses first has the losses and the gradient of one that does not. Evaluation has
// none.
func TestDropoutInAStep(t *testing.T) {
	trainer := regressions(thin(), 2)
	theta := trainer.Model.Init(rand.New(rand.NewPCG(5, 0)))
	one := look(t, trainer, theta, 3)
	for _, b := range []balance.Balancer{opaque{}, balance.Sum{}} {
		trainer.Balance = b
		two := look(t, trainer, theta, 3)
		sameBits(t, fmt.Sprintf("%T: losses", b), two.Losses, one.Losses)
		closeTo(t, fmt.Sprintf("%T: gradient", b), two.Grad, one.Grad, 1e-14)
	}
	trainer.ByRepresentation = true
	closeTo(t, "by the representation", look(t, trainer, theta, 3).Grad, one.Grad, 1e-14)
	if other := look(t, trainer, theta, 4); other.Losses[0] == one.Losses[0] {
		t.Error("two steps have the same noise")
	}
	plain := regressions(thin().HardSharing, 2)
	for i, s := range scores(t, trainer, theta) {
		if want := scores(t, plain, theta)[i]; s != want {
			t.Errorf("evaluated %v, without dropout %v", s, want)
		}
	}
}

// opaque is the plain sum of the losses without saying so beforehand.
type opaque struct{ balance.Stateless }

func (opaque) Scalarize(weights, losses []float64, _ balance.State) float64 {
	sum := 0.0
	for i, l := range losses {
		weights[i] = 1
		sum += l
	}
	return sum
}

// Each batch of a step has noise of its own: with the same row in both batches, the Jacobians differ.
func TestDropoutOfSeveralBatches(t *testing.T) {
	trainer := regressions(thin(), 2)
	for _, m := range append(trainer.Data.Y, trainer.Data.X[0]) {
		for r := range 24 {
			m.SetRow(r, m.RawRowView(0))
		}
	}
	trainer.Balance, trainer.BatchSize = balance.NewMoDo(), 1
	theta := trainer.Model.Init(rand.New(rand.NewPCG(5, 0)))
	got := look(t, trainer, theta, 0)
	if len(got.Jacobians) < 2 || got.Jacobians[0].At(0, 0) == got.Jacobians[1].At(0, 0) {
		t.Errorf("two batches have the same noise: %v", got.Jacobians)
	}
}

func TestDeterminismDropoutResume(t *testing.T) {
	for _, b := range []balance.Balancer{nil, balance.NewFAMO(), balance.NewMoDo()} {
		trainer := regressions(thin(), 2)
		trainer.Balance, trainer.BatchSize, trainer.Seed = b, 5, 9
		want := train(t, trainer)
		sameBits(t, fmt.Sprintf("%T", b), resumedAfter(t, trainer, 7).Theta, want.Theta)
		trainer.Seed, trainer.Initial, trainer.BatchSize = 10, want.Theta, 0
		if b == nil {
			one := train(t, trainer).Theta
			trainer.Seed = 11
			if two := train(t, trainer).Theta; one[0] == two[0] {
				t.Error("two seeds have the same noise")
			}
		}
	}
}

var _ mtlkit.Encoder = thinned{}
