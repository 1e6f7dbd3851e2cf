package mtlkit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/mtlkit/sharing"
	"kindred/nn"
)

var threeTasks = sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {1}}, Activation: nn.Tanh}

func TestHardSharingParameters(t *testing.T) {
	var names []string
	for _, s := range threeTasks.Shapes() {
		names = append(names, s.String())
	}
	want := []string{"trunk.W1 2×5", "trunk.b1 1×5", "trunk.W2 5×3", "trunk.b2 1×3", "head1.W1 3×1", "head1.b1 1×1",
		"head2.W1 3×4", "head2.b1 1×4", "head2.W2 4×2", "head2.b2 1×2", "head3.W1 3×1", "head3.b1 1×1"}
	if !slices.Equal(names, want) {
		t.Errorf("shapes %q, want %q", names, want)
	}
	if got := threeTasks.Owners(); !slices.Equal(got, []int{-1, -1, -1, -1, 0, 0, 1, 1, 1, 1, 2, 2}) {
		t.Errorf("owners %v", got)
	}
	theta := threeTasks.Init(rand.New(rand.NewPCG(1, 0)))
	if len(theta) != nn.Size(threeTasks.Shapes()) {
		t.Errorf("%d parameters for shapes of %d", len(theta), nn.Size(threeTasks.Shapes()))
	}
	if got := spans(threeTasks, 1); !slices.Equal(got, []span{{37, 26}}) {
		t.Errorf("the second head lies at %v", got)
	}
	for name, h := range map[string]sharing.HardSharing{
		"no shared layer": {Trunk: []int{2}, Heads: [][]int{{1}}},
		"an empty head":   {Trunk: []int{2, 3}, Heads: [][]int{{}}},
	} {
		mustPanic(t, name, func() { h.Shapes() })
	}
}

// The twins start where the joint model starts and then predict what it predicts.
func TestIndependentStartsAsTheJointModel(t *testing.T) {
	twins := mtlkit.Independent{Of: threeTasks}
	joint := threeTasks.Init(rand.New(rand.NewPCG(5, 0)))
	theta := twins.Init(rand.New(rand.NewPCG(5, 0)))
	if len(theta) != nn.Size(twins.Shapes()) || len(twins.Owners()) != len(twins.Shapes()) {
		t.Fatalf("%d parameters and %d owners for %d shapes of %d", len(theta), len(twins.Owners()), len(twins.Shapes()),
			nn.Size(twins.Shapes()))
	}
	nn.NewParams(twins.Shapes(), theta) // panics if two have one name
	if slices.Contains(twins.Owners(), mtlkit.Shared) {
		t.Error("twins share a parameter")
	}
	var tasks []mtlkit.Task
	for i, width := range []int{1, 2, 1} {
		tasks = append(tasks, mtlkit.Task{Name: fmt.Sprint(i), Loss: nn.SquaredError{}, Width: width})
	}
	x := mtlkit.Grid(-1, 1, 3)
	want, got := mtlkit.Predict(threeTasks, tasks, joint, x), mtlkit.Predict(twins, tasks, theta, x)
	for i := range tasks {
		sameBits(t, fmt.Sprint("output ", i), got[i].RawMatrix().Data, want[i].RawMatrix().Data)
		back := mtlkit.Predict(threeTasks, tasks, twins.Twin(theta, i), x)[i]
		sameBits(t, fmt.Sprint("twin ", i), back.RawMatrix().Data, want[i].RawMatrix().Data)
	}
}
