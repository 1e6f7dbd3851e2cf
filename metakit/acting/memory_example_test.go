package acting_test

import (
	"fmt"

	"kindred/metakit/acting"
	"kindred/nn"
)

// Memories of RL² for a bandit: of one state for all arms, and of one for each arm, whose size does not grow with the arms.
func ExampleExchangeable() {
	for _, arms := range []int{2, 10} {
		bandit := acting.Bandit{Arms: arms, Pulls: 10}
		recurrent := acting.NewRecurrent(bandit, acting.Softmax{}, 16)
		fmt.Println(arms, "arms:", nn.Size(recurrent.Shapes()), nn.Size(acting.Exchangeable{Arms: arms, Units: 16}.Shapes()))
	}
	// Output:
	// 2 arms: 1123 1826
	// 10 arms: 1643 1826
}
