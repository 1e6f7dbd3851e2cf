package mtlkit_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// LogSum is a balancer of one's own: V = Σᵢ log Lᵢ, where a loss counts by its ratio and not by its size.
type LogSum struct{}

var _ balance.Scalarizer = LogSum{}

func (LogSum) NewState(balance.Setting) []float64 { return nil }

func (LogSum) Scalarize(weights, losses []float64, _ balance.State) (v float64) {
	for i, l := range losses {
		weights[i] = 1 / l
		v += math.Log(l)
	}
	return v
}

// A balancer of one's own is set against the plain sum, from the same seeds.
func ExampleRepeat() {
	family := mtlkit.NewRelatedTasks(0.5)
	family.Noise = 0.3
	heldOut := func(b balance.Balancer) (losses []float64) {
		runs, err := mtlkit.Repeat(context.Background(), 10, func(seed uint64) mtlkit.Trainer {
			train, held := family.Draw(seed)
			return mtlkit.Trainer{
				Model: sharing.HardSharing{Trunk: []int{8, 24}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
				Tasks: family.Tasks(), Data: train, HeldOut: held,
				Balance: b, Optimizer: nn.NewAdam(0.01), Epochs: 100, Seed: seed,
			}
		})
		if err != nil {
			log.Fatal(err)
		}
		for _, run := range runs {
			losses = append(losses, run.History.HeldOut[1][99])
		}
		return losses
	}
	gain := mtlkit.PairedInterval(heldOut(balance.Equal{}), heldOut(LogSum{}))
	fmt.Printf("what the logarithms gain on the second task: %.2f, 95 %% interval %.2f to %.2f\n",
		gain.Mean, gain.Low, gain.High)
	// Output:
	// what the logarithms gain on the second task: -0.06, 95 % interval -0.11 to -0.01
}
