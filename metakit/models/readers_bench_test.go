package models_test

import (
	"fmt"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// BenchmarkReaders times a meta-iteration over 25 waves of ten points and ten queries, in float32, by learners as their
// constructors make them.
func BenchmarkReaders(b *testing.B) {
	causal := models.NewInContext(1, 1, nn.GaussianLoss{})
	causal.Causal = true
	for _, l := range []metakit.Learner{models.NewNeuralProcess(1, 1, 128), models.NewAttentiveProcess(1, 1, 128),
		models.NewInContext(1, 1, nn.GaussianLoss{}), causal, models.NewRecurrent(1, 1, 32, nn.GaussianLoss{})} {
		b.Run(fmt.Sprintf("%T", l), func(b *testing.B) {
			_, err := metakit.Training{Learner: l, Tasks: tasks.NewSinusoid(10), Iterations: b.N, MetaBatch: 25,
				Optimizer: nn.NewAdam(0.001), ClipNorm: 1, Precision: autodiff.Float32}.Run(b.Context())
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
