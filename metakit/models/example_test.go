package models_test

import (
	"context"
	"fmt"
	"log"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// Trained on tasks of ten classes, tested on tasks of five.
func ExamplePrototypical() {
	ctx := context.Background()
	table := func(ways int) tasks.NWay { return blobs(ways, 1) } // of points of a table with their classes
	learner := models.NewPrototypical(nn.MLP{Widths: []int{2, 16, 8}, Activation: nn.Tanh}, 10)

	run, err := metakit.Training{Learner: learner, Tasks: table(10), Iterations: 100, MetaBatch: 4,
		Optimizer: nn.NewAdam(0.01)}.Run(ctx)
	if err != nil {
		log.Fatal(err)
	}
	test, err := metakit.Evaluation{Learner: learner, Tasks: table(5), Steps: []int{0}, Episodes: 600}.Run(ctx, run.Meta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s above 0.9: %v\n", test[0].Score.Name, test[0].Score.Low > 0.9)
	// Output: accuracy above 0.9: true
}

// A wave from ten of its points, with how sure the prediction is.
func ExampleDeepKernel() {
	ctx := context.Background()
	sines := tasks.NewSinusoid(10)
	learner := models.NewDeepKernel(nn.MLP{Widths: []int{1, 20, 20, 10}, Activation: nn.Tanh})

	run, err := metakit.Training{Learner: learner, Tasks: sines, Iterations: 300, MetaBatch: 8,
		Optimizer: nn.NewAdam(0.01)}.Run(ctx)
	if err != nil {
		log.Fatal(err)
	}
	wave := metakit.Draw(sines.Test(), 0, metakit.TestIndex(0))
	predictions, err := metakit.NewAdapter(learner, run.Meta, nil, 0).Predict(wave.Support, wave.Query.X)
	if err != nil {
		log.Fatal(err)
	}
	within, n := 0, 0
	for i := range wave.Query.Y.RawMatrix().Rows {
		mean, deviation := predictions[0].At(i, 0), predictions[0].At(i, 1)
		if y := wave.Query.Y.At(i, 0); y > mean-2*deviation && y < mean+2*deviation {
			within++
		}
		n++
	}
	fmt.Printf("most of the %d points are within two standard deviations: %v\n", n, within > n*8/10)
	// Output: most of the 100 points are within two standard deviations: true
}

// A prior-fitted network: trained on waves, it reads a new one from ten of its points, and says how sure it is.
func ExampleInContext() {
	ctx := context.Background()
	sines := tasks.NewSinusoid(10)
	learner := models.NewInContext(1, 1, nn.GaussianLoss{})

	run, err := metakit.Training{Learner: learner, Tasks: sines, Iterations: 200, MetaBatch: 8, ClipNorm: 1,
		Optimizer: nn.NewAdam(0.005)}.Run(ctx)
	if err != nil {
		log.Fatal(err)
	}
	test, err := metakit.Evaluation{Learner: learner, Tasks: sines.Test(), Steps: []int{0},
		Episodes: 100}.Run(ctx, run.Meta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s below %.1f, the best without a point: %v\n", test[0].Score.Name, sines.ZeroShotFloor(),
		test[0].Score.High < sines.ZeroShotFloor())
	// Output: mean squared error below 3.0, the best without a point: true
}
