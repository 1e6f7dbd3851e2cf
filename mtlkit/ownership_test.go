package mtlkit_test

import (
	"context"
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// What is changed after Start, or after an epoch, changes nothing: weights (of rows and classes too), labels, inputs, tasks, the model's lists,
// groups, first parameters, held-out data.
func TestDeterminismWhatIsHandedOverIsCopied(t *testing.T) {
	for _, batch := range []int{0, 6} {
		for k, b := range []func(w []float64) balance.Balancer{
			func(w []float64) balance.Balancer { return balance.Fixed{Weights: w} },
			func(w []float64) balance.Balancer { return &balance.Fixed{Weights: w} },
			func(w []float64) balance.Balancer { return balance.Constant{Weights: w} },
		} {
			for _, after := range []int{0, 2} {
				weights := []float64{1, 2, 3}
				model := sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {1}}, Activation: nn.Tanh}
				trainer := mixed()
				trainer.Model, trainer.Balance, trainer.BatchSize = model, b(weights), batch
				trainer.Groups = []nn.Group{{Names: "head1.*", Rule: nn.SGD{Rate: 0.1}}}
				trainer.HeldOut = mtlkit.Data{X: []*mat.Dense{mat.DenseCopyOf(trainer.Data.X[0])}, Y: trainer.Data.Y}
				rows := make([]float64, 20)
				for r := range rows {
					rows[r] = float64(1 + r)
				}
				trainer.Tasks[1].ClassWeights, trainer.Data.Weights = []float64{1, 2}, [][]float64{nil, nil, rows}
				spoil := func() {
					rows[0], trainer.Tasks[1].ClassWeights[0] = 1e6, 1e6
					weights[0], weights[2] = 100, -1
					model.Trunk[1], model.Heads[1][0], model.Heads[2][0] = 50, 60, 7
					trainer.Data.X[0].Set(0, 0, 1e6)
					trainer.HeldOut.X[0].Set(0, 0, 1e6)
					trainer.Data.Y[2].Set(3, 0, 1e6)
					trainer.Data.Y[0] = nil
					trainer.Tasks[0].Loss, trainer.Tasks[1].Name = steep{}, "other"
					trainer.Groups[0] = nn.Group{Names: "trunk.*"}
					if trainer.Initial != nil {
						trainer.Initial[0] = 1e6
					}
				}
				trainer.Initial = train(t, trainer).Theta
				want := train(t, trainer)
				run, err := trainer.Start()
				if err != nil {
					t.Fatal(err)
				}
				if after == 0 {
					spoil()
				}
				for epoch, err := range run.Epochs(context.Background()) {
					if err != nil {
						t.Fatal(err)
					}
					if epoch.Number == after {
						spoil()
					}
				}
				what := fmt.Sprintf("balancer %d, batches of %d, spoilt after epoch %d: ", k, batch, after)
				sameBits(t, what+"parameters", run.Theta, want.Theta)
				for i := range 3 {
					sameBits(t, what+"losses", run.History.Losses[i], want.History.Losses[i])
					sameBits(t, what+"held-out losses", run.History.HeldOut[i], want.History.HeldOut[i])
					sameBits(t, what+"weights", run.History.Weights[i], want.History.Weights[i])
				}
			}
		}
	}
}

// A predictor keeps the parameters, statistics, tasks and model that it was made with, whatever becomes of the run.
func TestPredictorIsApart(t *testing.T) {
	trainer := mixed()
	run := train(t, trainer)
	x := mtlkit.SquareGrid(-1, 1, 3)
	model := sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {1}}, Activation: nn.Tanh}
	theta := append([]float64(nil), run.Theta...)
	for name, p := range map[string]*mtlkit.Predictor{
		"of the run": run.Predictor(), "by hand": mtlkit.NewPredictor(model, trainer.Tasks, theta, nil),
	} {
		want, err := p.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		kept := mat.DenseCopyOf(want[2])
		run.Theta[0]++
		theta[0]++
		model.Trunk[1]++
		want[2].Zero()
		got, err := p.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, name, got[2].RawMatrix().Data, kept.RawMatrix().Data)
		model.Trunk[1]--
	}
}
