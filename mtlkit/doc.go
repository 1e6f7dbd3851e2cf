// Package mtlkit learns several tasks with one network.
//
// A [Trainer] puts together a [Model], which says what the tasks share, the [Task] list, [Data] and a [Balancer], which
// weighs the tasks against each other. [Independent] gives each task a network of its own, the baseline of every claim
// that sharing helps; [Compare] makes that claim over seeds, with intervals.
//
//	trainer := mtlkit.Trainer{
//		Model:     mtlkit.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
//		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
//		Data:      mtlkit.SharedInputs(x, value, class),
//		Balance:   mtlkit.Uncertainty{},
//		Optimizer: nn.Adam{Rate: 0.01},
//		Epochs:    500,
//	}
//	run, err := trainer.Train(ctx)
//
// The balancers, from [Equal] to [UPGrad], can be used without the rest: they are functions of losses and gradients.
package mtlkit
