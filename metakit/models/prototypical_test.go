package models_test

import (
	"testing"

	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/nn"
)

// all is what every learner in closed form claims.
const all = metatest.ExactGradient | metatest.OrderFree | metatest.QueriesApart

func TestPropertiesOfPrototypical(t *testing.T) {
	metatest.TestLearner(t, models.NewPrototypical(nn.MLP{Widths: []int{2, 8, 5}, Activation: nn.Tanh}, 3), blobs(3, 2), all)
}
