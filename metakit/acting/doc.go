// Package acting learns to act: the part of meta-learning where a task is a world, what one knows of it comes from
// acting in it, and to learn fast is to explore well. Episodes are simulated in Go, gradients are traced.
//
// An [Environment] is a family of tasks, made of two methods; [Bandit] and [Navigation] are here. A [Learner] learns
// from episodes: [RL2] trains a policy with a memory, so that what it does within an episode is the learning; [MAML]
// trains a start from which a few policy gradients adapt. A [Training] runs either, and keeps it in a file if asked
// for.
//
//	b := acting.Bandit{Arms: 5, Pulls: 10}
//	policy := acting.Exchangeable{Arms: 5, Units: 16} // or acting.NewRecurrent(b, acting.Softmax{}, 64)
//	run, err := acting.Training{Learner: acting.NewRL2(policy, acting.Softmax{}), Environment: b, Iterations: 150,
//		Batch: 512, Optimizer: nn.NewAdam(0.03)}.Run(ctx)
//	fmt.Println(b.Greedy(policy, run.Theta), b.Value(new(acting.Optimum))) // both exact; the optimum is 6.6600
//
// What a bandit's best player gets is known exactly ([Optimum]), and what others get ([Random], [UCB1], [Thompson],
// [Gittins]); so is what a learned policy gets that pulls its likeliest arm ([Bandit.Greedy]). Any policy with a memory
// is measured by an [Evaluation], a start by an [Adaptation], which keeps the paths for figures.
package acting
