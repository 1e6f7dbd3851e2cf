package metakit

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/nn"
)

// Exact learners are accepted, the others refused: a check that accepts first order checks nothing.
func TestCheckMetaGradient(t *testing.T) {
	relu := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	tanh := nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}
	for _, c := range []struct {
		name    string
		learner Learner
		exact   bool
	}{
		{"MAML, no step", MAML{Network: relu}, true},
		{"MAML, 1 step", MAML{Network: relu, Steps: 1}, true},
		{"MAML, 5 steps", MAML{Network: relu, Steps: 5}, true},
		{"MAML, tanh", MAML{Network: tanh, Steps: 1, Inner: nn.SGD{Rate: 0.1}}, true},
		{"MAML through momentum", MAML{Network: tanh, Steps: 3, Inner: nn.Momentum{}}, true},
		{"MAML through Nesterov", MAML{Network: tanh, Steps: 3, Inner: nn.Momentum{Nesterov: true}}, true},
		{"MAML through Adam", MAML{Network: tanh, Steps: 3, Inner: nn.Adam{Rate: 0.01}}, true},
		{"Meta-SGD", MetaSGD{Network: relu, Steps: 2}, true},
		{"pooled", Pooled{Network: relu}, true},
		{"first order, 1 step", MAML{Network: relu, Steps: 1, FirstOrder: true}, false},
		{"first order, 5 steps", MAML{Network: relu, Steps: 5, FirstOrder: true}, false},
		{"first order, tanh", MAML{Network: tanh, Steps: 1, FirstOrder: true}, false},
		{"first order, small rate", MAML{Network: tanh, Steps: 1, Inner: nn.SGD{Rate: 1e-4}, FirstOrder: true}, false},
		{"first order, Adam", MAML{Network: tanh, Steps: 3, Inner: nn.Adam{Rate: 0.01}, FirstOrder: true}, false},
		{"Reptile", Reptile{Network: relu, Steps: 5, OverRate: true}, false},
		{"scratch", Scratch{Network: relu}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(5) {
				meta := c.learner.Init(rand.New(rand.NewPCG(seed, 1)))
				r, err := CheckMetaGradient(c.learner, meta, Draw(Sinusoid{}, 7, seed), seed)
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
