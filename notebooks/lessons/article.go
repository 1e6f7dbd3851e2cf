package lessons

import (
	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// A Configure says how tasks are trained from a seed, as [mtlkit.Compare] and [mtlkit.Repeat] want it.
type Configure = func(seed uint64) mtlkit.Trainer

// Article trains the two tasks of the article's section 4.1 as it means it, a regression and a classification on the same
// inputs. Seeds change nothing but the first parameters.
func Article(seed uint64) mtlkit.Trainer {
	data := datasets.TwoTaskExample(0)
	return mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
		Data:      mtlkit.SharedInputs(data.X, data.Y1, data.Y2),
		Optimizer: nn.NewKerasAdam(0.01), Epochs: 100, Seed: seed,
	}
}
