// Package nn holds networks, losses, metrics, initialisers, optimisers and parameters on disk.
//
// A [Network] is a value: it knows the shapes of its parameters, how to start them and how to apply them to a traced
// input. Parameters are numbers in one flat vector, in the order of the network's shapes, so that an optimiser, a file,
// an aggregator and a meta-learner all see the same vector:
//
//	net := nn.MLP{Widths: []int{2, 16, 1}, Activation: nn.Tanh}
//	theta := net.Init(rand.New(rand.NewPCG(1, 0)))
//
//	g := autodiff.New()
//	p, x, y := g.Params(net.Shapes()), g.Input("x", 100, 2), g.Input("y", 100, 1)
//	loss := nn.MSE(net.Apply(nil, p, x), y)
//	grad := autodiff.GradParams(loss, p)
//	ws := autodiff.Compile(loss, grad).NewWorkspace()
//	ws.Set(x, inputs)
//	ws.Set(y, labels)
//
//	opt, schedule := nn.NewOptimizer(nn.NewAdam(0.01), net.Shapes()), nn.CosineDecay{Steps: 100}
//	for step := range 100 {
//		ws.Set(p, theta)
//		ws.Run()
//		if err := opt.Step(theta, ws.Read(grad, nil), schedule.Factor(step), nil); err != nil {
//			return err
//		}
//	}
//
// [MLP] is a network of dense layers, [ConvNet] one of convolutions; [Conv], [MaxPool], [ImageNorm], [LayerNorm],
// [BatchNorm], [TransductiveNorm], [Embedding], [Attention], [GRU] and the gate [DSelectK] are networks too, to be placed
// in models of one's own, and [Dropout] is a function of a traced value. A part of a model that has statistics or
// penalties is traced in a scope of its own ([Trace.Scope]).
//
// A [Loss] says what a label is and how predictions are scored against it (see [Target]), so that one's own loss is
// treated as those of this package are. A [Rule] is one step of an optimiser, and an [Optimizer] runs rules on numbers:
// one for all matrices, or groups of them with rules of their own. Settings that make no sense are refused with a panic
// that says why. A zero is a zero: where another default is wanted, there is a constructor.
package nn
