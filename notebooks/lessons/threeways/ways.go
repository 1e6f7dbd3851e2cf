package threeways

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Way is an architecture with its name.
type Way struct {
	Name  string
	Model mtlkit.Model
}

// A Learning says how a model is trained from a seed, with held-out data, on tasks of a relatedness.
type Learning = func(m mtlkit.Model, relatedness float64) lessons.Configure

// SixWays are two ways to share weights, two to share layers and two to share a representation, for two tasks of eight
// inputs.
func SixWays() []Way {
	heads, act := [][]int{{1}, {1}}, nn.Tanh
	return []Way{
		{"weights: hard sharing", sharing.HardSharing{Trunk: []int{8, 24}, Heads: heads, Activation: act}},
		{"layers: cross-stitch", sharing.CrossStitch{Inputs: 8, Levels: [][]int{{24}}, Heads: heads, Activation: act}},
		{"representation: MMoE",
			sharing.MMoE{Inputs: 8, Levels: [][]int{{8}}, Experts: 3, Heads: heads, Activation: act}},
		{"weights: soft sharing", sharing.SoftSharing{Trunk: []int{8, 24}, Heads: heads, Activation: act, Tie: 0.01}},
		{"layers: hierarchy",
			sharing.Hierarchical{Trunk: []int{8, 24, 24}, Depths: []int{1, 2}, Heads: heads, Activation: act}},
		{"representation: CGC",
			sharing.CGC{Inputs: 8, Expert: []int{8}, Own: 1, Shared: 1, Heads: heads, Activation: act}},
	}
}

// Draw draws networks, with what is shared in colour, as it is read from what they trace: a layer has the colour of the
// task whose output alone depends on it, or ink. The first matrix of each must read the inputs.
func Draw(ways ...Way) plots.Figure {
	page := plots.Panels{Columns: min(len(ways), 3), Free: true}
	least, most := 100.0, 0.0
	var said []string
	for _, w := range ways {
		a := anatomyOf(w.Model, nil, mat.NewDense(1, w.Model.Shapes()[0].Rows, nil))
		b := a.blocks(false)
		b.Title, b.Subtitle = w.Name, a.counts()
		page.Panels = append(page.Panels, b)
		share := 100 * float64(a.shared) / float64(a.all)
		least, most = min(least, share), max(most, share)
		said = append(said, w.Name+", where "+a.counts())
	}
	page.Title = fmt.Sprintf("Both tasks use from %.0f to %.0f %% of the parameters", least, most)
	if len(ways) == 1 {
		page.Title = fmt.Sprintf("Both tasks use %.0f %% of the parameters", least)
	}
	page.Subtitle = "read from what each network traces; in the boxes: numbers of parameters"
	return page.Figure("Network diagrams: " + strings.Join(said, "; ") + ".")
}

// counts says how many parameters several tasks use.
func (a anatomy) counts() string {
	return fmt.Sprintf("both tasks use %d of %d parameters", a.shared, a.all)
}
