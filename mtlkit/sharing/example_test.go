package sharing_test

import (
	"context"
	"fmt"
	"log"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// Every architecture for two tasks on the same four inputs, in place of each other: with how many parameters the tasks share
// a network, and with how many they would have one each.
func Example() {
	heads, levels := [][]int{{1}, {1}}, [][]int{{8}, {8}}
	for _, model := range []mtlkit.Twinned{
		sharing.HardSharing{Trunk: []int{4, 8, 8}, Heads: heads, Activation: nn.Tanh},
		sharing.Hierarchical{Trunk: []int{4, 8, 8}, Depths: []int{1, 2}, Heads: heads, Activation: nn.Tanh},
		sharing.Tree{Inputs: 4, Levels: levels, Parents: [][]int{{0, 0}}, Leaves: []int{0, 1}, Heads: heads, Activation: nn.Tanh},
		sharing.OwnFirst{Trunks: [][]int{{4, 8}, {4, 8}}, Head: []int{8, 1}, Activation: nn.Tanh},
		sharing.SoftSharing{Trunk: []int{4, 8, 8}, Heads: heads, Tie: 0.01, Activation: nn.Tanh},
		sharing.CrossStitch{Inputs: 4, Levels: levels, Heads: heads, Activation: nn.Tanh},
		sharing.Sluice{Inputs: 4, Levels: levels, Subspaces: 2, Heads: heads, Activation: nn.Tanh},
		sharing.MTAN{Inputs: 4, Levels: levels, Heads: heads, Activation: nn.ReLU},
		sharing.OMoE{Inputs: 4, Expert: []int{8}, Experts: 3, Heads: heads, Activation: nn.Tanh},
		sharing.MMoE{Inputs: 4, Levels: [][]int{{8}}, Experts: 3, Heads: heads, Activation: nn.Tanh},
		sharing.MMoE{Inputs: 4, Levels: [][]int{{8}}, Experts: 4, Heads: heads, Gate: sharing.NewDSelectK(2)}, // two of four
		sharing.CGC{Inputs: 4, Expert: []int{8}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh},
		sharing.PLE{Inputs: 4, Levels: levels, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh},
		sharing.AdaTT{Inputs: 4, Levels: levels, Own: 1, Heads: heads, Activation: nn.Tanh},
	} {
		alone := mtlkit.Independent{Of: model}
		fmt.Printf("%-20T %3d together, %4d alone\n", model, nn.Size(model.Shapes()), nn.Size(alone.Shapes()))
	}
	// Output:
	// sharing.HardSharing  130 together,  242 alone
	// sharing.Hierarchical 130 together,  170 alone
	// sharing.Tree         202 together,  242 alone
	// sharing.OwnFirst     161 together,  242 alone
	// sharing.SoftSharing  242 together,  242 alone
	// sharing.CrossStitch  250 together,  242 alone
	// sharing.Sluice       278 together,  246 alone
	// sharing.MTAN         906 together, 1090 alone
	// sharing.OMoE         153 together,  288 alone
	// sharing.MMoE         168 together,  288 alone
	// sharing.MMoE         190 together,  350 alone
	// sharing.CGC          158 together,  198 alone
	// sharing.PLE          425 together,  542 alone
	// sharing.AdaTT        298 together,  270 alone
}

// A model is trained as any other is; what it shows of its inside, here the gates of two tasks among three experts, comes
// with the predictions.
func ExampleMMoE() {
	family := mtlkit.RelatedTasks{Inputs: 2, Features: 2, Rows: []int{100, 100}, HeldOut: 10, Relatedness: 0.5}
	train, heldOut := family.Draw(1)
	run, err := mtlkit.Trainer{
		Model:     sharing.MMoE{Inputs: 2, Levels: [][]int{{8}}, Experts: 3, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     family.Tasks(),
		Data:      train,
		Optimizer: nn.NewAdam(0.01), Epochs: 50,
	}.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	shown, err := run.Predictor().Shown(heldOut.X[0])
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range shown {
		rows, experts := s.Value.Dims()
		fmt.Println(s.Name, rows, "×", experts)
	}
	// Output:
	// level1.task1.gate 10 × 3
	// level1.task2.gate 10 × 3
}
