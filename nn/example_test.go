package nn_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

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

// Batch normalisation in a network: what is noted in training is used in evaluation, where a row may come alone.
func ExampleBatchNorm() {
	net := nn.MLP{Widths: []int{1, 4, 1}, Activation: nn.Tanh, Norm: nn.NewBatchNorm(1)}
	theta := net.Init(rand.New(rand.NewPCG(1, 0)))
	statistics := slices.Concat(make([]float64, 4), slices.Repeat([]float64{1}, 4)) // means and variances to start from

	g := autodiff.New()
	trace, p, x := nn.NewTrace(g, true), g.Params(net.Shapes()), g.Input("x", 3, 1)
	net.Apply(trace, p, x)
	mean, variance := trace.Statistics()[0], trace.Statistics()[1]
	nextMean, nextVariance := mean.Next(), variance.Next()
	ws := autodiff.Compile(nextMean, nextVariance).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(x, []float64{10, 20, 30})
	for range 100 { // steps, without an optimiser here
		ws.Set(mean.Value, statistics[:4])
		ws.Set(variance.Value, statistics[4:])
		ws.Run()
		statistics = append(ws.Read(nextMean, nil), ws.Read(nextVariance, nil)...)
	}
	fmt.Println(mean.Name, variance.Name)
	fmt.Printf("%.2f of the mean of the first unit, 20·W\n", statistics[0]/(20*theta[0]))
	fmt.Printf("%.2f of its variance, 100·W²\n", statistics[4]/(100*theta[0]*theta[0]))
	// Output:
	// norm1.mean norm1.variance
	// 1.00 of the mean of the first unit, 20·W
	// 1.00 of its variance, 100·W²
}

// A gate of two selectors among four experts. Between the ends of the step it mixes; beyond, each selector has chosen one.
func ExampleDSelectK() {
	gate := nn.NewDSelectK(0, 4, 2)
	g := autodiff.New()
	p, x := g.Params(gate.Shapes()), g.Input("x", 1, 1)
	weights := gate.Apply(nil, p, x)
	ws := autodiff.Compile(weights).NewWorkspace()
	for _, theta := range [][]float64{
		{0, 0, 0, 0 /* w */, 0, 0},
		{0.2, -0.6, 0.6, 0.1 /* w */, 0, 0},
		{0.6, -0.6, 0.6, 0.6 /* w */, 0, 0},
	} {
		ws.Set(p, theta)
		ws.Run()
		fmt.Printf("%.2f\n", ws.Read(weights, nil))
	}
	// Output:
	// [0.25 0.25 0.25 0.25]
	// [0.11 0.57 0.00 0.32]
	// [0.00 0.50 0.00 0.50]
}
