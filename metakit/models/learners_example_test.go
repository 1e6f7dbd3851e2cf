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

// Learners of classes: what is learned over many tasks is an embedding, and a new task takes no step.
func Example_classes() {
	embedding := nn.MLP{Widths: []int{2, 16, 8}, Activation: nn.Tanh}
	for _, l := range []metakit.Learner{
		models.NewPrototypical(embedding, 5), // the nearest mean of a class
		models.NewMatching(embedding, 5),     // votes of the support points
		models.NewR2D2(embedding, 5),         // ridge regression on the embedding
	} {
		run, err := metakit.Training{Learner: l, Tasks: blobs(5, 2), Iterations: 60, MetaBatch: 4,
			Optimizer: nn.NewAdam(0.01)}.Run(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		test, err := metakit.Evaluation{Learner: l, Tasks: blobs(5, 2), Steps: []int{0}, Episodes: 200}.
			Run(context.Background(), run.Meta)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-19T %3d numbers, %s above chance, 0.2: %v\n", l, nn.Size(l.Shapes()), test[0].Score.Name,
			test[0].Score.Low > 0.2)
	}
	// Output:
	// models.Prototypical 184 numbers, accuracy above chance, 0.2: true
	// models.Matching     184 numbers, accuracy above chance, 0.2: true
	// models.R2D2         187 numbers, accuracy above chance, 0.2: true
}

// Learners of numbers: what a new task asks for, and whether the answer says how sure it is, by a second column.
func Example_numbers() {
	features := nn.MLP{Widths: []int{1, 16, 8}, Activation: nn.Tanh}
	wave := metakit.Draw(tasks.NewSinusoid(10), 1, 0)
	for _, l := range []metakit.Learner{
		models.NewRidgeAttention(features),              // ridge regression on features
		models.NewALPaCA(features, 8, 1),                // Bayesian linear regression on features
		models.NewDeepKernel(features),                  // a Gaussian process on features
		models.NewNeuralProcess(1, 1, 8),                // the mean of encoded points
		models.NewAttentiveProcess(1, 1, 8),             // attention to encoded points
		models.NewInContext(1, 1, nn.GaussianLoss{}),    // a transformer that reads the points
		models.NewRecurrent(1, 1, 8, nn.SquaredError{}), // a GRU that reads them one by one
	} {
		run, err := metakit.Training{Learner: l, Tasks: tasks.NewSinusoid(10), Iterations: 1, MetaBatch: 2,
			Optimizer: nn.NewAdam(0.001)}.Run(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		answer, err := metakit.Predict(l, run.Meta, wave.Support, wave.Query.X, []int{0})
		if err != nil {
			log.Fatal(err)
		}
		_, columns := answer[0].Dims()
		fmt.Printf("%-23T %5d numbers, says how sure it is: %v\n", l, nn.Size(l.Shapes()), columns == 2)
	}
	// Output:
	// models.RidgeAttention     169 numbers, says how sure it is: false
	// models.ALPaCA             241 numbers, says how sure it is: true
	// models.DeepKernel         171 numbers, says how sure it is: true
	// models.NeuralProcess      410 numbers, says how sure it is: true
	// models.AttentiveProcess   754 numbers, says how sure it is: true
	// models.InContext        17090 numbers, says how sure it is: true
	// models.Recurrent          361 numbers, says how sure it is: false
}
