package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// CrossStitch is a column of dense layers for each task, stitched together after each level. From z₁ = … = z_T = x,
//
//	hₜ = levelₜ(zₜ),   zₜ ← Σᵤ S[t, u] hᵤ
//
// in each level, and outputₜ = headₜ(zₜ) at last. All columns see task t's own rows on the way to output t. The stitch
// S, T×T, begins at 0.9 for a task's own column, and at 0.1 shared evenly among the others; a row sums to 1 at first
// and is not held there. After each layer, as usual, Levels is [][]int{{64}, {32}}; with {{64, 32}} two layers have one
// stitch.
//
// Parameters are called column1.W1, column1.b1, …, stitch1, …, head1.W1, head1.b1, …. The stitches are shown. They may
// want a larger rate than the layers, by a group for "stitch*" ([nn.Group]). A task alone is its column with its head.
//
// The paper stitches two convolutional networks (AlexNet), with a stitch for each channel, from networks that were
// first trained alone. So does github.com/SimonVandenhende/Multi-Task-Learning-PyTorch, with a rate of the stitches
// that is 100 times that of the layers, and SGD; it notes that Adam seems to fail. LibMTL starts all entries of a
// stitch at 1, and has none after the last level; the code beside AdaTT starts them at random.
//
// Reference: Misra, Shrivastava, Gupta, Hebert. Cross-stitch networks for multi-task learning. CVPR 2016,
// arXiv:1604.03539.
type CrossStitch struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of a column, level by level; a stitch follows each level
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Activation nn.Activation  // of all hidden layers, the last of a level too
	Weights    nn.Initializer // of the matrices of layers; nil is GlorotUniform. Biases start at 0.
}

var _ mtlkit.Twinned = CrossStitch{}

// Tasks implements [mtlkit.Model].
func (c CrossStitch) Tasks() int { return len(c.Heads) }

// Shapes implements [mtlkit.Model].
func (c CrossStitch) Shapes() []autodiff.Shape { return c.parts().shapes() }

// Init implements [mtlkit.Model]: the columns are drawn first, then the heads.
func (c CrossStitch) Init(rng *rand.Rand) []float64 { return c.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (c CrossStitch) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := c.parts().bind("CrossStitch", t, theta, len(x), len(c.Heads))
	for l := range c.Levels {
		t.Show(stitchName(l), b.matrix(stitchName(l)))
	}
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		z := slices.Repeat(x[tasks[0]:tasks[0]+1], len(c.Heads))
		at := 0
		for l, units := range c.Levels {
			h := make([]autodiff.Value, len(z))
			end := at + 2*len(units)
			for u := range h {
				h[u] = c.stack().expert(l).Apply(t, b.theta[columnName(u)].Slice(at, end), z[u])
			}
			at = end
			for u := range z {
				z[u] = mix(b.matrix(stitchName(l)).SliceRows(u, u+1), h)
			}
		}
		for _, task := range tasks {
			out[task] = b.apply(headName(task), z[task])
		}
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (c CrossStitch) Twin(task int) (twin mtlkit.Model, from []string) {
	c.stack().twinOf(task)
	return HardSharing{Trunk: c.column().Widths, Heads: c.Heads[task : task+1], Activation: c.Activation,
		Weights: c.Weights}, c.parts().names(columnName(task), headName(task))
}

// Resized implements [mtlkit.Resizable].
func (c CrossStitch) Resized(factor float64) mtlkit.Model {
	r := resize("CrossStitch", factor)
	c.Levels, c.Heads = r.levels(c.Levels), r.heads(c.Heads)
	return c
}

func (c CrossStitch) stack() stack {
	return stack{"CrossStitch", c.Inputs, c.Levels, c.Heads, c.Activation, c.Weights}.checked()
}

// column returns the layers of all levels of a column.
func (c CrossStitch) column() nn.MLP {
	widths := append([]int{c.Inputs}, slices.Concat(c.Levels...)...)
	return nn.MLP{Widths: widths, Activation: c.Activation, Output: c.Activation, Weights: c.Weights}
}

func (c CrossStitch) parts() (p parts) {
	s := c.stack()
	for u := range c.Heads {
		p = append(p, part{columnName(u), c.column()})
	}
	for l := range c.Levels {
		p = append(p, part{stitchName(l), matrix{len(c.Heads), len(c.Heads), startStitch}})
	}
	return append(p, s.headParts()...)
}

// startStitch sets a stitch to 0.9 for one's own column, and to 0.1 among all others; of one column to 1.
func startStitch(s []float64, _ *rand.Rand) {
	tasks := 1
	for tasks*tasks < len(s) {
		tasks++
	}
	if tasks == 1 {
		s[0] = 1
		return
	}
	for k := range s {
		s[k] = 0.1 / float64(tasks-1)
		if k%(tasks+1) == 0 {
			s[k] = 0.9
		}
	}
}

func columnName(task int) string { return fmt.Sprintf("column%d", task+1) }
func stitchName(l int) string    { return fmt.Sprintf("stitch%d", l+1) }
