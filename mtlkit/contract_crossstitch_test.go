package mtlkit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

func fixed(weights ...float64) balance.Balancer { return balance.Fixed{Weights: weights} }

// crossStitch is a network of a column of layers for each task. After layer l, column t goes on with
//
//	z_t = Σ_u S_l[t, u] h_u
//
// Output t is computed on task t's own rows: all columns see them.
//
// Reference: Misra, Shrivastava, Gupta, Hebert. Cross-stitch networks for multi-task learning. CVPR 2016,
// arXiv:1604.03539.
type crossStitch struct {
	tasks  int
	widths []int // inputs, then the units of each layer of a column
	tower  []int // of each task, on top of its column
}

// stitch is the matrix S of a layer: mostly its own column at first.
type stitch struct{ tasks int }

func (s stitch) Shapes() []autodiff.Shape {
	return []autodiff.Shape{{Name: "S", Rows: s.tasks, Cols: s.tasks}}
}

func (s stitch) Init(*rand.Rand) []float64 {
	theta := slices.Repeat([]float64{0.1 / float64(s.tasks-1)}, s.tasks*s.tasks)
	for t := range s.tasks {
		theta[t*s.tasks+t] = 0.9
	}
	return theta
}

func (s stitch) Apply(_ *nn.Trace, theta autodiff.Params, _ autodiff.Value) autodiff.Value {
	return theta.At(0)
}

func (c crossStitch) parts() (p parts) {
	for l := range len(c.widths) - 1 {
		for u := range c.tasks {
			p = append(p, part{fmt.Sprintf("layer%d.%d", l, u), dense(nn.ReLU, c.widths[l], c.widths[l+1])})
		}
		p = append(p, part{fmt.Sprintf("stitch%d", l), stitch{c.tasks}})
	}
	for t := range c.tasks {
		p = append(p, part{fmt.Sprintf("tower%d", t), dense(nn.Linear, append([]int{c.widths[len(c.widths)-1]}, c.tower...)...)})
	}
	return p
}

func (c crossStitch) Tasks() int                    { return c.tasks }
func (c crossStitch) Shapes() []autodiff.Shape      { return c.parts().Shapes() }
func (c crossStitch) Init(rng *rand.Rand) []float64 { return c.parts().Init(rng) }

func (c crossStitch) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	p, out := c.parts(), make([]autodiff.Value, len(x))
	for task := range x {
		z := slices.Repeat(x[task:task+1], c.tasks)
		for l := range len(c.widths) - 1 {
			s := p.apply(fmt.Sprintf("stitch%d", l), t, theta, x[task])
			var h []autodiff.Value
			for u := range z {
				h = append(h, p.apply(fmt.Sprintf("layer%d.%d", l, u), t, theta, z[u]))
			}
			for u := range z {
				z[u] = h[0].Mul(s.Slice(u, u+1, 0, 1))
				for v := 1; v < len(h); v++ {
					z[u] = z[u].Add(h[v].Mul(s.Slice(u, u+1, v, v+1)))
				}
			}
		}
		out[task] = p.apply(fmt.Sprintf("tower%d", task), t, theta, z[task])
	}
	return out
}

// Twin is a column with its tower.
func (c crossStitch) Twin(task int) (mtlkit.Model, []string) {
	from := []string{}
	for l := range len(c.widths) - 1 {
		from = append(from, namesWith(c.Shapes(), fmt.Sprintf("layer%d.%d.", l, task))...)
	}
	from = append(from, namesWith(c.Shapes(), fmt.Sprintf("tower%d.", task))...)
	return sharing.HardSharing{Trunk: c.widths, Heads: [][]int{c.tower}, Activation: nn.ReLU}, from
}

var stitched = crossStitch{3, []int{2, 4, 3}, []int{2, 1}}

func TestCrossStitch(t *testing.T) {
	mtltest.TestModel(t, stitched, []int{1, 1, 1}, 2)
}

// Stitches have a rate of their own by a group, in the twins too where there is something for the group.
func TestCrossStitchRates(t *testing.T) {
	trainer := regressions(stitched, 2)
	trainer.Optimizer = nn.SGD{Rate: 0.01}
	plain := train(t, trainer)
	trainer.Groups = []nn.Group{{Names: "stitch*", Rule: nn.SGD{Rate: 1}}, {Names: "tower0.*"}}
	trainer.Epochs = 1
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	theta := slices.Clone(run.Theta)
	step := look(t, trainer, theta, 0)
	finish(t, run)
	at := 0
	for _, s := range stitched.Shapes() {
		rate := 0.01
		switch {
		case s.Name[:5] == "stitc":
			rate = 1
		case s.Name[:6] == "tower0":
			rate = 0
		}
		for k := at; k < at+s.Size(); k++ {
			closeTo(t, s.Name, run.Theta[k:k+1], []float64{theta[k] - rate*step.Grad[k]}, 1e-15)
		}
		at += s.Size()
	}
	if slices.Equal(plain.Theta, run.Theta) {
		t.Error("the groups changed nothing")
	}
	c, err := mtlkit.Compare(t.Context(), 1, func(uint64) mtlkit.Trainer { return trainer })
	if err != nil {
		t.Fatal(err)
	}
	twins := mtlkit.Independent{Of: stitched}
	start := twins.Split(theta)
	for i := range 3 {
		_, alone := twins.Twin(c.Alone[0].Theta, i)
		_, first := twins.Twin(start, i)
		n := len(alone) - (3*2 + 2 + 2*1 + 1) // the tower comes last
		if slices.Equal(alone[:n], first[:n]) || slices.Equal(alone[n:], first[n:]) != (i == 0) {
			t.Errorf("twin %d: the column or the tower was trained by another rule than in the joint model", i)
		}
	}
}
