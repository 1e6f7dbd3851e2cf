// Package mtlkit trains one network on several tasks, and tells whether that helped.
//
// A [Task] is a name and a loss; [Data] hold inputs that the tasks share, or rows for each; rows and classes may have
// weights, and labels may be missing. A [Model] is a network with
// an output for each task, such as sharing.HardSharing; which parameters the tasks share is read from what it traces,
// and its [Independent] twins share none. A [Trainer] follows the task gradients as its balancer weighs them: a
// scalarizer turns the task losses into one loss ([balance.Equal], [balance.Fixed], [balance.Uncertainty], …), an
// aggregator the task gradients into one direction ([balance.MGDA], [balance.PCGrad], [balance.UPGrad], …);
// [balance.Methods] lists them all with what each needs. A [Run] is a training under way, a [Predictor] predicts and
// evaluates with what it has learned. [Compare] trains the model and its twins over seeds and gives the gain of sharing
// with its interval, a [Tournament] sets balancers against each other.
//
//	trainer := mtlkit.Trainer{
//		Model:     sharing.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
//		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
//		Data:      mtlkit.SharedInputs(x, values, classes),
//		Balance:   balance.MGDA{},
//		Optimizer: nn.NewAdam(0.01),
//		Epochs:    500,
//	}
//	run, err := trainer.Train(ctx)
//	scores, err := run.Evaluate(trainer.Data)
//
// Package sharing holds the architectures, package balance the balancers, which are of use without the trainer too
// ([balance.Aggregation], [balance.Descent]), package relate tells which tasks belong together, package mtltest has the
// properties to test one's own with, package tasks families of tasks whose truth is known, and package compare sets all
// of these against each other. What a training step does stands in one file, step.go, from top to bottom.
package mtlkit
