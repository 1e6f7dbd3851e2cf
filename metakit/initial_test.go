package metakit_test

import (
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/nn"
)

// Learners of a start are trained in float32 to about what float64 makes of them, and take up a training from its
// checkpoint to the same bits.
func TestDeterminismOfLearnersOfAStart(t *testing.T) {
	context := nn.MLP{Widths: []int{3, 12, 1}, Activation: nn.Tanh}
	for name, c := range map[string]struct {
		learner metakit.Learner
		tasks   metakit.Distribution
	}{
		"head":  {metakit.MAML{Network: deep, Loss: mse, Steps: 3, Inner: sgd, Adapts: metakit.Head}, sines},
		"body":  {metakit.MAML{Network: deep, Loss: mse, Steps: 3, Inner: sgd, Adapts: metakit.Body, Recompute: 2}, sines},
		"CAVIA": {metakit.CAVIA{Network: context, Loss: mse, Context: 2, Steps: 2, Inner: steep}, sines},
		"iMAML": {metakit.IMAML{Network: small, Loss: mse, Steps: 5, Inner: sgd, Lambda: 2, Iterations: 5, Tolerance: 0.01}, sines},
		"Proto": {protoMAML(2), learners.Spots()},
	} {
		training := metakit.Training{Learner: c.learner, Tasks: c.tasks, Iterations: 6, MetaBatch: 5, Optimizer: sgd, Seed: 2}
		whole, err := training.Run(t.Context())
		if err != nil {
			t.Fatal(name, err)
		}
		half := begin(t, training)
		for _, err := range half.Steps(t.Context()) {
			if err != nil {
				t.Fatal(name, err)
			}
			if len(half.History) == 3 {
				break
			}
		}
		again, err := training.Resume(half.Checkpoint())
		if err != nil {
			t.Fatal(name, err)
		}
		for _, err := range again.Steps(t.Context()) {
			if err != nil {
				t.Fatal(name, err)
			}
		}
		sameBits(t, name+": resumed", again.Meta, whole.Meta)
		training.Precision = autodiff.Float32
		single, err := training.Run(t.Context())
		if err != nil {
			t.Fatal(name, err)
		}
		golden.Near(t, name+": float32", single.Meta, whole.Meta, 1e-3)
	}
}
