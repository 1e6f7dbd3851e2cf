package learnedopt_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"kindred/metakit/learnedopt"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// A rule that is learned on trainings of a small network on lines, and then trains networks on lines that it has not seen.
func Example() {
	problems := learnedopt.Problems{Network: nn.MLP{Widths: []int{1, 4, 1}, Activation: nn.Tanh}, Loss: nn.SquaredError{},
		Tasks: tasks.NewLines(10)}
	run, err := learnedopt.Training{Rule: learnedopt.NewMLP(8), Problems: problems, Steps: 20, Unroll: 20, Side: 4,
		Iterations: 100, Optimizer: nn.NewAdam(0.01), ClipNorm: 1}.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	trial := learnedopt.Trial{Problems: problems, Steps: 20, Count: 20}
	curves, err := trial.Run(context.Background(), learnedopt.NewMLP(8), run.Own)
	if err != nil {
		log.Fatal(err)
	}
	better := 0
	for _, losses := range curves {
		if losses[20] < losses[0] {
			better++
		}
	}
	fmt.Printf("the loss fell in %d of %d trainings\n", better, len(curves))
	// Output:
	// the loss fell in 20 of 20 trainings
}

// Rules: what is learned of each, and what it remembers of a network of 13 parameters between steps.
func Example_rules() {
	net := nn.MLP{Widths: []int{1, 4, 1}}
	for _, rule := range []learnedopt.Rule{
		learnedopt.Fixed{Rule: nn.NewAdam(0.01)}, // one that is not learned
		learnedopt.NewMLP(16, 16),                // a small network makes the step of every entry
		learnedopt.NewLSTM(),                     // and one with a memory
	} {
		fmt.Printf("%-16T %5d numbers are learned, %4d remembered\n", rule, nn.Size(rule.Shapes()),
			nn.Size(rule.Memory(net.Shapes())))
	}
	// Output:
	// learnedopt.Fixed     0 numbers are learned,   26 remembered
	// learnedopt.MLP     658 numbers are learned,   52 remembered
	// learnedopt.LSTM   5141 numbers are learned, 1040 remembered
}

// A learned rule in the inner loop, where [metakit.Training] learns it with the start.
func ExampleLearner() {
	net := nn.MLP{Widths: []int{1, 4, 1}, Activation: nn.Tanh}
	learner := learnedopt.Learner{Network: net, Loss: nn.SquaredError{}, Rule: learnedopt.NewMLP(8), Steps: 5}
	meta := learner.Init(rand.New(rand.NewPCG(1, 0)))
	fmt.Println(len(meta), "meta-parameters, of which", nn.Size(net.Shapes()), "are the start")
	// Output:
	// 207 meta-parameters, of which 13 are the start
}
