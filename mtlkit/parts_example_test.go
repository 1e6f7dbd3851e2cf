package mtlkit_test

import (
	"context"
	"fmt"
	"log"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// Two ways to balance two related tasks and each task alone, all with the same trials: two learning rates.
func ExampleTournament() {
	family := mtlkit.RelatedTasks{Inputs: 4, Features: 2, Rows: []int{60, 60}, HeldOut: 100, Relatedness: 1, Noise: 0.1}
	tournament := mtlkit.Tournament{
		Entrants: []mtlkit.Entrant{{Name: "alone"}, mtlkit.Enter("sum", balance.Sum{}), mtlkit.Enter("UPGrad", balance.UPGrad{})},
		Seeds:    2, Trials: 2,
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
			train, validation := family.Draw(seed)
			_, test := family.Draw(seed + 100)
			return mtlkit.Trainer{
				Model: sharing.HardSharing{Trunk: []int{4, 8}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
				Tasks: family.Tasks(), Data: train, Validation: validation, Epochs: 20,
				Optimizer: nn.NewAdam([]float64{0.01, 0.03}[trial]), Seed: seed,
			}, test
		},
	}
	results := 0
	for all, err := range tournament.Play(context.Background(), nil) {
		if err != nil {
			log.Fatal(err)
		}
		results += len(all)
	}
	fmt.Println(results, "results, one for each entrant and seed")
	// Output:
	// 6 results, one for each entrant and seed
}

// Each task's network alone, from the same first numbers as the network that they share: what tells whether sharing helped.
func ExampleIndependent() {
	shared := sharing.HardSharing{Trunk: []int{4, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
	wide := mtlkit.Independent{Of: shared}
	narrow, ratio := mtlkit.EqualCapacity(shared)
	fmt.Printf("shared %d parameters; alone %d, or %d, %.2f times as many\n", nn.Size(shared.Shapes()), nn.Size(wide.Shapes()),
		nn.Size(narrow.Shapes()), ratio)
	// Output:
	// shared 114 parameters; alone 194, or 116, 1.02 times as many
}

// Parameters from elsewhere, here numbers that are easy to follow, in a model that predicts.
func ExampleNewPredictor() {
	model := sharing.HardSharing{Trunk: []int{1, 1}, Heads: [][]int{{1}, {1}}}
	tasks := []mtlkit.Task{{Name: "double", Loss: nn.SquaredError{}}, {Name: "minus", Loss: nn.SquaredError{}}}
	predictor := mtlkit.NewPredictor(model, tasks, []float64{1, 0 /* trunk */, 2, 0 /* head1 */, -1, 0 /* head2 */}, nil)
	y, err := predictor.Predict(mtlkit.Rows([]float64{3}, []float64{5}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y[0].RawMatrix().Data, y[1].RawMatrix().Data)
	// Output:
	// [6 10] [-3 -5]
}
