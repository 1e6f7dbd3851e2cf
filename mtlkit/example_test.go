package mtlkit_test

import (
	"context"
	"fmt"
	"log"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/nn"
)

// One network learns a regression and a classification on the same inputs, each weighed by its uncertainty.
func Example() {
	article := datasets.TwoTaskExample(0)
	trainer := mtlkit.Trainer{
		Model:     mtlkit.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
		Data:      mtlkit.SharedInputs(article.X, article.Y1, article.Y2),
		Balance:   mtlkit.Uncertainty{},
		Optimizer: nn.Adam{Rate: 0.01},
		Epochs:    500,
	}
	run, err := trainer.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	scores, err := run.Evaluate(trainer.Data)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range scores {
		fmt.Printf("%s: loss %.1f, %s %.1f\n", s.Task, s.Loss, s.Metric, s.Value)
	}
	// Output:
	// value: loss 0.8, R² 0.3
	// class: loss 0.0, accuracy 1.0
}
