// Package nn holds networks, losses, initialisers, optimisers and parameters on disk.
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
//
//	opt := nn.NewOptimizer(nn.NewAdam(0.01), net.Shapes())
//	for range 100 {
//		ws.Set(p, theta) // and x and y, once
//		ws.Run()
//		if err := opt.Step(theta, ws.Read(grad, nil), 1, nil); err != nil {
//			return err // theta is no longer finite
//		}
//	}
package nn
