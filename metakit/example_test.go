package metakit_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// A network learns to fit a sine wave from ten of its points with one step of gradient descent.
func Example() {
	ctx := context.Background()
	sines := tasks.NewSinusoid(10)
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	maml := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}

	run, err := metakit.Training{Learner: maml, Tasks: sines, Iterations: 1000, MetaBatch: 25,
		Optimizer: nn.NewAdam(0.001)}.Run(ctx)
	if err != nil {
		log.Fatal(err)
	}
	test, err := metakit.Evaluation{Learner: maml, Tasks: sines.Test(), Steps: []int{0, 1},
		Episodes: 600}.Run(ctx, run.Meta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("mean squared error before: %.0f, after one step: %.0f\n", test[0].Mean, test[1].Mean)
	// Output:
	// mean squared error before: 3, after one step: 1
}

// A first-order meta-gradient is not the gradient of the error after adaptation; the exact one is.
func ExampleCheckMetaGradient() {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	maml := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}
	meta := maml.Init(rand.New(rand.NewPCG(1, 0)))
	episode := metakit.Draw(tasks.NewSinusoid(10), 1, 0)

	r, err := metakit.CheckMetaGradient(maml, meta, episode, 1)
	fmt.Printf("exact: slope %.1f, %v\n", r.Slope, err)
	maml.FirstOrder = true
	r, err = metakit.CheckMetaGradient(maml, meta, episode, 1)
	fmt.Printf("first order: slope %.1f, refused: %v\n", r.Slope, err != nil)
	// Output:
	// exact: slope 2.0, <nil>
	// first order: slope 1.0, refused: true
}

// The paper's system of iMAML and that of its authors' code make different meta-gradients of the same episode.
func ExampleIMAML_Solve() {
	net := nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}
	imaml := metakit.IMAML{Network: net, Loss: nn.SquaredError{}, Steps: 100, Inner: nn.SGD{Rate: 0.03}, Lambda: 20,
		Iterations: 40, Tolerance: 1e-10}
	meta := imaml.Init(rand.New(rand.NewPCG(1, 0)))
	episode := metakit.Draw(tasks.NewSinusoid(10), 1, 0)

	paper, err := imaml.Solve(meta, episode)
	if err != nil {
		log.Fatal(err)
	}
	imaml.Shift, imaml.Damping = 1, 10
	code, err := imaml.Solve(meta, episode)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range []metakit.Implicit{paper, code} {
		fmt.Printf("solved: %v, %.2f as long as the query gradient\n", s.Residual < 1e-9,
			floats.Norm(s.Gradient, 2)/floats.Norm(s.QueryGradient, 2))
	}
	// Output:
	// solved: true, 0.50 as long as the query gradient
	// solved: true, 0.37 as long as the query gradient
}

// Training is a loop: look at it, draw it, leave it, go on with it.
func ExampleRun_Steps() {
	lines := tasks.NewLinear(5)
	lines.Noise = 0.1
	net := nn.MLP{Widths: []int{2, 8, 1}, Activation: nn.ReLU}
	reptile := metakit.Reptile{Network: net, Loss: nn.SquaredError{}, Steps: 5, Inner: nn.SGD{Rate: 0.01}}
	run, err := metakit.Training{Learner: reptile, Tasks: lines, Iterations: 1000, Optimizer: nn.SGD{Rate: 0.5},
		MetaBatch: 25}.Start()
	if err != nil {
		log.Fatal(err)
	}
	for step, err := range run.Steps(context.Background()) {
		if err != nil {
			fmt.Println(err)
		}
		if step.Loss < 0.5 {
			break
		}
	}
	fmt.Println("good enough before the end:", len(run.History) < 1000)
	// Output:
	// good enough before the end: true
}
