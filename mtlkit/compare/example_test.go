package compare_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/compare"
	"kindred/mtlkit/sharing"
	"kindred/mtlkit/tasks"
	"kindred/nn"
)

// Two parabolas in related directions: does a mixture of experts, or a balancer, do better than hard sharing?
func Example() {
	family := tasks.NewMultiTab(2, 0.8)
	family.Inputs = 4
	heads := [][]int{{1}, {1}}
	study := compare.Study{
		Name: "parabolas", Setup: "tasks.MultiTab, 2 tasks, 4 inputs",
		Entrants: []compare.Entrant{
			compare.Architecture("MMoE", sharing.MMoE{Inputs: 4, Levels: [][]int{{8}}, Experts: 3, Heads: heads,
				Activation: nn.Tanh}),
			compare.Balancer("PCGrad", balance.PCGrad{}),
		},
		Seeds: 5, Trials: 2,
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
			sets := family.Draw(seed, 200, 100, 300)
			return mtlkit.Trainer{
				Model: sharing.HardSharing{Trunk: []int{4, 3}, Heads: heads, Activation: nn.Tanh},
				Tasks: family.Tasks(), Data: sets[0], Validation: sets[1],
				Optimizer: nn.NewAdam([]float64{0.01, 0.03}[trial]), Epochs: 60, BatchSize: 50, Seed: seed,
			}, sets[2]
		},
	}
	store, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(store)
	report, err := study.Run(context.Background(), store)
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range report.Rows {
		fmt.Printf("%s: %s\n", row.Entrant, row.Verdict)
	}
	// Output:
	// single networks: cannot be told
	// hard sharing: reference
	// constant: worse
	// MMoE: better
	// PCGrad: cannot be told
}
