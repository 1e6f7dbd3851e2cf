package main

import (
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// reader is a learner of the sinusoid benchmark that adapts a part of itself, or that reads the support set.
func reader(name string) metakit.Learner {
	switch name {
	case "anil":
		return metakit.MAML{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01},
			Adapts: metakit.Head}
	case "cavia":
		return metakit.NewCAVIA(nn.MLP{Widths: []int{1 + 5, 40, 40, 1}, Activation: nn.ReLU}, nn.SquaredError{})
	case "cnp":
		return models.NewNeuralProcess(1, 1, 128)
	}
	n := models.NewInContext(1, 1, nn.GaussianLoss{})
	n.Width, n.Hidden, n.Activation, n.Least = 64, 128, nn.GELU, 0.1
	return n
}
