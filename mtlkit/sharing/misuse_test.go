package sharing

import (
	"fmt"
	"math"
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
		"Norm": {func() { change(func(h *HardSharing) { h.Norm = nn.LayerNorm{} }).Shapes() },
			"nn: LayerNorm: Epsilon is 0; it must be finite and above 0, and NewLayerNorm sets the usual one"},
		"Dropout": {func() { change(func(h *HardSharing) { h.Dropout = 1 }).Shapes() },
			"nn: MLP: Dropout is 1; it must be at least 0 and below 1"},
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
		"Resized": {func() { m.Resized(-1) },
			"sharing: HardSharing.Resized: the factor is -1; it must be finite and above 0"},
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
	for name, c := range map[string]struct {
		s    Sluice
		says string
	}{
		"Levels, of other widths": {Sluice{2, [][]int{{4}, {2}}, 2, [][]int{{1}}, 0, "", nil},
			"Levels[1] ends in 2 units, Levels[0] in 4; a head reads a mixture of all levels, which are of one width"},
		"Orthogonal": {Sluice{2, [][]int{{4}}, 2, [][]int{{1}}, -1, "", nil},
			"Orthogonal is -1; it must be finite and not negative"},
		"Orthogonal, NaN": {Sluice{2, [][]int{{4}}, 2, [][]int{{1}}, math.NaN(), "", nil},
			"Orthogonal is NaN; it must be finite and not negative"},
	} {
		exported.Says(t, "Sluice."+name, func() { c.s.Shapes() }, "sharing: Sluice: "+c.says)
		field, _, _ := strings.Cut(name, ",")
		tested = append(tested, "Sluice."+field)
	}
	for name, misuse := range map[string]func(misuser){
		"Hierarchical": misuseHierarchical, "OwnFirst": misuseOwnFirst, "SoftSharing": misuseSoftSharing,
		"Branching": misuseBranching, "Tree": misuseTree,
	} {
		misuse(func(what, sentence string, call func()) {
			t.Helper()
			exported.Says(t, name+"."+what, call, sentence)
			field, _, _ := strings.Cut(what, ",")
			tested = append(tested, name+"."+field)
		})
		harmless[name+".Shapes"], harmless[name+".Tasks"] = "see the fields", "a number"
	}
	tested = append(tested, misuseGates(t)...)
	exported.Says(t, "Temperature.At", func() { Temperature{1, 1, 1}.At(-1) }, "sharing: Temperature: from 1 to 1 in 1 steps, "+
		"at step -1; it falls, is finite and above 0, and takes 1 step at least")
	tested = append(tested, "Temperature.At")
	for _, field := range []string{"Start", "End", "Steps"} {
		harmless["Temperature."+field] = "see Branching.Temperature"
	}
	harmless["DSelectK.PerExample"] = "both are meant"
	harmless["Architecture"], harmless["Architectures"] = "a row of the table of this package", "no arguments"
	harmless["ArchitectureTable"] = "no arguments"
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}

