// Package models has learners that read the support set: one pass through a network makes predictions of it, and no
// gradient step is taken on a new task. What they learn is the network.
//
// In closed form, of classes: [Prototypical] (distances to class means).
//
// A learner is a plain structure with its networks as fields, as those of package metakit are, and is trained, evaluated
// and put to use in the same way:
//
//	net := nn.MLP{Widths: []int{784, 256, 64}, Activation: nn.ReLU} // the embedding
//	learner := models.NewPrototypical(net, 60)                      // tasks of 60 classes and fewer
//
//	run, err := metakit.Training{Learner: learner, Tasks: sixtyWays, Iterations: 10000, MetaBatch: 1,
//		Optimizer: nn.NewAdam(0.001)}.Run(ctx)
//	test, err := metakit.Evaluation{Learner: learner, Tasks: fiveWays, Steps: []int{0},
//		Episodes: 600}.Run(ctx, run.Meta)
//	fmt.Println(test[0].Score) // the accuracy, with its 95 % interval
package models
