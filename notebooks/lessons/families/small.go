package families

import (
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// small are the learners of the first figure, small enough to be trained while one waits.
func small(points int) Cast {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	features := nn.MLP{Widths: []int{1, 40, 24}, Activation: nn.ReLU, Output: nn.Tanh}
	loss, inner := nn.SquaredError{}, nn.SGD{Rate: 0.01}
	return Cast{Waves: tasks.NewSinusoid(points), Entries: []Entry{
		{"trained on all together", Plain, 250, 0.01, metakit.Pooled{Network: net, Loss: loss, Inner: inner}},
		{"a start (MAML)", Start, 600, 0.01, metakit.MAML{Network: net, Loss: loss, Steps: 1, Inner: inner}},
		{"the steps (Meta-Curvature)", Steps, 250, 0.01, metakit.MetaCurvature{Network: net, Loss: loss, Steps: 1, Rate: 0.01}},
		{"a formula (ALPaCA)", Formula, 300, 0.01, models.NewALPaCA(features, 24, 1)},
		{"a reader (neural process)", Reader, 700, 0.005, models.NewNeuralProcess(1, 1, 32)},
		{"a reader (transformer)", Reader, 200, 0.005, models.NewInContext(1, 1, loss)},
	}}
}
