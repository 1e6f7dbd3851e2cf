package sharing

import (
	"math"

	"kindred/nn"
)

func misuseBranching(says misuser) {
	of := func(f func(m *Branching)) Branching {
		m := Branching{Inputs: 2, Levels: [][]int{{3}, {4}}, Nodes: []int{2, 2}, Heads: [][]int{{1}, {1}},
			Temperature: Temperature{Start: 1, End: 0.1, Steps: 1}}
		f(&m)
		return m
	}
	says.common("Branching", of(func(*Branching) {}), of(func(m *Branching) { m.Activation = "rellu" }),
		of(func(m *Branching) { m.Weights = nn.TruncatedNormal{Std: -1} }))
	says("Tree", "sharing: Branching.Tree: 0 parameters, the network has 68",
		func() { of(func(*Branching) {}).Tree(nil) })
	for what, c := range map[string]struct {
		f    func(m *Branching)
		says string
	}{
		"Inputs": {func(m *Branching) { m.Inputs = 0 }, "sharing: Branching: Inputs is 0; it must be at least 1"},
		"Levels": {func(m *Branching) { m.Levels = nil },
			"sharing: Branching: Levels is empty; it needs the units of the layers of a level"},
		"Nodes": {func(m *Branching) { m.Nodes = nil },
			"sharing: Branching: 0 Nodes for 2 Levels; each level has a number of them"},
		"Nodes, none": {func(m *Branching) { m.Nodes = []int{2, 0} },
			"sharing: Branching: Nodes[1] is 0; it must be at least 1"},
		"Heads": {func(m *Branching) { m.Heads = nil },
			"sharing: Branching: Heads is empty; it needs the units of the layers of each task"},
		"Temperature": {func(m *Branching) { m.Temperature = Temperature{} },
			"sharing: Temperature: from 0 to 0 in 0 steps, at step 0; it falls, is finite and above 0, and takes 1 " +
				"step at least"},
		"Temperature, rising": {func(m *Branching) { m.Temperature.Start = 0.01 },
			"sharing: Temperature: from 0.01 to 0.1 in 1 steps, at step 0; it falls, is finite and above 0, and " +
				"takes 1 step at least"},
		"Temperature, infinite": {func(m *Branching) { m.Temperature.Start = math.Inf(1) },
			"sharing: Temperature: from +Inf to 0.1 in 1 steps, at step 0; it falls, is finite and above 0, and " +
				"takes 1 step at least"},
	} {
		says(what, c.says, func() { of(c.f).Shapes() })
	}
}

func misuseTree(says misuser) {
	of := func(f func(m *Tree)) Tree {
		m := Tree{Inputs: 2, Levels: [][]int{{3}, {4}}, Parents: [][]int{{0, 1}}, Leaves: []int{0, 1},
			Heads: [][]int{{1}, {1}}}
		f(&m)
		return m
	}
	says.common("Tree", of(func(*Tree) {}), of(func(m *Tree) { m.Activation = "rellu" }),
		of(func(m *Tree) { m.Weights = nn.TruncatedNormal{Std: -1} }))
	counts := "; each level but the first has the parents of its nodes, each task a leaf"
	for what, c := range map[string]struct {
		f    func(m *Tree)
		says string
	}{
		"Inputs": {func(m *Tree) { m.Inputs = 0 }, "sharing: Tree: Inputs is 0; it must be at least 1"},
		"Levels": {func(m *Tree) { m.Levels = nil },
			"sharing: Tree: Levels is empty; it needs the units of the layers of a level"},
		"Heads": {func(m *Tree) { m.Heads = nil },
			"sharing: Tree: Heads is empty; it needs the units of the layers of each task"},
		"Parents": {func(m *Tree) { m.Parents = nil },
			"sharing: Tree: 0 Parents and 2 Leaves for 2 Levels and 2 Heads" + counts},
		"Parents, unread": {func(m *Tree) { m.Parents = [][]int{{0, 2}} },
			"sharing: Tree: nothing reads node 1 of level 1; leave it out"},
		"Parents, negative": {func(m *Tree) { m.Parents = [][]int{{0, -1}} },
			"sharing: Tree: node 1 reads node -1 of level 1, which has nodes 0 to 0; of the last level, tasks read"},
		"Leaves": {func(m *Tree) { m.Leaves = nil }, "sharing: Tree: 1 Parents and 0 Leaves for 2 Levels and 2 Heads" +
			counts},
		"Leaves, beyond": {func(m *Tree) { m.Leaves[1] = 2 },
			"sharing: Tree: node 1 reads node 2 of level 2, which has nodes 0 to 1; of the last level, tasks read"},
		"Leaves, unread": {func(m *Tree) { m.Leaves[1] = 0 },
			"sharing: Tree: nothing reads node 1 of level 2; leave it out"},
	} {
		says(what, c.says, func() { of(c.f).Shapes() })
	}
}
