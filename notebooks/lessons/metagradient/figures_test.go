package metagradient

import (
	"testing"

	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

var (
	smooth = nn.MLP{Widths: []int{1, 12, 12, 1}, Activation: nn.Tanh}
	bent   = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
)

func TestFigures(t *testing.T) {
	lessontest.Save(t, "08-results", ReadResults("../../results/orders.json").Figure(0))
	lessontest.Save(t, "08-results10", ReadResults("../../results/orders.json").Figure(1))
}
