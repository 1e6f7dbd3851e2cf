package mtlkit

import (
	"context"
	"testing"

	"kindred/datasets"
	"kindred/nn"
)

var articleTasks = []Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}}

func articleTrainer() Trainer {
	d := datasets.TwoTaskExample(0)
	return Trainer{
		Model:     HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     articleTasks,
		Data:      SharedInputs(d.X, d.Y1, d.Y2),
		Optimizer: nn.Adam{Rate: 0.01, Keras: true},
		Epochs:    100,
	}
}

func train(t *testing.T, trainer Trainer) *Run {
	t.Helper()
	run, err := trainer.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return run
}
