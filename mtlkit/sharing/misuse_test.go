package sharing

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/internal/exported"
	"kindred/nn"
)

// Every exported function and field with its senseless values, and the sentence that it panics with.
func TestMisuse(t *testing.T) {
	m := HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {1}}}
	g := autodiff.New()
	theta, x := g.Params(m.Shapes()), g.Input("x", 4, 2)
	change := func(f func(h *HardSharing)) HardSharing { h := m; f(&h); return h }
	var tested []string
	for name, c := range map[string]struct {
		call func()
		says string
	}{
		"Trunk": {func() { HardSharing{Heads: m.Heads}.Shapes() },
			"sharing: HardSharing: Trunk is []; it needs the number of inputs and the units of a layer"},
		"Trunk, no layer": {func() { HardSharing{Trunk: []int{2}, Heads: m.Heads}.Init(rand.New(rand.NewPCG(1, 0))) },
			"sharing: HardSharing: Trunk is [2]; it needs the number of inputs and the units of a layer"},
		"Trunk, width": {func() { change(func(h *HardSharing) { h.Trunk = []int{2, 0} }).Shapes() },
			"nn: MLP: Widths is [2 0]; every width must be at least 1"},
		"Heads": {func() { change(func(h *HardSharing) { h.Heads = [][]int{{1}, nil} }).Shapes() },
			"sharing: HardSharing: Heads[1] is empty; it needs at least the width of the output"},
		"Heads, width": {func() { change(func(h *HardSharing) { h.Heads = [][]int{{1}, {-1}} }).Shapes() },
			"nn: MLP: Widths is [3 -1]; every width must be at least 1"},
		"Activation": {func() {
			change(func(h *HardSharing) { h.Activation = "rellu" }).Apply(nil, theta, []autodiff.Value{x, x})
		}, `nn: no activation is called "rellu"; there are ["" "gelu" "leaky relu" "relu" "sigmoid" "sin" "softplus" "tanh"]`},
		"Weights": {func() {
			change(func(h *HardSharing) { h.Weights = nn.TruncatedNormal{Std: -1} }).Init(rand.New(rand.NewPCG(1, 0)))
		}, "nn: TruncatedNormal: Std is -1; it must be finite and not negative"},
		"Init": {func() { m.Init(nil) },
			"nn: MLP.Init: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))"},
		"Apply, inputs": {func() { m.Apply(nil, theta, []autodiff.Value{x}) },
			"sharing: HardSharing: 1 inputs for 2 heads"},
		"Apply, parameters": {func() { m.Apply(nil, theta.Slice(0, 2), []autodiff.Value{x, x}) },
			"sharing: HardSharing: 2 matrices of parameters, want 6"},
		"Apply, columns": {func() { m.Apply(nil, theta, []autodiff.Value{x.SliceCols(0, 1), x}) },
			"nn: MLP.Apply: the inputs slice 4×1 have 1 columns; widths [2 3] want 2"},
		"Encode": {func() { m.Encode(nil, autodiff.Params{}, x) },
			"sharing: HardSharing: 0 matrices of parameters, want 6"},
		"Decode": {func() { m.Decode(nil, theta, nil) }, "sharing: HardSharing: 0 inputs for 2 heads"},
		"Twin":   {func() { m.Twin(2) }, "sharing: HardSharing.Twin: task 2 of 2"},
		"Twin, negative": {func() { m.Twin(-1) },
			"sharing: HardSharing.Twin: task -1 of 2"},
	} {
		exported.Says(t, name, c.call, c.says)
		field, _, _ := strings.Cut(name, ",")
		tested = append(tested, "HardSharing."+field)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"HardSharing.Shapes": "see Trunk and Heads", "HardSharing.Tasks": "a number",
	})
}
