package learnedopt_test

import (
	"math/rand/v2"
	"testing"

	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// What most tests train, and by what.
var (
	small    = nn.MLP{Widths: []int{1, 5, 1}, Activation: nn.Tanh}
	mse      = nn.SquaredError{}
	waves    = tasks.NewSinusoid(12)
	problems = learnedopt.Problems{Network: small, Loss: mse, Tasks: waves}
	batches  = learnedopt.Problems{Network: small, Loss: mse, Tasks: waves, Batch: 4}
	mlp      = learnedopt.NewMLP(6)
	lstm     = learnedopt.LSTM{Units: 4, Layers: 2, P: 10, Scale: 0.1}
)

// quick is a training of a few seconds at most.
func quick(rule learnedopt.Rule, p learnedopt.Problems) learnedopt.Training {
	return learnedopt.Training{Rule: rule, Problems: p, Steps: 8, Unroll: 2, Side: 3, Iterations: 9,
		Optimizer: nn.NewAdam(0.01), ClipNorm: 1, Seed: 3}
}

func begin(t testing.TB, training learnedopt.Training) *learnedopt.Run {
	t.Helper()
	r, err := training.Start()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func run(t testing.TB, training learnedopt.Training) *learnedopt.Run {
	t.Helper()
	r, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// start returns the first meta-parameters of a learner.
func start(l metakit.Learner, seed uint64) []float64 { return l.Init(rand.New(rand.NewPCG(seed, 1))) }
