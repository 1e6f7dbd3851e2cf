package families

import (
	"fmt"
	"slices"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Knowledge draws how many numbers meta-training moves in each learner, and how many a new wave moves of which so many points
// are shown.
func (c Cast) Knowledge(points int) plots.Figure {
	meta, task := plots.Group{Name: "all tasks: meta-knowledge"}, plots.Group{Name: "one task: task knowledge"}
	for _, e := range c.Entries {
		moved, what := state(e.Learner, points)
		all := nn.Size(e.Learner.Shapes())
		meta.Rows = append(meta.Rows, plots.Item{Name: e.Name, Role: e.Family.role(), Value: float64(all)})
		task.Rows = append(task.Rows, plots.Item{Name: e.Name, Role: e.Family.role(), Value: float64(moved), Note: what})
	}
	least, most := slices.MinFunc(task.Rows, byValue), slices.MaxFunc(task.Rows, byValue)
	return plots.Forest{
		Title: fmt.Sprintf("One task moves from %s numbers, in %s, to %s, in %s", lessons.Thousands(int(least.Value)), least.Name,
			lessons.Thousands(int(most.Value)), most.Name),
		Subtitle: fmt.Sprintf("counted in each learner; points of a new wave: %d", points),
		Groups:   []plots.Group{meta, task}, X: "numbers that move", LogX: true, Column: "numbers",
		Baseline: plots.Marker{Name: "a wave has 2", X: 2},
	}.Figure("Dot plot of how many numbers all tasks move, and how many one task moves, by learner, on a logarithmic axis.")
}

// Moved returns how many numbers a learner makes of so many points of a task.
func Moved(l metakit.Learner, points int) int {
	n, _ := state(l, points)
	return n
}

// state returns how many numbers a learner makes of a support set of so many points to predict from, and what they are.
func state(l metakit.Learner, points int) (int, string) {
	switch l := l.(type) {
	case metakit.MAML:
		if l.Adapts == metakit.Head {
			shapes, layer := l.Network.Shapes(), l.Network.(nn.Layered).LayerOf()
			n := 0
			for k, s := range shapes {
				if layer[k] == layer[len(layer)-1] {
					n += s.Size()
				}
			}
			return n, "a copy of the last layer"
		}
		return nn.Size(l.Network.Shapes()), "a copy of the network"
	case metakit.MetaSGD:
		return nn.Size(l.Network.Shapes()), "a copy of the network"
	case metakit.MetaCurvature:
		return nn.Size(l.Network.Shapes()), "a copy of the network"
	case metakit.Reptile:
		return nn.Size(l.Network.Shapes()), "a copy of the network"
	case metakit.Pooled:
		return nn.Size(l.Network.Shapes()), "a copy of the network"
	case models.ALPaCA:
		return l.Features*l.Labels + l.Features*(l.Features+1)/2, "weights, covariance"
	case models.NeuralProcess:
		n := l.Encoder.(nn.MLP).Widths
		return n[len(n)-1], "a mean over points"
	case models.InContext:
		return l.Blocks * (1 + points) * l.Width, "a row a point and block"
	case models.Recurrent:
		return l.GRU.Units, "a memory"
	}
	panic(fmt.Sprintf("families: Knowledge: nobody has counted what a task moves in %T", l))
}
