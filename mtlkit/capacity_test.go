package mtlkit_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// Twins of equal capacity are a model like others, and are trained with what belongs to the matrices that they are in
// the place of.
func TestEqualCapacityTwins(t *testing.T) {
	joint := sharing.HardSharing{Trunk: []int{3, 16, 12}, Heads: [][]int{{1}, {6, 1}}, Activation: nn.Tanh}
	twins, ratio := mtlkit.EqualCapacity(joint)
	if math.Abs(ratio-1) > 0.02 {
		t.Errorf("the twins have %v times the parameters of the model", ratio)
	}
	mtltest.TestModel(t, twins, []int{1, 1}, 3)

	trainer := regressions(joint, 3)
	trainer.Groups = []nn.Group{{Names: "trunk.*", Rule: nn.SGD{}}}
	trainer.Initial = joint.Init(rand.New(rand.NewPCG(3, 0)))
	alone, again := trainer.AloneAtCapacity()
	if again != ratio {
		t.Errorf("the ratio is %v, of the model alone %v", again, ratio)
	}
	run, err := alone.Start()
	if err != nil {
		t.Fatal(err)
	}
	first := nn.NewParams(alone.Model.Shapes(), slices.Clone(run.Theta))
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"task1.trunk.W1", "task2.trunk.b2"} {
		if !slices.Equal(first.View(name).RawMatrix().Data, run.Params().View(name).RawMatrix().Data) {
			t.Errorf("%s moves, in place of a matrix that is frozen", name)
		}
	}
	if slices.Equal(first.View("task2.head1.W1").RawMatrix().Data,
		run.Params().View("task2.head1.W1").RawMatrix().Data) {
		t.Error("the head of task 2 does not move")
	}
}

// Both comparisons say what they compare, and train the model alike.
func TestCompareAtCapacity(t *testing.T) {
	joint := sharing.HardSharing{Trunk: []int{3, 16, 12}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
	configure := func(seed uint64) mtlkit.Trainer {
		trainer := regressions(joint, 3)
		trainer.Seed, trainer.Epochs = seed, 2
		return trainer
	}
	width, err := mtlkit.Compare(t.Context(), 2, configure)
	if err != nil {
		t.Fatal(err)
	}
	capacity, err := mtlkit.CompareAtCapacity(t.Context(), 2, configure)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range 2 {
		if n := float64(2*(4*16+17*12+13)) / float64(4*16+17*12+2*13); width.Ratio[seed] != n {
			t.Errorf("twins of equal width have %v times the parameters, want %v", width.Ratio[seed], n)
		}
		if math.Abs(capacity.Ratio[seed]-1) > 0.02 {
			t.Errorf("twins of equal capacity have %v times the parameters", capacity.Ratio[seed])
		}
		if !slices.Equal(width.Joint[seed].Theta, capacity.Joint[seed].Theta) {
			t.Errorf("seed %d: the model is another one", seed)
		}
	}
}
