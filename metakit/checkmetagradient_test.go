package metakit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/metakit"
	"kindred/nn"
)

// Exact learners are accepted, the others refused: a check that accepts first order checks nothing.
func TestCheckMetaGradient(t *testing.T) {
	relu := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	tanh := nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}
	for _, c := range []struct {
		name    string
		learner metakit.Learner
		exact   bool
	}{
		{"MAML, no step", metakit.MAML{Network: relu, Loss: mse, Inner: sgd}, true},
		{"MAML, 1 step", metakit.MAML{Network: relu, Loss: mse, Steps: 1, Inner: sgd}, true},
		{"MAML, 5 steps", metakit.MAML{Network: relu, Loss: mse, Steps: 5, Inner: sgd}, true},
		{"MAML, tanh", metakit.MAML{Network: tanh, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 0.1}}, true},
		{"MAML through momentum", metakit.MAML{Network: tanh, Loss: mse, Steps: 3, Inner: nn.Momentum{Rate: 0.01, Mu: 0.9}}, true},
		{"MAML through Nesterov", metakit.MAML{Network: tanh, Loss: mse, Steps: 3, Inner: nn.Momentum{Rate: 0.01, Mu: 0.9, Nesterov: true}}, true},
		{"MAML through Adam", metakit.MAML{Network: tanh, Loss: mse, Steps: 3, Inner: nn.NewAdam(0.01)}, true},
		{"Meta-SGD", metakit.MetaSGD{Network: relu, Loss: mse, Steps: 2, Rate: 0.01}, true},
		{"pooled", metakit.Pooled{Network: relu, Loss: mse, Inner: sgd}, true},
		{"first order, 1 step", metakit.MAML{Network: relu, Loss: mse, Steps: 1, FirstOrder: true, Inner: sgd}, false},
		{"first order, 5 steps", metakit.MAML{Network: relu, Loss: mse, Steps: 5, FirstOrder: true, Inner: sgd}, false},
		{"first order, tanh", metakit.MAML{Network: tanh, Loss: mse, Steps: 1, FirstOrder: true, Inner: sgd}, false},
		{"first order, small rate", metakit.MAML{Network: tanh, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 1e-4}, FirstOrder: true}, false},
		{"first order, Adam", metakit.MAML{Network: tanh, Loss: mse, Steps: 3, Inner: nn.NewAdam(0.01), FirstOrder: true}, false},
		{"Reptile", metakit.Reptile{Network: relu, Loss: mse, Steps: 5, OverRate: true, Inner: sgd}, false},
		{"scratch", metakit.Scratch{Network: relu, Loss: mse, Inner: sgd}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(5) {
				meta := c.learner.Init(rand.New(rand.NewPCG(seed, 1)))
				r, err := metakit.CheckMetaGradient(c.learner, meta, metakit.Draw(sines, 7, seed), seed)
				if (err == nil) != c.exact {
					t.Errorf("seed %d: slope %.3f, error %v\n%.3g\n%.3g", seed, r.Slope, err, r.H, r.R)
				}
				want := 1.0
				if c.exact {
					want = 2
				}
				if math.Abs(r.Slope-want) > 0.2 {
					t.Errorf("seed %d: slope %.3f, want about %v\n%.3g\n%.3g", seed, r.Slope, want, r.H, r.R)
				}
			}
		})
	}
}
