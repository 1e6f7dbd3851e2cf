package sharing

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"kindred/mtlkit"
	"kindred/nn"
)

// atSizes has each architecture at a width and for a number of tasks.
var atSizes = map[string]func(inputs, width, tasks int) mtlkit.Model{
	"HardSharing": func(inputs, width, tasks int) mtlkit.Model {
		return HardSharing{Trunk: []int{inputs, width, width}, Heads: headsOf(tasks, width), Activation: nn.ReLU}
	},
	"Hierarchical": func(inputs, width, tasks int) mtlkit.Model {
		depths := make([]int, tasks)
		for i := range depths {
			depths[i] = 2 - i%2
		}
		return Hierarchical{[]int{inputs, width, width}, depths, headsOf(tasks, width), nn.ReLU, nil}
	},
	"Branching": func(inputs, width, tasks int) mtlkit.Model {
		return Branching{inputs, [][]int{{width}, {width}}, []int{tasks, tasks}, headsOf(tasks, width), cooling,
			nn.ReLU, nil}
	},
	"Tree": func(inputs, width, tasks int) mtlkit.Model {
		tree := Tree{inputs, [][]int{{width}, {width}}, [][]int{{0}}, nil, headsOf(tasks, width), nn.ReLU, nil}
		tree.Leaves = make([]int, tasks)
		return tree
	},
	"OwnFirst": func(inputs, width, tasks int) mtlkit.Model {
		o := OwnFirst{nil, []int{width, 1}, nn.ReLU, nil}
		for range tasks {
			o.Trunks = append(o.Trunks, []int{inputs, width})
		}
		return o
	},
	"SoftSharing": func(inputs, width, tasks int) mtlkit.Model {
		return SoftSharing{[]int{inputs, width, width}, headsOf(tasks, width), 1, nn.ReLU, nil}
	},
}

func headsOf(tasks, width int) (heads [][]int) {
	for range tasks {
		heads = append(heads, []int{(width + 1) / 2, 1})
	}
	return heads
}

func init() {
	for name, of := range stacked {
		atSizes[name] = func(inputs, width, tasks int) mtlkit.Model {
			return of(settings{inputs: inputs, levels: [][]int{{width, width}, {width}}, experts: 3, own: 1, shared: 2,
				heads: headsOf(tasks, width), activation: nn.ReLU})
		}
	}
}

// Twins of equal capacity have, all together, as many parameters as the model, within 2 %, unless layers are a few
// units wide, or twins whose layers have one unit are larger. The ratio is what is counted, and no factor that all
// tasks have in common comes nearer.
func TestEqualCapacity(t *testing.T) {
	for name, of := range atSizes {
		for _, inputs := range []int{3, 60} {
			for _, width := range []int{1, 4, 16, 30} {
				for _, tasks := range []int{1, 2, 5} {
					m := of(inputs, width, tasks)
					what := fmt.Sprintf("%s of %d inputs, %d units and %d tasks", name, inputs, width, tasks)
					twins, ratio := mtlkit.EqualCapacity(m)
					n, joint := nn.Size(twins.Shapes()), nn.Size(m.Shapes())
					if ratio != float64(n)/float64(joint) {
						t.Errorf("%s: the ratio is %v, of %d and %d parameters", what, ratio, n, joint)
					}
					alike := func(factor float64) int {
						return nn.Size(mtlkit.Independent{Of: m,
							Factors: slices.Repeat([]float64{factor}, tasks)}.Shapes())
					}
					if off := math.Abs(ratio - 1); width >= 16 && off > 0.02 && n > alike(1e-9) {
						t.Errorf("%s has %d parameters, its twins %d", what, joint, n)
					}
					for _, factor := range []float64{1e-9, 0.5, 0.8, 1, 1.2} {
						if other := alike(factor); math.Abs(float64(other-joint)) < math.Abs(float64(n-joint)) {
							t.Errorf("%s has %d parameters, its twins %d, and %d with the factor %v", what, joint, n,
								other, factor)
						}
					}
				}
			}
		}
	}
}
