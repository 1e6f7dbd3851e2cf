package acting_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/metakit/acting"
	"kindred/nn"
)

// What players are worth at bandits with two arms and ten pulls.
func ExampleBandit_Value() {
	b := acting.Bandit{Arms: 2, Pulls: 10}
	for _, p := range []acting.Player{acting.Random{}, acting.UCB1{}, new(acting.Thompson), &acting.Gittins{Discount: 1},
		new(acting.Optimum)} {
		fmt.Printf("%.4f\n", b.Value(p))
	}
	// Output:
	// 5.0000
	// 5.6022
	// 5.7045
	// 6.0215
	// 6.0218
}

// A door is an environment of one's own: of two doors one has a prize, the same one in all of the three tries.
type doors struct{}

func (doors) Sizes() acting.Sizes { return acting.Sizes{Actions: 2, Choices: true, Horizon: 3} }

func (doors) Draw(rng *rand.Rand) acting.Task { return door(rng.IntN(2)) }

// A door is a task: the number of the one with the prize.
type door float64

func (d door) Begin(*rand.Rand, []float64) acting.Step {
	tries := 0
	return func(action, _ []float64) (reward float64, over bool) {
		tries++
		if action[0] == float64(d) {
			reward = 1
		}
		return reward, tries == 3
	}
}

// RL² at an environment of one's own. Whoever opens a door knows where the prize is, and gets 2½ of 3 in the mean.
func ExampleRL2() {
	ctx := context.Background()
	policy := acting.NewRecurrent(doors{}, acting.Softmax{}, 8)
	run, err := acting.Training{Learner: acting.NewRL2(policy, acting.Softmax{}), Environment: doors{}, Iterations: 150,
		Batch: 128, Optimizer: nn.NewAdam(0.03), Seed: 1}.Run(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	returns, err := acting.Evaluation{Policy: policy, Actions: acting.Softmax{}, Environment: doors{}, Episodes: 1000, Seed: 2,
		Likeliest: true}.Run(ctx, run.Theta)
	if err != nil {
		fmt.Println(err)
		return
	}
	least, sum := math.Inf(1), 0.0
	for _, r := range returns {
		least, sum = min(least, r), sum+r
	}
	fmt.Printf("never less than %v, in the mean %.1f\n", least, sum/1000)
	// Output: never less than 2, in the mean 2.5
}

// MAML at the navigation of its paper, very short, and what became of one goal.
func ExampleMAML() {
	ctx := context.Background()
	m := acting.NewMAML(acting.NewSpread(acting.Navigation{}), acting.Gaussian{})
	run, err := acting.Training{Learner: m, Environment: acting.Navigation{}, Iterations: 1, Batch: 4,
		Optimizer: nn.NewAdam(0.015), Seed: 1}.Run(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	adapted, err := acting.Adaptation{Learner: m, Environment: acting.Navigation{}, Tasks: []acting.Task{acting.Goal{X: 0.3, Y: -0.2}},
		Rates: []float64{0.5, 0.25}, Rollouts: 20, Paths: 1, Seed: 2}.Run(ctx, run.Theta)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(adapted[0].Returns), "mean returns, after 0, 1 and 2 steps; better after one:",
		adapted[0].Returns[1] > adapted[0].Returns[0])
	// Output: 3 mean returns, after 0, 1 and 2 steps; better after one: true
}
