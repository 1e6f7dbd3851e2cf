package threeways

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/plots"
)

// SixWays draws two ways to share weights, two to share layers and two to share a representation.
func SixWays() plots.Figure {
	heads := [][]int{{1}, {1}}
	ways := []struct {
		name  string
		model mtlkit.Model
	}{
		{"weights: hard sharing", sharing.HardSharing{Trunk: []int{8, 24}, Heads: heads, Activation: nn.Tanh}},
		{"layers: cross-stitch", sharing.CrossStitch{Inputs: 8, Levels: [][]int{{24}}, Heads: heads, Activation: nn.Tanh}},
		{"representation: MMoE",
			sharing.MMoE{Inputs: 8, Levels: [][]int{{8}}, Experts: 3, Heads: heads, Activation: nn.Tanh}},
		{"weights: soft sharing",
			sharing.SoftSharing{Trunk: []int{8, 24}, Heads: heads, Activation: nn.Tanh, Tie: 0.1}},
		{"layers: hierarchy",
			sharing.Hierarchical{Trunk: []int{8, 24, 24}, Depths: []int{1, 2}, Heads: heads, Activation: nn.Tanh}},
		{"representation: CGC",
			sharing.CGC{Inputs: 8, Expert: []int{8}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh}},
	}
	page := plots.Panels{Columns: 3, Free: true}
	for _, w := range ways {
		a := anatomyOf(w.model, nil, mat.NewDense(1, 8, nil))
		b := a.blocks(false)
		b.Title = w.name
		b.Subtitle = fmt.Sprintf("both tasks use %d of %d parameters", a.shared, a.all)
		page.Panels = append(page.Panels, b)
	}
	page.Title = "Six ways for two tasks to share"
	return page.Figure("six")
}
