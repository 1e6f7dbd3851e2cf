package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

// layered is a trunk whose hidden layers are normalised, and a head for each of two tasks.
type layered struct {
	norm nn.Norm
	head int // of the twin alone; 0 is both
}

func (m layered) parts() parts {
	p := parts{{"trunk", nn.MLP{Widths: []int{2, 6, 4}, Activation: nn.Tanh, Norm: m.norm}}}
	for i := 1; i <= 2; i++ {
		if m.head == 0 || m.head == i {
			p = append(p, part{fmt.Sprint("head", i), nn.MLP{Widths: []int{4, 1}}})
		}
	}
	return p
}

func (m layered) Tasks() int                    { return len(m.parts()) - 1 }
func (m layered) Shapes() []autodiff.Shape      { return m.parts().Shapes() }
func (m layered) Init(rng *rand.Rand) []float64 { return m.parts().Init(rng) }

func (m layered) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	p, out := m.parts(), make([]autodiff.Value, len(x))
	for i, x := range x {
		out[i] = p.apply(p[1+i].name, t, theta, p.apply("trunk", t, theta, x))
	}
	return out
}

func (m layered) Twin(task int) (mtlkit.Model, []string) {
	m.head = task + 1
	return m, namesWith(m.Shapes(), "")
}

func TestLayered(t *testing.T) {
	for _, norm := range []nn.Norm{nn.NewLayerNorm(1), nn.NewBatchNorm(1)} {
		mtltest.TestModel(t, layered{norm: norm}, []int{1, 1}, 2)
	}
}

// Running statistics of a normalised trunk go with a run: it goes on to the same bits, its twins have their own, and what
// evaluation makes of its training data comes near to what training made of them.
func TestDeterminismBatchNormResume(t *testing.T) {
	for _, m := range []mtlkit.Model{layered{norm: nn.NewBatchNorm(1)}, mtlkit.Independent{Of: layered{norm: nn.NewBatchNorm(1)}}} {
		trainer := regressions(m, 2)
		trainer.Epochs, trainer.HeldOut = 100, trainer.Data
		want, got := train(t, trainer), resumedAfter(t, trainer, 7)
		sameBits(t, fmt.Sprintf("%T: parameters", m), got.Theta, want.Theta)
		sameBits(t, fmt.Sprintf("%T: statistics", m), got.Statistics, want.Statistics)
		if n := len(want.Statistics); n != 12 && n != 24 {
			t.Errorf("%T: %d statistics, want a mean and a variance of 6 units for each trunk", m, n)
		}
		for i, losses := range want.History.HeldOut {
			trained := want.History.Losses[i]
			last, first, end := losses[len(losses)-1], trained[0], trained[len(trained)-1]
			if !(last < 0.8*first) || !(math.Abs(last-end) < 0.1*end) { // the statistics lag by some ten steps
				t.Errorf("%T: task %d is evaluated at %v; training began at %v and ended at %v", m, i, last, first, end)
			}
		}
	}
}

// selective is a mixture of experts with a DSelect-k gate for each of two tasks.
type selective struct {
	gate    nn.DSelectK
	experts int
}

func (m selective) parts() (p parts) {
	for e := range m.experts {
		p = append(p, part{fmt.Sprint("expert", e), dense(nn.Tanh, 2, 4)})
	}
	for t := range 2 {
		p = append(p, part{fmt.Sprint("gate", t), m.gate}, part{fmt.Sprint("tower", t), dense(nn.Linear, 4, 1)})
	}
	return p
}

func (m selective) Tasks() int                    { return 2 }
func (m selective) Shapes() []autodiff.Shape      { return m.parts().Shapes() }
func (m selective) Init(rng *rand.Rand) []float64 { return m.parts().Init(rng) }

func (m selective) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	p, out := m.parts(), make([]autodiff.Value, len(x))
	for task, x := range x {
		name := fmt.Sprint("gate", task)
		gate := p.apply(name, t, theta, x)
		t.Show(name, gate)
		h := x.Graph().Fill(x.Rows(), 4, 0)
		for e := range m.experts {
			h = h.Add(p.apply(fmt.Sprint("expert", e), t, theta, x).Mul(gate.SliceCols(e, e+1)))
		}
		out[task] = p.apply(fmt.Sprint("tower", task), t, theta, h)
	}
	return out
}

// Gates that depend on rows, and gates that do not; each task's has penalties of its own, which training minimises.
func TestSelective(t *testing.T) {
	for _, inputs := range []int{0, 2} {
		m := selective{nn.NewDSelectK(inputs, 5, 2), 5}
		m.gate.Entropy = 0.1
		mtltest.TestModel(t, m, []int{1, 1}, 2)

		g := autodiff.New()
		tr := nn.NewTrace(g, true)
		x := g.Input("x", 3, 2)
		m.Apply(tr, g.Params(m.Shapes()), []autodiff.Value{x, x})
		var names []string
		for _, p := range tr.Penalties() {
			names = append(names, p.Name)
		}
		if want := []string{"gate0.entropy", "gate0.inverse", "gate1.entropy", "gate1.inverse"}; !slices.Equal(names, want) {
			t.Errorf("penalties %q, want %q", names, want)
		}

		m.gate.Entropy = 1
		trainer := regressions(m, 2)
		trainer.Epochs = 300
		shown, err := train(t, trainer).Predictor().Shown(trainer.Data.X[0])
		if err != nil {
			t.Fatal(err)
		}
		for k, gate := range shown {
			chosen := 0
			for _, v := range gate.Value.RawRowView(0) {
				if v > 0.02 {
					chosen++
				}
			}
			if inputs == 0 && (gate.Name != fmt.Sprint("gate", k) || chosen > 2) {
				t.Errorf("%s of the first row is %v, want at most two experts", gate.Name, gate.Value.RawRowView(0))
			}
		}
	}
}
