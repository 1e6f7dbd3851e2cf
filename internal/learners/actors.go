package learners

import (
	"kindred/metakit/acting"
	"kindred/nn"
)

// Actors returns a row for every learner that acts. RL² acts in more episodes than fit in one crowd, and not a multiple.
func Actors() []Actor {
	bandit, softmax := acting.Bandit{Arms: 3, Pulls: 4}, acting.Softmax{}
	policy := acting.Spread{Network: nn.MLP{Widths: []int{2, 8, 2}, Activation: nn.Tanh}, Numbers: 2, Std: 1}
	maml := acting.NewMAML(policy, acting.Gaussian{})
	maml.Steps, maml.Rollouts = 2, 3
	return []Actor{

		{"acting.RL2", "metakit/acting/rl2.go", "a policy with a memory", "the memory, while it acts",
			"Duan et al. 2016, arXiv:1611.02779; Wang et al. 2016, arXiv:1611.05763",
			acting.Training{Learner: acting.NewRL2(acting.NewRecurrent(bandit, softmax, 6), softmax), Environment: bandit,
				Iterations: 4, Batch: 300, Optimizer: nn.NewAdam(0.03), Seed: 7}},
		{"acting.MAML", "metakit/acting/maml.go", "a start θ of a policy", "θ, by steps of policy gradients", finn,
			acting.Training{Learner: maml, Environment: acting.Navigation{}, Iterations: 4, Batch: 5,
				Optimizer: nn.NewAdam(0.03), Seed: 7}},
	}
}
