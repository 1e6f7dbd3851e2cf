package mtlkit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// tempered is hard sharing whose outputs are divided by a temperature that falls from 5 by a tenth a step, and is 0.5
// in evaluation.
type tempered struct{ sharing.HardSharing }

func temperature(step int) float64 { return 5 * math.Pow(0.9, float64(step)) }

func (m tempered) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	out := m.HardSharing.Apply(t, theta, x)
	for i := range out {
		out[i] = out[i].Div(t.Scheduled(out[i].Graph(), temperature, 0.5))
	}
	return out
}

func TestScheduledTemperature(t *testing.T) {
	m := tempered{sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}}
	mtltest.TestModel(t, m, []int{1, 1}, 2)
	trainer := regressions(m, 2)
	theta := m.Init(rand.New(rand.NewPCG(5, 0)))
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}} {
		trainer.Balance = b
		for _, step := range []int{0, 7} {
			at, got := temperature(step), look(t, trainer, theta, step)
			plain := trainer
			plain.Model, plain.Balance = m.HardSharing, nil
			plain.Initial = theta
			out, err := mtlkit.NewPredictor(m.HardSharing, trainer.Tasks, theta, nil).Predict(trainer.Data.X[0])
			if err != nil {
				t.Fatal(err)
			}
			for i := range out {
				loss := 0.0
				for r := range 24 {
					d := out[i].At(r, 0)/at - trainer.Data.Y[i].At(r, 0)
					loss += d * d / 24
				}
				closeTo(t, "loss at a step's temperature", got.Losses[i:i+1], []float64{loss}, 1e-13)
			}
			evaluated, err := mtlkit.NewPredictor(m, trainer.Tasks, theta, nil).Predict(trainer.Data.X[0])
			if err != nil {
				t.Fatal(err)
			}
			closeTo(t, "evaluated", evaluated[0].RawMatrix().Data[:1], []float64{out[0].At(0, 0) / 0.5}, 1e-15)
		}
	}
	trainer.Balance, trainer.BatchSize, trainer.Epochs = nil, 5, 4
	sameBits(t, "resumed", resumedAfter(t, trainer, 7).Theta, train(t, trainer).Theta)
}
