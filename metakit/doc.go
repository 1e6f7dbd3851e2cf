// Package metakit learns to learn: from many small tasks it finds a start, or step sizes, or an embedding, from which a
// network adapts to a new task with a few points and a few steps, or none.
//
// A [Distribution] draws tasks (package tasks has some). One [Episode] of a task has a support set, to adapt to, and a
// query set, to be judged by; it depends on a seed and an index alone. A [Learner] says, as a traced function, how it
// predicts the query targets from the support set. There are three families:
//
//   - of a start: [MAML] (exact or first order; of the whole network, of its head alone, which is ANIL, or of its body,
//     BOIL), [Reptile], [IMAML], [CAVIA], [ProtoMAML];
//   - of the optimisation: [MetaSGD], of rates, and with losses of all steps [MAMLPlusPlus]; [MetaCurvature] and [TNet],
//     of directions; package learnedopt, of the whole step;
//   - of a model that reads the support set at once: package models.
//
// docs/learners.md has them all in a table. Package acting is for tasks in which data come from acting.
//
// For comparison there are [Pooled] and [Scratch], and the predictors of package baseline. [Training] follows the
// meta-gradient, tasks of a meta-batch side by side, and a [Validation] ends it at its best; [Evaluation] measures
// losses and scores after each number of steps on new tasks, over numbers of points ([Shots]) and off the distribution
// ([Evaluation.Panels]); an [Adapter] puts to use what was learned; [CheckMetaGradient] tells whether a learner follows
// the gradient of what it is measured by, and package metatest whether one's own has the properties of a learner.
//
//	sines := tasks.NewSinusoid(10)
//	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU, Weights: nn.TruncatedNormal{Std: 0.01}}
//	maml := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}
//
//	run, err := metakit.Training{Learner: maml, Tasks: sines, Iterations: 3000, MetaBatch: 25,
//		Optimizer: nn.NewAdam(0.001)}.Run(ctx)
//	test, err := metakit.Evaluation{Learner: maml, Tasks: sines.Test(), Steps: []int{0, 1, 10},
//		Episodes: 600}.Run(ctx, run.Meta)
//	fmt.Println(test[1].Interval) // the mean error after one step, with its 95 % interval
package metakit
