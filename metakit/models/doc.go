// Package models has learners that read the support set: one pass makes predictions of it, and no step of an
// optimiser is taken on a new task. What they learn is how to read it.
//
// In closed form, on the features that a network makes of points:
//
//	for classes   [Prototypical]    distances to the mean of each class
//	              [Matching]        votes of the points of each class
//	              [R2D2]            ridge regression to classes
//	for numbers   [RidgeAttention]  ridge regression
//	              [ALPaCA]          Bayesian linear regression, with its uncertainty
//	              [DeepKernel]      a Gaussian process, with its uncertainty
//
// By networks, of which the first two are for numbers and predict their uncertainty, and the others take any loss:
//
//	[NeuralProcess]     the mean of what a network makes of pairs (CNP)
//	[AttentiveProcess]  attention to pairs, from each point by itself
//	[InContext]         a transformer over pairs: a prior-fitted network, or causal
//	[Recurrent]         a GRU that reads pair by pair
//
// [Recurrent] and the causal [InContext] read the support set as a sequence; to all others its order does not matter.
//
// A learner is a plain structure with its networks as fields, as those of package metakit are, and is trained,
// evaluated and put to use in the same way:
//
//	net := nn.MLP{Widths: []int{784, 256, 64}, Activation: nn.ReLU} // the embedding
//	learner := models.NewPrototypical(net, 60)                      // for tasks of up to 60 classes
//
//	run, err := metakit.Training{Learner: learner, Tasks: sixtyWays, Iterations: 10000, MetaBatch: 1,
//		Optimizer: nn.NewAdam(0.001)}.Run(ctx)
//	test, err := metakit.Evaluation{Learner: learner, Tasks: fiveWays, Steps: []int{0},
//		Episodes: 600}.Run(ctx, run.Meta)
//	fmt.Println(test[0].Score.Interval) // the mean accuracy, with its 95 % interval
//
// Classes are whole numbers from 0, and predictions of classes are logits. Predictions with uncertainty are those of
// nn.GaussianLoss: means, then standard deviations.
package models
