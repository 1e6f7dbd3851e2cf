package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// Every rule from the same parameter, 1, down the same gradients, 2 and then 1.
func Example_rules() {
	for _, rule := range []nn.Rule{
		nn.SGD{Rate: 0.1}, nn.Momentum{Rate: 0.1, Mu: 0.9}, nn.Momentum{Rate: 0.1, Mu: 0.9, Nesterov: true},
		nn.NewAdam(0.1), nn.NewKerasAdam(0.1), nn.NewAdamW(0.1, 0.01),
	} {
		theta := []float64{1}
		optimizer := nn.NewOptimizer(rule, []autodiff.Shape{{Name: "W", Rows: 1, Cols: 1}})
		for _, gradient := range []float64{2, 1} {
			if err := optimizer.Step(theta, []float64{gradient}, 1, nil); err != nil {
				fmt.Println(err)
				return
			}
		}
		fmt.Printf("%-11T %.3f\n", rule, theta[0])
	}
	// Output:
	// nn.SGD      0.700
	// nn.Momentum 0.520
	// nn.Momentum 0.268
	// nn.Adam     0.807
	// nn.Adam     0.807
	// nn.AdamW    0.805
}

// Schedules: by what the rate is multiplied in steps 0, 50, 100 and 200.
func Example_schedules() {
	for _, s := range []nn.Schedule{
		nn.StepDecay{Gamma: 0.5, Every: 100}, nn.ExponentialDecay{Gamma: 0.99}, nn.CosineDecay{Steps: 200, Floor: 0.1},
		nn.Warmup{Steps: 100, Then: nn.CosineDecay{Steps: 200}},
	} {
		fmt.Printf("%-19T", s)
		for _, step := range []int{0, 50, 100, 200} {
			fmt.Printf(" %.2f", s.Factor(step))
		}
		fmt.Println()
	}
	// Output:
	// nn.StepDecay        1.00 1.00 0.50 0.25
	// nn.ExponentialDecay 1.00 0.61 0.37 0.13
	// nn.CosineDecay      1.00 0.87 0.55 0.10
	// nn.Warmup           0.01 0.51 1.00 0.50
}

// Initializers: the standard deviation that they give the weights of a layer from 100 to 300 units.
func Example_initializers() {
	for _, init := range []nn.Initializer{
		nn.GlorotUniform{}, nn.GlorotNormal{}, nn.HeUniform{}, nn.HeNormal{}, nn.TruncatedNormal{Std: 0.02}, nn.Zeros{},
	} {
		w := make([]float64, 100*300)
		init.Fill(w, 100, 300, rand.New(rand.NewPCG(1, 0)))
		square := 0.0
		for _, v := range w {
			square += v * v
		}
		fmt.Printf("%-18T %.2f\n", init, math.Sqrt(square/float64(len(w))))
	}
	// Output:
	// nn.GlorotUniform   0.07
	// nn.GlorotNormal    0.07
	// nn.HeUniform       0.14
	// nn.HeNormal        0.14
	// nn.TruncatedNormal 0.02
	// nn.Zeros           0.00
}

