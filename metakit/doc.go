// Package metakit learns to learn: from many small tasks it finds a start, or step sizes, from which a network adapts
// to a new task with a few points and a few steps.
//
// A [Distribution] draws tasks. One [Episode] of a task has a support set, to adapt to, and a query set, to be judged
// by; it depends on a seed and an index alone. A [Learner] says, as traced functions, how it predicts the query targets
// from the support set, and which meta-gradient it follows: [MAML] (exact or first order), [Reptile], [MetaSGD]; for
// comparison [Pooled] and [Scratch]. [Training] follows the meta-gradient, tasks of a meta-batch side by side;
// [Evaluation] measures the error after each number of steps on new tasks; [CheckMetaGradient] tells whether a learner
// follows the gradient of what it is measured by.
//
//	sines := metakit.Sinusoid{Shots: 10}
//	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU, Weights: nn.TruncatedNormal{Std: 0.01}}
//	maml := metakit.MAML{Network: net, Steps: 1, Inner: nn.SGD{Rate: 0.01}}
//
//	run, err := metakit.Training{Learner: maml, Tasks: sines, Iterations: 3000}.Run(ctx)
//	test, err := metakit.Evaluation{Learner: maml, Tasks: sines.Test(), Steps: []int{0, 1, 10}}.Run(ctx, run.Meta)
//	fmt.Println(test[1].Interval) // the mean error after one step, with its 95 % interval
package metakit
