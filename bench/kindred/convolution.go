package main

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// drawing is an image of Omniglot as few-shot learning takes it.
var drawing = autodiff.Image{Height: 28, Width: 28, Channels: 1}

// prototypes is a step of a prototypical network: 60 classes with five drawings to learn from and five to tell, four blocks
// of 64 filters, Adam.
func prototypes(p autodiff.Precision) *work {
	const ways = 60
	rng := rand.New(rand.NewPCG(1, 2))
	drawn := metakit.Collection{{Support: classes(ways, 5*ways, rng), Query: classes(ways, 5*ways, rng)}}
	learner := models.NewPrototypical(nn.NewConvNet(drawing, 0), ways)
	return meta(metakit.Training{Learner: learner, Tasks: drawn, MetaBatch: 1, Precision: p, Optimizer: nn.NewAdam(1e-6)})
}

// convMAML is a step of MAML: five classes with a drawing to learn from and five to tell, four tasks, an inner step of
// gradient descent, second order, Adam.
func convMAML(net nn.ConvNet, p autodiff.Precision) *work {
	rng := rand.New(rand.NewPCG(1, 2))
	var drawn metakit.Collection
	for range 4 {
		drawn = append(drawn, &metakit.Episode{Support: drawings(5, rng), Query: drawings(25, rng)})
	}
	learner := metakit.MAML{Network: net, Loss: nn.SoftmaxLoss{}, Steps: 1, Inner: nn.SGD{Rate: 0.4}}
	return meta(metakit.Training{Learner: learner, Tasks: drawn, MetaBatch: 4, Precision: p, Optimizer: nn.NewAdam(1e-6)})
}