// misuseGates tests the gates of mixtures, and returns the names of what it tested.
func misuseGates(t *testing.T) (tested []string) {
	for _, name := range picky {
		s := usual
		s.gate = evenGate{7}
		m := stacked[name](s)
		g := autodiff.New()
		what, experts := "gate", 3
		switch name {
		case "MMoE":
			what = "level1.gate1"
		case "CGC", "PLE":
			what = "level1.task1.gate"
		}
		exported.Says(t, name+".Gate", func() {
			m.Apply(nil, g.Params(m.Shapes()), slices.Repeat([]autodiff.Value{g.Input("x", 4, 2)}, 3))
		}, fmt.Sprintf("sharing: Gate: %q returns broadcast 4×7 for 4 rows and %d experts; it must be 4×%d", what, experts, experts))
		tested = append(tested, name+".Gate")
	}
	for field, gate := range map[string]DSelectK{
		"K": {Gamma: 1}, "Gamma": {K: 1}, "Entropy": {K: 1, Gamma: 1, Entropy: -1}, "Inverse": {K: 1, Gamma: 1, Inverse: -1},
	} {
		exported.Says(t, "DSelectK."+field, func() { gate.For(2, 1) }, map[string]string{
			"K": "nn: DSelectK: Inputs is 0, Experts 2, K 0; a gate has no negative inputs, at least 2 experts and at least 1 " +
				"selector",
			"Gamma":   "nn: DSelectK: Gamma is 0; it must be finite and above 0, and 1 is usual",
			"Entropy": "nn: DSelectK: Entropy is -1; it must be finite and not negative",
			"Inverse": "nn: DSelectK: Inverse is -1; it must be finite and not negative",
		}[field])
		tested = append(tested, "DSelectK."+field)
	}
	exported.Says(t, "NewDSelectK", func() { NewDSelectK(0).For(2, 1) }, "nn: DSelectK: Inputs is 0, Experts 2, K 0; a gate "+
		"has no negative inputs, at least 2 experts and at least 1 selector")
	exported.Says(t, "DSelectK.For", func() { NewDSelectK(1).For(2, 0) },
		"sharing: DSelectK.For: 2 inputs and 0 experts; a gate has at least one of each")
	return append(tested, "NewDSelectK", "DSelectK.For")
}

