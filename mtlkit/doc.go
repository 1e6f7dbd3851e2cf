// Package mtlkit trains one network on several tasks, and tells whether that helped.
//
// A [Task] is a name and a loss; [Data] hold inputs that the tasks share, or rows for each. A [Model] says which
// parameters the tasks share: [HardSharing], or for comparison its [Independent] twins. A [Trainer] follows the task
// gradients as its [balance.Balancer] weighs them: a scalarizer turns the task losses into one loss ([balance.Equal], [balance.Fixed],
// [balance.Uncertainty], …), an aggregator the task gradients into one direction ([balance.MGDA], [balance.PCGrad], [balance.UPGrad], …); [balance.Methods]
// lists them all with what each needs. [Compare] trains the model and its twins over seeds and gives the gain of
// sharing with its interval.
//
//	trainer := mtlkit.Trainer{
//		Model:   sharing.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
//		Tasks:   []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
//		Data:    mtlkit.SharedInputs(x, values, classes),
//		Balance: balance.MGDA{},
//		Epochs:  500,
//	}
//	run, err := trainer.Train(ctx)
//	scores, err := run.Evaluate(trainer.Data)
//
// The balancers are also of use without the trainer: [balance.Aggregation] applies any of them to a Jacobian, [balance.Descent] to a
// [balance.Problem] of a few variables with a known front.
package mtlkit