// Losses of one prediction: what its columns are, and what a label is.
func Example_losses() {
	for _, c := range []struct {
		loss       nn.Loss
		prediction []float64
		label      float64
	}{
		{nn.SquaredError{}, []float64{3}, 1},
		{nn.HuberLoss{Delta: 1}, []float64{3}, 1},        // straight from a distance of 1 on
		{nn.GaussianLoss{}, []float64{3, 2}, 1},          // a mean, and a standard deviation
		{nn.LogisticLoss{}, []float64{2}, 1},             // a logit, and 0 or 1
		{nn.SoftmaxLoss{}, []float64{1, 0, -1}, 2},       // a logit for each class, and the number of one
		{nn.SoftmaxLoss{}, []float64{1000, 0, -1000}, 0}, // large logits do not overflow
	} {
		g := autodiff.New()
		p, y := g.Input("p", 1, len(c.prediction)), g.Input("y", 1, 1)
		loss := c.loss.PerRow(p, y)
		ws := autodiff.Compile(loss).NewWorkspace()
		ws.Set(p, c.prediction)
		ws.Set(y, []float64{c.label})
		ws.Run()
		fmt.Printf("%-16T of %v for %v: %.3f\n", c.loss, c.prediction, c.label, ws.Read(loss, nil)[0])
	}
	// Output:
	// nn.SquaredError  of [3] for 1: 4.000
	// nn.HuberLoss     of [3] for 1: 1.500
	// nn.GaussianLoss  of [3 2] for 1: 2.112
	// nn.LogisticLoss  of [2] for 1: 0.127
	// nn.SoftmaxLoss   of [1 0 -1] for 2: 2.408
	// nn.SoftmaxLoss   of [1000 0 -1000] for 0: 0.000
}

// Layers, with their parameters and what they make of three rows.
func Example_layers() {
	picture := autodiff.Image{Height: 28, Width: 28, Channels: 1}
	for _, c := range []struct {
		layer   nn.Network
		columns int // of the inputs
	}{
		{nn.MLP{Widths: []int{4, 16, 2}, Activation: nn.Tanh}, 4},
		{nn.NewLayerNorm(4), 4},
		{nn.NewTransductiveNorm(4), 4}, // by the rows at hand, in evaluation too
		{nn.NewAttention(4, 2), 4},     // every row sees all rows
		{nn.GRU{Inputs: 4, Units: 8}, 4},
		{nn.Embedding{Inputs: 4, Tables: []nn.Table{{Column: 1, Categories: 10, Width: 3}}}, 4}, // column 1 becomes three
		{nn.NewConv(picture, 8), 784},
		{nn.MaxPool{Image: picture}, 784},
		{nn.ImageNorm{Image: picture, Norm: nn.NewTransductiveNorm(1)}, 784},
		{nn.NewConvNet(picture, 5), 784},
		{nn.NewStridedConvNet(picture, 5), 784},
	} {
		g := autodiff.New()
		y := c.layer.Apply(nil, g.Params(c.layer.Shapes()), g.Input("x", 3, c.columns))
		fmt.Printf("%-19T %6d parameters, 3×%d becomes %d×%d\n", c.layer, nn.Size(c.layer.Shapes()), c.columns,
			y.Rows(), y.Cols())
	}
	// Output:
	// nn.MLP                 114 parameters, 3×4 becomes 3×2
	// nn.LayerNorm             8 parameters, 3×4 becomes 3×4
	// nn.TransductiveNorm      8 parameters, 3×4 becomes 3×4
	// nn.Attention            64 parameters, 3×4 becomes 3×4
	// nn.GRU                 320 parameters, 3×4 becomes 3×8
	// nn.Embedding            30 parameters, 3×4 becomes 3×6
	// nn.Conv                 80 parameters, 3×784 becomes 3×6272
	// nn.MaxPool               0 parameters, 3×784 becomes 3×196
	// nn.ImageNorm             2 parameters, 3×784 becomes 3×784
	// nn.ConvNet          112005 parameters, 3×784 becomes 3×5
	// nn.ConvNet          112005 parameters, 3×784 becomes 3×5
}

// Names for the matrices of a flat vector of parameters.
func ExampleNewParams() {
	net := nn.MLP{Widths: []int{2, 3, 1}}
	theta := []float64{1, 2, 3, 4, 5, 6, 0, 0, 0, 7, 8, 9, 0}
	params := nn.NewParams(net.Shapes(), theta)
	params.View("W2").Set(0, 0, 70) // the vector's own entry
	fmt.Println(params.View("W1").RawRowView(1), params.View("W2").At(0, 0), theta[9])
	// Output:
	// [4 5 6] 70 70
}