// misuseOfLevels tests an architecture of levels, and returns the names of what it tested.
func misuseOfLevels(t *testing.T, name string, of func(s settings) mtlkit.Twinned) (tested []string) {
	change := func(f func(s *settings)) mtlkit.Twinned {
		s := usual
		s.levels, s.experts, s.activation = [][]int{{4}}, 4, nn.ReLU
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
	case "Sluice":
		refused("Subspaces", own+"Subspaces is 0; it must be at least 1", func(s *settings) { s.own = 0 })
		refused("Subspaces, of other widths", own+"Levels end in 4 units, which are not to be cut into 3 Subspaces of one width",
			func(s *settings) { s.own = 3 })
	case "AdaTT":
		refused("Own", own+"Own is -1; it must be at least 1", func(s *settings) { s.own = -1 })
		refused("Shared", own+"Shared is -1; it must not be negative, and 0 is none",
			func(s *settings) { s.shared = -1 })
	}
	refused("Heads", own+"Heads is empty; it needs the units of the layers of each task",
		func(s *settings) { s.heads = nil })
	refused("Heads, a task", own+"Heads[1] is empty; it needs at least the width of the output",
		func(s *settings) { s.heads = [][]int{{1}, nil} })
	refused("Heads, width", "nn: MLP: Widths is [4 -1]; every width must be at least 1",
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
	says("Apply", own+"1 inputs for 3 tasks", func() { m.Apply(nil, theta, all[:1]) })
	says("Apply, parameters", fmt.Sprintf("%s2 matrices of parameters, want %d", own, theta.Len()),
		func() { m.Apply(nil, theta.Slice(0, 2), all) })
	says("Apply, columns", "nn: MLP.Apply: the inputs slice 4×1 have 1 columns; widths [2 4] want 2",
		func() { m.Apply(nil, theta, slices.Repeat([]autodiff.Value{x.SliceCols(0, 1)}, 3)) })
	says("Twin", "sharing: "+name+".Twin: task 3 of 3", func() { m.Twin(3) })
	says("Twin, negative", "sharing: "+name+".Twin: task -1 of 3", func() { m.Twin(-1) })
	says("Resized", own[:len(own)-2]+".Resized: the factor is 0; it must be finite and above 0",
		func() { m.(mtlkit.Resizable).Resized(0) })
	if encoder, ok := m.(mtlkit.Encoder); ok {
		says("Encode", fmt.Sprintf("%s0 matrices of parameters, want %d", own, theta.Len()),
			func() { encoder.Encode(nil, autodiff.Params{}, x) })
		says("Decode", own+"0 inputs for 3 tasks", func() { encoder.Decode(nil, theta, nil) })
	}
	return tested
}

// A misuser holds a call to the sentence that it panics with, under the name of the field or method that is wrong.
type misuser func(what, sentence string, call func())

// common tests what all models refuse alike: m has two tasks, 2 inputs and its activation and initialiser are usual.
func (says misuser) common(name string, m, rellu, minus mtlkit.Twinned) {
	own := "sharing: " + name
	g := autodiff.New()
	theta, x := g.Params(m.Shapes()), g.Input("x", 4, 2)
	says("Activation", `nn: no activation is called "rellu"; there are `+
		`["" "gelu" "leaky relu" "relu" "sigmoid" "sin" "softplus" "tanh"]`,
		func() { rellu.Apply(nil, theta, []autodiff.Value{x, x}) })
	says("Weights", "nn: TruncatedNormal: Std is -1; it must be finite and not negative",
		func() { minus.Init(rand.New(rand.NewPCG(1, 0))) })
	says("Init", "nn: MLP.Init: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))",
		func() { m.Init(nil) })
	says("Apply", own+": 1 inputs for 2 tasks", func() { m.Apply(nil, theta, []autodiff.Value{x}) })
	says("Apply, parameters", fmt.Sprintf("%s: 1 matrices of parameters, want %d", own, theta.Len()),
		func() { m.Apply(nil, theta.Slice(0, 1), []autodiff.Value{x, x}) })
	says("Apply, columns", "nn: MLP.Apply: the inputs slice 4×1 have 1 columns; widths [2 3] want 2",
		func() { m.Apply(nil, theta, []autodiff.Value{x.SliceCols(0, 1), x}) })
	says("Twin", own+".Twin: task 2 of 2", func() { m.Twin(2) })
	says("Twin, negative", own+".Twin: task -1 of 2", func() { m.Twin(-1) })
	says("Resized", own+".Resized: the factor is NaN; it must be finite and above 0",
		func() { m.(mtlkit.Resizable).Resized(math.NaN()) })
}

func misuseHierarchical(says misuser) {
	of := func(f func(h *Hierarchical)) Hierarchical {
		h := Hierarchical{Trunk: []int{2, 3}, Depths: []int{1, 1}, Heads: [][]int{{1}, {1}}}
		f(&h)
		return h
	}
	says.common("Hierarchical", of(func(*Hierarchical) {}), of(func(h *Hierarchical) { h.Activation = "rellu" }),
		of(func(h *Hierarchical) { h.Weights = nn.TruncatedNormal{Std: -1} }))
	for what, c := range map[string]struct {
		f    func(h *Hierarchical)
		says string
	}{
		"Trunk": {func(h *Hierarchical) { h.Trunk = nil },
			"sharing: Hierarchical: Trunk is []; it needs the number of inputs and the units of a layer"},
		"Trunk, width": {func(h *Hierarchical) { h.Trunk = []int{0, 1} },
			"nn: MLP: Widths is [0 1]; every width must be at least 1"},
		"Depths": {func(h *Hierarchical) { h.Depths = nil },
			"sharing: Hierarchical: 0 Depths for 2 Heads; each task has one of both"},
		"Depths, none": {func(h *Hierarchical) { h.Depths[1] = 0 },
			"sharing: Hierarchical: Depths[1] is 0; the trunk has layers 1 to 1"},
		"Depths, deeper": {func(h *Hierarchical) { h.Depths[0] = 2 },
			"sharing: Hierarchical: Depths[0] is 2; the trunk has layers 1 to 1"},
		"Depths, unused": {func(h *Hierarchical) { h.Trunk = []int{2, 3, 4} },
			"sharing: Hierarchical: no task sees more than 1 layers of the trunk's 2; leave out the rest"},
		"Heads": {func(h *Hierarchical) { h.Heads, h.Depths = nil, nil },
			"sharing: Hierarchical: 0 Depths for 0 Heads; each task has one of both"},
		"Heads, a task": {func(h *Hierarchical) { h.Heads[1] = nil },
			"sharing: Hierarchical: Heads[1] is empty; it needs at least the width of the output"},
		"Heads, width": {func(h *Hierarchical) { h.Heads[1] = []int{0} },
			"nn: MLP: Widths is [3 0]; every width must be at least 1"},
	} {
		says(what, c.says, func() { of(c.f).Shapes() })
	}
}

func misuseOwnFirst(says misuser) {
	of := func(f func(o *OwnFirst)) OwnFirst {
		o := OwnFirst{Trunks: [][]int{{2, 3}, {2, 3}}, Head: []int{1}}
		f(&o)
		return o
	}
	says.common("OwnFirst", of(func(*OwnFirst) {}), of(func(o *OwnFirst) { o.Activation = "rellu" }),
		of(func(o *OwnFirst) { o.Weights = nn.TruncatedNormal{Std: -1} }))
	for what, c := range map[string]struct {
		f    func(o *OwnFirst)
		says string
	}{
		"Trunks": {func(o *OwnFirst) { o.Trunks = nil },
			"sharing: OwnFirst: Trunks is empty; it needs the inputs and the units of each task's own layers"},
		"Trunks, no layer": {func(o *OwnFirst) { o.Trunks[1] = []int{2} },
			"sharing: OwnFirst: Trunks[1] is [2]; it needs the number of inputs and the units of a layer"},
		"Trunks, unlike": {func(o *OwnFirst) { o.Trunks[1] = []int{2, 4} },
			"sharing: OwnFirst: Trunks[1] ends in 4 units, Trunks[0] in 3; the head reads as many of each"},
		"Trunks, width": {func(o *OwnFirst) { o.Trunks[1] = []int{-2, 3} },
			"nn: MLP: Widths is [-2 3]; every width must be at least 1"},
		"Head": {func(o *OwnFirst) { o.Head = nil },
			"sharing: OwnFirst: Head is empty; it needs at least the width of the outputs"},
		"Head, width": {func(o *OwnFirst) { o.Head = []int{0} },
			"nn: MLP: Widths is [3 0]; every width must be at least 1"},
	} {
		says(what, c.says, func() { of(c.f).Shapes() })
	}
}

func misuseSoftSharing(says misuser) {
	of := func(f func(s *SoftSharing)) SoftSharing {
		s := SoftSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {1}}, Tie: 1}
		f(&s)
		return s
	}
	says.common("SoftSharing", of(func(*SoftSharing) {}), of(func(s *SoftSharing) { s.Activation = "rellu" }),
		of(func(s *SoftSharing) { s.Weights = nn.TruncatedNormal{Std: -1} }))
	for what, c := range map[string]struct {
		f    func(s *SoftSharing)
		says string
	}{
		"Trunk": {func(s *SoftSharing) { s.Trunk = []int{2} },
			"sharing: SoftSharing: Trunk is [2]; it needs the number of inputs and the units of a layer"},
		"Trunk, width": {func(s *SoftSharing) { s.Trunk = []int{2, 0} },
			"nn: MLP: Widths is [2 0]; every width must be at least 1"},
		"Heads": {func(s *SoftSharing) { s.Heads = nil },
			"sharing: SoftSharing: Heads is empty; it needs the units of the layers of each task"},
		"Heads, a task": {func(s *SoftSharing) { s.Heads[1] = nil },
			"sharing: SoftSharing: Heads[1] is empty; it needs at least the width of the output"},
		"Heads, width": {func(s *SoftSharing) { s.Heads[1] = []int{0} },
			"nn: MLP: Widths is [3 0]; every width must be at least 1"},
		"Tie": {func(s *SoftSharing) { s.Tie = -1 },
			"sharing: SoftSharing: Tie is -1; it must be finite and not negative"},
		"Tie, NaN": {func(s *SoftSharing) { s.Tie = math.NaN() },
			"sharing: SoftSharing: Tie is NaN; it must be finite and not negative"},
		"Tie, infinite": {func(s *SoftSharing) { s.Tie = math.Inf(1) },
			"sharing: SoftSharing: Tie is +Inf; it must be finite and not negative"},
	} {
		says(what, c.says, func() { of(c.f).Shapes() })
	}
}
