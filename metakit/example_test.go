package metakit_test

import (
	"context"
	"fmt"
	"log"

	"kindred/metakit"
	"kindred/nn"
)

// A network learns to fit a sine wave from ten of its points with one step of gradient descent.
func Example() {
	ctx := context.Background()
	sines := metakit.Sinusoid{Shots: 10}
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	maml := metakit.MAML{Network: net, Steps: 1, Inner: nn.SGD{Rate: 0.01}}

	run, err := metakit.Training{Learner: maml, Tasks: sines, Iterations: 1000}.Run(ctx)
	if err != nil {
		log.Fatal(err)
	}
	test, err := metakit.Evaluation{Learner: maml, Tasks: sines.Test(), Steps: []int{0, 1}}.Run(ctx, run.Meta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("mean squared error before: %.0f, after one step: %.0f\n", test[0].Mean, test[1].Mean)
	// Output:
	// mean squared error before: 3, after one step: 1
}
