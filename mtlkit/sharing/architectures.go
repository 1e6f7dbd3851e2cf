package sharing

import (
	"fmt"
	"strings"

	"kindred/mtlkit"
	"kindred/nn"
)

// An Architecture is a row of the table of architectures.
type Architecture struct {
	Name   string
	Model  mtlkit.Twinned // a small one: four inputs, two tasks of one output each, hidden layers of eight units
	Shared string         // what all tasks have in common
	Own    string         // what is a task's own, beside its head
	Learns string         // what it learns about who shares with whom; "" where that is given
	Paper  string
}

// architectures are those of this package: networks that branch, columns side by side, mixtures of experts, each in the
// order of publication.
var architectures = func() []Architecture {
	heads, levels, expert := [][]int{{1}, {1}}, [][]int{{8}, {8}}, []int{8}
	return []Architecture{
		{"HardSharing", HardSharing{Trunk: []int{4, 8, 8}, Heads: heads, Activation: nn.Tanh},
			"a trunk", "–", "", "Caruana 1997"},
		{"Hierarchical", Hierarchical{Trunk: []int{4, 8, 8}, Depths: []int{1, 2}, Heads: heads, Activation: nn.Tanh},
			"the trunk up to where the first task leaves it", "the layers after that, of who stays", "",
			"Søgaard, Goldberg 2016"},
		{"Tree", Tree{Inputs: 4, Levels: levels, Parents: [][]int{{0, 0}}, Leaves: []int{0, 1}, Heads: heads,
			Activation: nn.Tanh},
			"a node, by the tasks below it", "the nodes with no other task below", "", ""},
		{"Branching", Branching{Inputs: 4, Levels: levels, Nodes: []int{2, 2}, Heads: heads,
			Temperature: Temperature{Start: 2, End: 0.1, Steps: 100}, Activation: nn.Tanh},
			"all nodes, until it is annealed to a Tree", "a choice of its leaf", "which node reads which",
			"Guo, Lee, Ulbricht 2020, arXiv:2006.01895"},
		{"OwnFirst", OwnFirst{Trunks: [][]int{{4, 8}, {4, 8}}, Head: []int{8, 1}, Activation: nn.Tanh},
			"the last layers", "the first layers", "", ""},

		{"SoftSharing", SoftSharing{Trunk: []int{4, 8, 8}, Heads: heads, Tie: 0.01, Activation: nn.Tanh},
			"nothing; a penalty draws the networks together", "a network", "", "Duong, Cohn, Bird, Cook 2015"},
		{"CrossStitch", CrossStitch{Inputs: 4, Levels: levels, Heads: heads, Activation: nn.Tanh},
			"stitches", "a column", "a number for each pair of columns, level by level",
			"Misra et al. 2016, arXiv:1604.03539"},
		{"Sluice", Sluice{Inputs: 4, Levels: levels, Subspaces: 2, Heads: heads, Orthogonal: 0.1, Activation: nn.Tanh},
			"stitches of subspaces", "a column, and what its head reads of each level",
			"a number for each pair of subspaces, level by level", "Ruder et al. 2017, arXiv:1705.08142"},
		{"MTAN", MTAN{Inputs: 4, Levels: levels, Heads: heads, Activation: nn.ReLU},
			"a trunk", "a mask of each of its levels", "what of each level a task lets through",
			"Liu, Johns, Davison 2019, arXiv:1803.10704"},

		{"OMoE", OMoE{Inputs: 4, Expert: expert, Experts: 3, Heads: heads, Activation: nn.Tanh},
			"experts and their gate", "–", "which experts an input asks", "Jacobs et al. 1991; Ma et al. 2018"},
		{"MMoE", MMoE{Inputs: 4, Levels: [][]int{expert}, Experts: 3, Heads: heads, Activation: nn.Tanh},
			"experts", "a gate", "which experts a task asks, input by input", "Ma et al. 2018"},
		{"CGC", CGC{Inputs: 4, Expert: expert, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh},
			"some experts", "other experts, a gate", "which of its own and the shared experts a task asks",
			"Tang et al. 2020"},
		{"PLE", PLE{Inputs: 4, Levels: levels, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh},
			"some experts of each level, and their stream", "other experts, gates", "the same, level by level",
			"Tang et al. 2020"},
		{"AdaTT", AdaTT{Inputs: 4, Levels: levels, Own: 1, Heads: heads, Activation: nn.Tanh},
			"all experts, by gates", "its experts once more, gates", "which task's experts a task asks",
			"Li et al. 2023, arXiv:2304.04959"},
	}
}()

// Architectures returns the table of the architectures of this package.
func Architectures() []Architecture { return append([]Architecture(nil), architectures...) }

// ArchitectureTable returns the table of the architectures as Markdown, with the numbers of parameters of the small ones
// and of their twins, the networks that each task would have alone.
func ArchitectureTable() string {
	var b strings.Builder
	b.WriteString("| architecture | file | shared | a task's own | learned of the sharing | parameters | of the tasks alone | paper |\n")
	b.WriteString("|---|---|---|---|---|---:|---:|---|\n")
	for _, a := range architectures {
		alone := 0
		for task := range a.Model.Tasks() {
			twin, _ := a.Model.Twin(task)
			alone += nn.Size(twin.Shapes())
		}
		cells := []string{a.Name, "`mtlkit/sharing/" + a.file() + "`", a.Shared, a.Own, a.Learns,
			fmt.Sprint(nn.Size(a.Model.Shapes())), fmt.Sprint(alone), a.Paper}
		for i, c := range cells {
			if c == "" {
				cells[i] = "–"
			}
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	return b.String()
}

// file returns the name of the file that holds the architecture.
func (a Architecture) file() string {
	switch a.Name {
	case "HardSharing":
		return "hard.go"
	case "SoftSharing":
		return "soft.go"
	}
	return strings.ToLower(a.Name) + ".go"
}
