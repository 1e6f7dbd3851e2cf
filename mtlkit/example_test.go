package mtlkit_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// One network learns a regression and a classification on the same inputs, each weighed by its uncertainty.
func Example() {
	article := datasets.TwoTaskExample(0)
	trainer := mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
		Data:      mtlkit.SharedInputs(article.X, article.Y1, article.Y2),
		Balance:   balance.NewUncertainty(),
		Optimizer: nn.NewAdam(0.01),
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

// Training is a loop: look at it, draw it, leave it, go on with it.
func ExampleRun_Epochs() {
	family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Rows: []int{400, 40}, HeldOut: 500, Relatedness: 1, Noise: 0.1}
	train, validation := family.Draw(1)
	run, err := mtlkit.Trainer{
		Model: sharing.HardSharing{Trunk: []int{8, 24}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
		Tasks: family.Tasks(), Data: train, Validation: validation,
		Balance: balance.PCGrad{}, Optimizer: nn.NewAdam(0.01), Epochs: 500,
	}.Start()
	if err != nil {
		log.Fatal(err)
	}
	best, since := math.Inf(1), 0
	for epoch, err := range run.Epochs(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		if since++; epoch.Validation[0] < best {
			best, since = epoch.Validation[0], 0
		}
		if since == 20 {
			break // the first task has not become better for 20 epochs, whatever the other does
		}
	}
	fmt.Println(run.History.Epochs() < 500, best < 0.5)
	// Output: true true
}

// A class with few rows is missed, unless it counts for as much as the others.
func ExampleBalancedWeights() {
	rng := rand.New(rand.NewPCG(1, 0))
	x, price, fault := mat.NewDense(1000, 2, nil), mat.NewDense(1000, 1, nil), mat.NewDense(1000, 1, nil)
	for r := range 1000 {
		if rng.IntN(20) == 0 {
			fault.Set(r, 0, 1)
		}
		x.SetRow(r, []float64{rng.NormFloat64(), rng.NormFloat64() + 1.5*fault.At(r, 0)})
		price.Set(r, 0, x.At(r, 0)-fault.At(r, 0))
	}
	trainer := mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{2, 8}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
		Tasks:     []mtlkit.Task{{Name: "price", Loss: nn.SquaredError{}}, {Name: "fault", Loss: nn.LogisticLoss{}}},
		Data:      mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{price, fault}},
		Optimizer: nn.NewAdam(0.01), Epochs: 20, BatchSize: 50,
	}
	balanced, err := mtlkit.BalancedWeights(trainer.Tasks[1], fault)
	if err != nil {
		log.Fatal(err)
	}
	for _, weights := range [][]float64{nil, balanced} {
		trainer.Tasks[1].ClassWeights = weights
		run, err := trainer.Train(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		out, err := run.Predict(x)
		if err != nil {
			log.Fatal(err)
		}
		found, all := 0.0, 0.0
		for r := range 1000 {
			all += fault.At(r, 0)
			if out[1].At(r, 0) > 0 {
				found += fault.At(r, 0)
			}
		}
		fmt.Printf("weights %.2f: %.0f of %.0f faults found\n", weights, found, all)
	}
	// Output:
	// weights []: 4 of 56 faults found
	// weights [0.53 8.93]: 44 of 56 faults found
}

// Whether sharing helps is asked over several seeds, against twins that were trained alone.
func ExampleCompare() {
	article := datasets.TwoTaskExample(0)
	c, err := mtlkit.Compare(context.Background(), 20, func(seed uint64) mtlkit.Trainer {
		return mtlkit.Trainer{
			Model:     sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
			Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
			Data:      mtlkit.SharedInputs(article.X, article.Y1, article.Y2),
			Optimizer: nn.NewKerasAdam(0.01),
			Epochs:    100,
			Seed:      seed,
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	gain := c.Gain(1)
	fmt.Printf("what sharing gains in cross-entropy: %.2f, 95 %% interval %.2f to %.2f\n", gain.Mean, gain.Low, gain.High)
	// Output:
	// what sharing gains in cross-entropy: -0.20, 95 % interval -0.24 to -0.15
}
