package metakit_test

import (
	"kindred/metakit/tasks"
	"kindred/nn"
)

// What most tests learn, and with what.
var (
	small = nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}
	relu  = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	mse   = nn.SquaredError{}
	sgd   = nn.SGD{Rate: 0.01}
	adam  = nn.NewAdam(0.001)
	sines = tasks.NewSinusoid(10)
)
