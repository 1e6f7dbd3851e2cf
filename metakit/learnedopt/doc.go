// Package learnedopt has optimisers that are learned: a small network looks, at every entry of the parameters by
// itself, at the gradient and what it remembers, and says what the step is.
//
// A [Rule] is such a step, with parameters of its own: [MLP] and [LSTM], and [Fixed] for an nn.Rule among them, which
// has none. A [Learner] adapts by one to the episodes of package metakit. A [Training] learns one on [Problems], whole
// trainings of a network, by gradients through unrolled steps that are cut off every so often; a [Trial] tells how fast
// a rule trains on new problems, or on others than it has learned on. bench/results/learnedopt.md has such trials
// beside Adam: what is learned is faster on its own problems, and is not on some others, above all not with more steps.
//
//	waves := tasks.NewSinusoid(100)
//	net := nn.MLP{Widths: []int{1, 16, 16, 1}, Activation: nn.Tanh}
//	problems := learnedopt.Problems{Network: net, Loss: nn.SquaredError{}, Tasks: waves}
//	rule := learnedopt.NewMLP(16, 16)
//
//	run, err := learnedopt.Training{Rule: rule, Problems: problems, Steps: 100, Unroll: 20, Side: 8, Iterations: 1000,
//		Optimizer: nn.NewAdam(0.01), ClipNorm: 1, FirstOrder: true, Log: true}.Run(ctx)
//	trial := learnedopt.Trial{Problems: problems, Steps: 100, Count: 30}
//	learned, err := trial.Run(ctx, rule, run.Own)
//	adam, err := trial.Run(ctx, learnedopt.Fixed{Rule: nn.NewAdam(0.01)}, nil)
package learnedopt
