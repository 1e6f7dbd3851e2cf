package main

import (
	"fmt"
	"slices"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// A way is an architecture; trials may differ in a setting of it.
type way struct {
	name  string
	model func(trial int) mtlkit.Twinned
}

var heads = [][]int{{1}, {1}}

const (
	inputs = 8
	act    = nn.Tanh
)

// ways are those that notebook 03 draws, with about as many units for a task to read, and first none at all: twins that
// are trained as one network, with one rate and one epoch for both. What that costs is no fault of sharing.
var ways = []way{
	fixed("nothing shared", apart{mtlkit.Independent{
		Of: sharing.HardSharing{Trunk: []int{inputs, 24}, Heads: heads, Activation: act}}}),
	fixed("hard sharing", sharing.HardSharing{Trunk: []int{inputs, 24}, Heads: heads, Activation: act}),
	{"soft sharing", func(trial int) mtlkit.Twinned {
		u, _ := mtlkit.Spread(trial)
		return sharing.SoftSharing{Trunk: []int{inputs, 24}, Heads: heads, Activation: act, Tie: tie(u)}
	}},
	fixed("cross-stitch", sharing.CrossStitch{Inputs: inputs, Levels: [][]int{{24}}, Heads: heads, Activation: act}),
	fixed("hierarchy",
		sharing.Hierarchical{Trunk: []int{inputs, 24, 24}, Depths: []int{1, 2}, Heads: heads, Activation: act}),
	fixed("OMoE", sharing.OMoE{Inputs: inputs, Expert: []int{8}, Experts: 3, Heads: heads, Activation: act}),
	fixed("MMoE", sharing.MMoE{Inputs: inputs, Levels: [][]int{{8}}, Experts: 3, Heads: heads, Activation: act}),
	fixed("CGC", sharing.CGC{Inputs: inputs, Expert: []int{8}, Own: 1, Shared: 1, Heads: heads, Activation: act}),
	fixed("PLE",
		sharing.PLE{Inputs: inputs, Levels: [][]int{{8}, {8}}, Own: 1, Shared: 1, Heads: heads, Activation: act}),
	fixed("AdaTT", sharing.AdaTT{Inputs: inputs, Levels: [][]int{{12}}, Own: 1, Heads: heads, Activation: act}),
	fixed("own first layers",
		sharing.OwnFirst{Trunks: [][]int{{inputs, 24}, {inputs, 24}}, Head: []int{1}, Activation: act}),
}

func fixed(name string, m mtlkit.Twinned) way {
	return way{name, func(int) mtlkit.Twinned { return m }}
}

// find returns the way of that name.
func find(name string) way {
	k := slices.IndexFunc(ways, func(w way) bool { return w.name == name })
	if k < 0 {
		panic(fmt.Sprintf("sharing: no way is called %q", name))
	}
	return ways[k]
}

// apart is twins that say what each of them would be alone.
type apart struct{ mtlkit.Independent }

// Twin implements [mtlkit.Twinned].
func (a apart) Twin(task int) (twin mtlkit.Model, from []string) {
	twin, _ = a.Of.(mtlkit.Twinned).Twin(task)
	for _, s := range twin.Shapes() {
		from = append(from, fmt.Sprintf("task%d.%s", task+1, s.Name))
	}
	return twin, from
}
