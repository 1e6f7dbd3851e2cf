package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/internal/exported"
	"kindred/mtlkit"
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
	harmless := map[string]string{"HardSharing.Shapes": "see Trunk and Heads", "HardSharing.Tasks": "a number"}
	for name, of := range stacked {
		tested = append(tested, misuseOfLevels(t, name, of)...)
		harmless[name+".Shapes"], harmless[name+".Tasks"] = "see Inputs and what follows", "a number"
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}

// misuseOfLevels tests an architecture of levels, and returns the names of what it tested.
func misuseOfLevels(t *testing.T, name string, of func(s settings) mtlkit.Twinned) (tested []string) {
	change := func(f func(s *settings)) mtlkit.Twinned {
		s := usual
		s.levels, s.activation = [][]int{{3}}, nn.ReLU
		f(&s)
		return of(s)
	}
	m := change(func(*settings) {})
	g := autodiff.New()
	theta, x := g.Params(m.Shapes()), g.Input("x", 4, 2)
	says := func(what, sentence string, call func()) {
		t.Helper()
		exported.Says(t, name+"."+what, call, sentence)
		field, _, _ := strings.Cut(what, ",")
		tested = append(tested, name+"."+field)
	}
	refused := func(what, sentence string, f func(s *settings)) {
		t.Helper()
		says(what, sentence, func() { change(f).Shapes() })
	}
	own := "sharing: " + name + ": "
	refused("Inputs", own+"Inputs is 0; it must be at least 1", func(s *settings) { s.inputs = 0 })
	if name == "OMoE" || name == "CGC" {
		refused("Expert", own+"Expert is empty; it needs the units of at least one layer",
			func(s *settings) { s.levels = nil })
	} else {
		refused("Levels", own+"Levels is empty; it needs the units of the layers of a level",
			func(s *settings) { s.levels = nil })
		refused("Levels, one", own+"Levels[1] is empty; it needs the units of at least one layer",
			func(s *settings) { s.levels = [][]int{{3}, {}} })
		refused("Levels, width", "nn: MLP: Widths is [2 0]; every width must be at least 1",
			func(s *settings) { s.levels = [][]int{{0}} })
	}
	switch name {
	case "MMoE", "OMoE":
		refused("Experts", own+"Experts is 0; it must be at least 1", func(s *settings) { s.experts = 0 })
	case "PLE", "CGC":
		refused("Own", own+"Own is 0; it must be at least 1", func(s *settings) { s.own = 0 })
		refused("Shared", own+"Shared is 0; it must be at least 1", func(s *settings) { s.shared = 0 })
	case "AdaTT":
		refused("Own", own+"Own is -1; it must be at least 1", func(s *settings) { s.own = -1 })
		refused("Shared", own+"Shared is -1; it must not be negative, and 0 is none",
			func(s *settings) { s.shared = -1 })
	}
	refused("Heads", own+"Heads is empty; it needs the units of the layers of each task",
		func(s *settings) { s.heads = nil })
	refused("Heads, a task", own+"Heads[1] is empty; it needs at least the width of the output",
		func(s *settings) { s.heads = [][]int{{1}, nil} })
	refused("Heads, width", "nn: MLP: Widths is [3 -1]; every width must be at least 1",
		func(s *settings) { s.heads = [][]int{{-1}} })
	all := []autodiff.Value{x, x, x}
	says("Activation", `nn: no activation is called "rellu"; there are `+
		`["" "gelu" "leaky relu" "relu" "sigmoid" "sin" "softplus" "tanh"]`,
		func() { change(func(s *settings) { s.activation = "rellu" }).Apply(nil, theta, all) })
	says("Weights", "nn: TruncatedNormal: Std is -1; it must be finite and not negative", func() {
		change(func(s *settings) { s.weights = nn.TruncatedNormal{Std: -1} }).Init(rand.New(rand.NewPCG(1, 0)))
	})
	says("Init", "nn: MLP.Init: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))",
		func() { m.Init(nil) })
	says("Apply", own+"1 inputs for 3 heads", func() { m.Apply(nil, theta, all[:1]) })
	says("Apply, parameters", fmt.Sprintf("%s2 matrices of parameters, want %d", own, theta.Len()),
		func() { m.Apply(nil, theta.Slice(0, 2), all) })
	says("Apply, columns", "nn: MLP.Apply: the inputs slice 4×1 have 1 columns; widths [2 3] want 2",
		func() { m.Apply(nil, theta, slices.Repeat([]autodiff.Value{x.SliceCols(0, 1)}, 3)) })
	says("Twin", "sharing: "+name+".Twin: task 3 of 3", func() { m.Twin(3) })
	says("Twin, negative", "sharing: "+name+".Twin: task -1 of 3", func() { m.Twin(-1) })
	if encoder, ok := m.(mtlkit.Encoder); ok {
		says("Encode", fmt.Sprintf("%s0 matrices of parameters, want %d", own, theta.Len()),
			func() { encoder.Encode(nil, autodiff.Params{}, x) })
		says("Decode", own+"0 inputs for 3 heads", func() { encoder.Decode(nil, theta, nil) })
	}
	return tested
}
