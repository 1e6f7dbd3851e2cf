package sweep_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"kindred/sweep"
)

// A comparison of two rates over three seeds, worked on in two shares, as two machines would.
func Example() {
	experiment := sweep.Experiment[float64]{
		Name:  "rates",
		Setup: "a walk of 100 steps downhill",
		Run: func(_ context.Context, c sweep.Cell) (float64, error) {
			x, rate := float64(1+c.Seed), c.Settings.(float64)
			for range 100 {
				x -= rate * x
			}
			return x, nil
		},
	}
	for _, rate := range []float64{0.1, 0.01} {
		for seed := range uint64(3) {
			experiment.Cells = append(experiment.Cells, sweep.Cell{Name: "descent", Settings: rate, Seed: seed})
		}
	}

	store, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(store)
	for k := range 2 {
		if err := experiment.Work(context.Background(), store, sweep.Share{Index: k, Of: 2}); err != nil {
			log.Fatal(err)
		}
	}
	table, err := experiment.Collect(store)
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range table.Rows {
		fmt.Printf("%v: %.5f\n", row.Cell, row.Result)
	}
	// Output:
	// descent, 0.1, seed 0: 0.00003
	// descent, 0.1, seed 1: 0.00005
	// descent, 0.1, seed 2: 0.00008
	// descent, 0.01, seed 0: 0.36603
	// descent, 0.01, seed 1: 0.73206
	// descent, 0.01, seed 2: 1.09810
}
