package mtlkit_test

import (
	"context"
	"fmt"
	"log"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// Rows that are neither trained on nor reported choose the epoch; training ends when 30 epochs have brought nothing.
func ExampleTrainer_patience() {
	family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Rows: []int{400, 80}, HeldOut: 500, Relatedness: 1,
		Noise: 0.3}
	train, heldOut := family.Draw(1)
	train, validation := train.Split(0.75, 1)
	run, err := mtlkit.Trainer{
		Model: sharing.HardSharing{Trunk: []int{8, 24}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
		Tasks: family.Tasks(), Data: train, Validation: validation, HeldOut: heldOut,
		Patience: 30, Watch: mtlkit.SumOfLogs, Optimizer: nn.NewAdam(0.01), Epochs: 2000, BatchSize: 32,
	}.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	best := run.History.Best[0] // the epoch that Theta is of
	scores, err := run.Evaluate(heldOut)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.History.Epochs() < 2000, run.History.Epochs()-best,
		scores[0].Loss == run.History.HeldOut[0][best-1])
	// Output: true 30 true
}

// A trunk that was trained on two tasks is carried into a model with a third one, and frozen; the heads are trained. A
// normalised trunk has its running statistics carried too.
func Example_carriedTrunk() {
	family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Rows: []int{400, 400, 20}, HeldOut: 500, Relatedness: 1}
	train, heldOut := family.Draw(1)
	model := sharing.HardSharing{Trunk: []int{8, 24}, Heads: [][]int{{1}, {1}, {1}}, Activation: nn.Tanh,
		Norm: nn.NewBatchNorm(1)}
	two := model
	two.Heads = two.Heads[:2]
	first, err := mtlkit.Trainer{
		Model: two, Tasks: family.Tasks()[:2], Data: mtlkit.Data{X: train.X[:2], Y: train.Y[:2]},
		Optimizer: nn.NewAdam(0.01), Epochs: 50, BatchSize: 32,
	}.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	run, err := mtlkit.Trainer{
		Model: model, Tasks: family.Tasks(), Data: train, HeldOut: heldOut,
		Groups:    []nn.Group{{Names: "trunk.*"}}, // without a rule: frozen
		Optimizer: nn.NewAdam(0.01), Epochs: 50, BatchSize: 32,
	}.Start()
	if err != nil {
		log.Fatal(err)
	}
	carried, err := nn.Carry(run.Params(), first.Params(), "trunk.*", nil)
	if err != nil {
		log.Fatal(err)
	}
	statistics, err := nn.Carry(run.StatisticParams(), first.StatisticParams(), "trunk.*", nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(carried, statistics)
	scores, err := run.Evaluate(heldOut)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, of 20 rows: R² above 0.5 is %v\n", scores[2].Task, scores[2].Value > 0.5)
	// Output:
	// [trunk.W1 trunk.b1 trunk.norm1.gain trunk.norm1.bias] [trunk.norm1.mean trunk.norm1.variance]
	// task 3, of 20 rows: R² above 0.5 is true
}
