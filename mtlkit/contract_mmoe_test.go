package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

// mixture is experts that all tasks share, and for each task a gate that mixes them:
//
//	outputₜ = towerₜ(Σₑ gₜ(x)ₑ expertₑ(x)),   gₜ(x) = softmax(xWₜ + bₜ)
//
// A task alone has all experts, its gate and its tower.
//
// Reference: Ma, Zhao, Yi, Chen, Hong, Chi. Modeling task relationships in multi-task learning with multi-gate
// mixture-of-experts. KDD 2018.
type mixture struct {
	tasks, experts int
	expert         []int // inputs, then the units of the layers of an expert
	tower          []int
}

func (m mixture) parts() (p parts) {
	for e := range m.experts {
		p = append(p, part{fmt.Sprintf("expert%d", e), dense(nn.ReLU, m.expert...)})
	}
	for t := range m.tasks {
		p = append(p, part{fmt.Sprintf("gate%d", t), dense(nn.Linear, m.expert[0], m.experts)})
	}
	for t := range m.tasks {
		p = append(p, part{fmt.Sprintf("tower%d", t), dense(nn.Linear, append([]int{m.expert[len(m.expert)-1]}, m.tower...)...)})
	}
	return p
}

func (m mixture) Tasks() int                    { return m.tasks }
func (m mixture) Shapes() []autodiff.Shape      { return m.parts().Shapes() }
func (m mixture) Init(rng *rand.Rand) []float64 { return m.parts().Init(rng) }

func (m mixture) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	p, out := m.parts(), make([]autodiff.Value, len(x))
	for task, x := range x {
		gate := p.apply(fmt.Sprintf("gate%d", task), t, theta, x).Softmax(1)
		t.Show(fmt.Sprintf("gate%d", task), gate)
		var h autodiff.Value
		for e := range m.experts {
			part := p.apply(fmt.Sprintf("expert%d", e), t, theta, x).Mul(gate.SliceCols(e, e+1))
			if e == 0 {
				h = part
			} else {
				h = h.Add(part)
			}
		}
		out[task] = p.apply(fmt.Sprintf("tower%d", task), t, theta, h)
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (m mixture) Twin(task int) (mtlkit.Model, []string) {
	from := namesWith(m.Shapes(), "expert", fmt.Sprintf("gate%d.", task), fmt.Sprintf("tower%d.", task))
	m.tasks = 1
	return m, from
}

func TestMixture(t *testing.T) {
	mtltest.TestModel(t, mixture{2, 3, []int{2, 4}, []int{3, 1}}, []int{1, 1}, 2)
}

// A figure reads the gates of any rows, after any epoch; and their names tell the twins' apart.
func TestMixtureShowsItsGates(t *testing.T) {
	m := mixture{2, 3, []int{2, 4}, []int{1}}
	run, err := regressions(m, 2).Start()
	if err != nil {
		t.Fatal(err)
	}
	x := mtlkit.SquareGrid(-1, 1, 3)
	first := 0.0
	for epoch, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		shown, err := run.Predictor().Shown(x)
		if err != nil || len(shown) != 2 || shown[0].Name != "gate0" || shown[1].Name != "gate1" {
			t.Fatalf("shown %v, %v", shown, err)
		}
		p := run.Params()
		w, b := p.View("gate1.W1"), p.View("gate1.b1")
		for r := range 9 {
			sum, want := 0.0, make([]float64, 3)
			for e := range want {
				want[e] = math.Exp(x.At(r, 0)*w.At(0, e) + x.At(r, 1)*w.At(1, e) + b.At(0, e))
				sum += want[e]
			}
			for e := range want {
				want[e] /= sum
			}
			closeTo(t, fmt.Sprint("gate of row ", r), shown[1].Value.RawRowView(r), want, 1e-14)
		}
		if v := shown[1].Value.At(0, 0); epoch.Number > 1 && v == first {
			t.Error("the gates do not move")
		} else {
			first = v
		}
	}
	twins := mtlkit.Independent{Of: m}
	p := mtlkit.NewPredictor(twins, regressions(m, 2).Tasks, twins.Init(rand.New(rand.NewPCG(1, 0))), nil)
	if shown, err := p.Shown(x); err != nil || shown[0].Name != "task1.gate0" || shown[1].Name != "task2.gate0" {
		t.Errorf("the twins show %v, %v", shown, err)
	}
	if shown, err := train(t, mixed()).Predictor().Shown(x); shown != nil || err != nil {
		t.Errorf("a model that shows nothing shows %v, %v", shown, err)
	}
}
