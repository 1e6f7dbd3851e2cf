package nn_test

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A network of one hidden layer learns exclusive-or.
func Example() {
	net := nn.MLP{Widths: []int{2, 8, 1}, Activation: nn.Tanh}
	theta := net.Init(rand.New(rand.NewPCG(1, 0)))

	g := autodiff.New()
	p, x, y := g.Params(net.Shapes()), g.Input("x", 4, 2), g.Input("y", 4, 1)
	logits := net.Apply(nil, p, x)
	loss := nn.BinaryCrossEntropy(logits, y)
	grad := autodiff.GradParams(loss, p)
	ws := autodiff.Compile(loss, grad, logits).NewWorkspace()
	ws.Set(x, []float64{0, 0, 0, 1, 1, 0, 1, 1})
	ws.Set(y, []float64{0, 1, 1, 0})

	opt := nn.NewOptimizer(nn.NewAdam(0.05), net.Shapes())
	for range 300 {
		ws.Set(p, theta)
		ws.Run()
		if err := opt.Step(theta, ws.Read(grad, nil), 1, nil); err != nil {
			fmt.Println(err)
		}
	}
	for _, z := range ws.Read(logits, nil) {
		fmt.Println(z > 0)
	}
	// Output:
	// false
	// true
	// true
	// false
}
