package sharing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/nn"
)

func TestHardSharingParameters(t *testing.T) {
	model := HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {1}}, Activation: nn.Tanh}
	var names []string
	for _, s := range model.Shapes() {
		names = append(names, s.String())
	}
	want := []string{"trunk.W1 2×5", "trunk.b1 1×5", "trunk.W2 5×3", "trunk.b2 1×3", "head1.W1 3×1", "head1.b1 1×1",
		"head2.W1 3×4", "head2.b1 1×4", "head2.W2 4×2", "head2.b2 1×2", "head3.W1 3×1", "head3.b1 1×1"}
	if !slices.Equal(names, want) {
		t.Errorf("shapes %q, want %q", names, want)
	}
	theta := model.Init(rand.New(rand.NewPCG(1, 0)))
	if len(theta) != nn.Size(model.Shapes()) {
		t.Errorf("%d parameters for shapes of %d", len(theta), nn.Size(model.Shapes()))
	}
	twin, from := model.Twin(1)
	if want := append(slices.Clone(namesOf(model)[:4]), namesOf(model)[6:10]...); !slices.Equal(from, want) {
		t.Errorf("the twin starts from %q, want %q", from, want)
	}
	if twin.Tasks() != 1 || nn.Size(twin.Shapes()) != nn.Size(model.Shapes()[:4])+nn.Size(model.Shapes()[6:10]) {
		t.Errorf("the twin has %d outputs and the shapes %v", twin.Tasks(), twin.Shapes())
	}
	for name, f := range map[string]func(){
		"no shared layer": func() { HardSharing{Trunk: []int{2}, Heads: [][]int{{1}}}.Shapes() },
		"an empty head":   func() { HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{}}}.Shapes() },
		"no such task":    func() { model.Twin(3) },
	} {
		func() {
			defer func() {
				if _, sentence := recover().(string); !sentence {
					t.Errorf("%s: no sentence", name)
				}
			}()
			f()
		}()
	}
}
