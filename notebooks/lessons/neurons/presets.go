package neurons

import (
	"slices"

	"kindred/datasets"
	"kindred/nn"
)

// Hidden returns a tanh network of two inputs and one output with hidden layers of the given widths; without any it is
// one neuron.
func Hidden(widths ...int) nn.MLP {
	return nn.MLP{Widths: slices.Concat([]int{2}, widths, []int{1}), Activation: nn.Tanh}
}

// Moons is a classifier of two half moons of points, 120 to learn from and 1,000 held out.
func Moons(net nn.MLP, seed uint64) Classifier {
	return Classifier{
		Net: net, Loss: nn.BinaryCrossEntropy, Rule: nn.NewAdam(0.03), Epochs: 300, Seed: seed,
		Train: datasets.Moons(120, 0.15, seed), Test: datasets.Moons(1000, 0.15, seed+1000),
	}
}

// Corners is [Moons] with the exclusive or: class 1 lies at two opposite corners of a square, class 0 at the others.
func Corners(net nn.MLP, seed uint64) Classifier {
	c := Moons(net, seed)
	c.Train, c.Test = datasets.Corners(120, 0.3, seed), datasets.Corners(1000, 0.3, seed+1000)
	return c
}

// Spirals returns classifiers of two spirals, 100 points to learn from and 400 held out, by networks of some hidden
// layers of the same width.
func Spirals(bend nn.Activation) func(depth, width int, seed uint64) Classifier {
	return func(depth, width int, seed uint64) Classifier {
		net := Hidden(slices.Repeat([]int{width}, depth)...)
		net.Activation = bend
		return Classifier{
			Net: net, Loss: nn.BinaryCrossEntropy, Rule: nn.NewAdam(0.02), Epochs: 300, Seed: seed,
			Train: datasets.Spirals(100, 2, 1, 0.1, seed), Test: datasets.Spirals(400, 2, 1, 0.1, seed+1000),
		}
	}
}

// Line is the squared error of a line through (0, −1), (½, 0) and (1, 1), over its slope and its intercept, with a start
// in the wrong corner.
var Line = Valley{
	Net: nn.MLP{Widths: []int{1, 1}}, Loss: nn.MSE, X: []float64{0, 0.5, 1}, Y: []float64{-1, 0, 1}, Start: [2]float64{-1, 2},
}
