package sharing

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

// Architectures whose gates may pick few experts.
var picky = []string{"CGC", "MMoE", "OMoE", "PLE"}

func TestDSelectKModels(t *testing.T) {
	for _, name := range picky {
		for _, gate := range []DSelectK{{2, false, 1, 0.1, 1}, {1, true, 0.7, 0, 0}} {
			t.Run(fmt.Sprintf("%s, per example %v", name, gate.PerExample), func(t *testing.T) {
				s := usual
				s.gate = gate
				mtltest.TestModel(t, stacked[name](s), []int{1, 2, 1}, 2)
			})
		}
	}
}

// naiveGates returns for each row the weights of the experts by a gate of that name, and its penalty.
func naiveGates(n naive, d DSelectK, name string, experts int, x rows) (gates rows, penalty complex128) {
	bits := 0
	for 1<<bits < experts {
		bits++
	}
	choices := x
	if !d.PerExample {
		choices = x[:1]
	}
	for _, row := range choices {
		var z, w []complex128
		if d.PerExample {
			for j := range d.K * bits {
				z = append(z, n.matrix(name + ".bz")[0][j])
				for i, v := range row {
					z[j] += v * n.matrix(name + ".Wz")[i][j]
				}
			}
			for j := range d.K {
				w = append(w, n.matrix(name + ".bw")[0][j])
				for i, v := range row {
					w[j] += v * n.matrix(name + ".Ww")[i][j]
				}
			}
		} else {
			z, w = slices.Concat(n.matrix(name+".z")...), n.matrix(name + ".w")[0]
		}
		gate, share := make([]complex128, experts), naiveSoftmax(w)
		for j := range d.K {
			sum := complex128(0)
			for i := range experts {
				r := complex128(1)
				for b := range bits {
					v := z[j*bits+b] / complex(d.Gamma, 0)
					s := -2*v*v*v + 1.5*v + 0.5
					if math.Abs(real(v)) >= 0.5 {
						s = complex(math.Round(real(v)/math.Abs(real(v))+1)/2, 0)
					}
					if i>>b&1 == 0 {
						s = 1 - s
					}
					r *= s
				}
				gate[i], sum = gate[i]+share[j]*r, sum+r
				if real(r) > 0 {
					penalty -= complex(d.Entropy/float64(len(choices)), 0) * r * cmplx.Log(r)
				}
			}
			if experts != 1<<bits {
				penalty += complex(d.Inverse/float64(len(choices)), 0) / sum
			}
		}
		gates = append(gates, gate)
	}
	for len(gates) < len(x) {
		gates = append(gates, gates[0])
	}
	return gates, penalty
}

// Outputs, penalties and gradients of the mixtures are those of a naive implementation.
func TestDSelectKFormula(t *testing.T) {
	mixed := func(gate rows, h ...rows) (out rows) {
		for r := range gate {
			sum := make([]complex128, len(h[0][r]))
			for k, e := range h {
				for c, v := range e[r] {
					sum[c] += gate[r][k] * v
				}
			}
			out = append(out, sum)
		}
		return out
	}
	for _, d := range []DSelectK{{2, false, 1, 0.3, 0.7}, {2, true, 1.5, 0.3, 0.7}} {
		mmoe := MMoE{2, [][]int{{4}}, 3, [][]int{{1}, {2}}, nn.Tanh, nil, d}
		agrees(t, mmoe, small(mmoe), rowsOf(2, 4, 2), nil, func(n naive, x []rows,
			_ [][]float64) (out []rows, all complex128) {
			for task := range x {
				var h []rows
				for e := range 3 {
					h = append(h, n.dense(cmplx.Tanh, fmt.Sprintf("level1.expert%d", e+1), 1, x[task]))
				}
				gate, penalty := naiveGates(n, d, fmt.Sprintf("level1.task%d.gate", task+1), 3, x[task])
				all += penalty
				out = append(out, n.dense(identity, headName(task), 1, mixed(gate, h...)))
			}
			return out, all
		})
		cgc := CGC{2, []int{4}, 2, 1, [][]int{{1}, {2}}, nn.Tanh, nil, d}
		agrees(t, cgc, small(cgc), rowsOf(2, 4, 2), nil, func(n naive, x []rows,
			_ [][]float64) (out []rows, all complex128) {
			for task := range x {
				var h []rows
				for _, e := range []string{taskName(task) + ".expert1", taskName(task) + ".expert2", "shared.expert1"} {
					h = append(h, n.dense(cmplx.Tanh, "level1."+e, 1, x[task]))
				}
				gate, penalty := naiveGates(n, d, fmt.Sprintf("level1.task%d.gate", task+1), 3, x[task])
				all += penalty
				out = append(out, n.dense(identity, headName(task), 1, mixed(gate, h...)))
			}
			return out, all
		})
	}
}

// small returns parameters of which most z of gates are within the smooth step.
func small(m mtlkit.Model) []float64 {
	theta := moved(m)
	for k := range theta {
		theta[k] *= 0.5
	}
	return theta
}

// With two experts of which the gates of both tasks have picked the first, for good, training goes on: the second one
// has no gradient, SGD leaves it where it is, and so does Adam, which has nothing to remember; where gradients came
// before the choice was final, Adam's memory of them moves it a little longer, and it comes to rest. Of a gate per
// example the same is true while no row picks it.
func TestExpertThatNoGatePicks(t *testing.T) {
	x := gaussian(16, 2)
	y := mat.NewDense(16, 1, nil)
	y.Apply(func(r, _ int, _ float64) float64 { return x.At(r, 0) - x.At(r, 1) }, y)
	for _, perExample := range []bool{false, true} {
		m := MMoE{2, [][]int{{4}}, 2, [][]int{{1}, {1}}, nn.Tanh, nil, DSelectK{1, perExample, 1, 0.1, 1}}
		first := m.Init(rand.New(rand.NewPCG(2, 0)))
		p := nn.NewParams(m.Shapes(), first)
		for task := range 2 { // expert 1 is that of bit 0
			if perExample {
				p.View("level1."+taskName(task)+".gate.bz").Set(0, 0, -5)
			} else {
				p.View("level1."+taskName(task)+".gate.z").Set(0, 0, -5)
			}
		}
		for name, rule := range map[string]nn.Rule{"SGD": nn.SGD{Rate: 0.1}, "Adam": nn.NewAdam(0.01)} {
			trainer := mtlkit.Trainer{Model: m, Optimizer: rule, Epochs: 30, Initial: slices.Clone(first),
				Data:  mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{y, y}},
				Tasks: []mtlkit.Task{{Name: "a", Loss: nn.SquaredError{}}, {Name: "b", Loss: nn.SquaredError{}}}}
			run, err := trainer.Start()
			if err != nil {
				t.Fatal(err)
			}
			var losses []float64
			for epoch, err := range run.Epochs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				losses = append(losses, epoch.Losses[0])
			}
			if end := losses[len(losses)-1]; !(end < 0.7*losses[0]) {
				t.Errorf("%s, per example %v: the loss goes from %v to %v", name, perExample, losses[0], end)
			}
			for _, part := range []string{"W1", "b1"} {
				picked, left := "level1.expert1."+part, "level1.expert2."+part
				if mat.Equal(run.Params().View(picked), p.View(picked)) {
					t.Errorf("%s, per example %v: the expert that is picked does not move", name, perExample)
				}
				if !mat.Equal(run.Params().View(left), p.View(left)) {
					t.Errorf("%s, per example %v: an expert that no gate picks goes from %v to %v", name, perExample,
						p.View(left), run.Params().View(left))
				}
			}
		}
	}
}

// What Adam remembers of gradients from before the choice was final moves an expert on, by some tenth less in each
// step: by about 10 rates in all, and by nothing at last.
func TestAdamOfExpertThatIsLeft(t *testing.T) {
	const rate = 0.01
	adam := nn.NewOptimizer(nn.NewAdam(rate), []autodiff.Shape{{Name: "expert1.W1", Rows: 1, Cols: 2}})
	theta, last := []float64{1, -1}, []float64{0, 0}
	step := func(grad float64) {
		copy(last, theta)
		if err := adam.Step(theta, []float64{grad, -grad}, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		step(0.3)
	}
	left := slices.Clone(theta)
	for range 800 {
		step(0)
	}
	if moved := left[0] - theta[0]; !(moved > rate && moved < 12*rate) {
		t.Errorf("after its last gradient it moved by %v, at a rate of %v", moved, rate)
	}
	if !slices.Equal(theta, last) {
		t.Errorf("it still moves, from %v to %v", last, theta)
	}
}

// A gate of one's own is used, and one of another width is refused.
func TestOwnGate(t *testing.T) {
	even := MMoE{2, [][]int{{4}}, 2, [][]int{{1}}, nn.Tanh, nil, evenGate{2}}
	if _, shown := outputsOf(even, moved(even), gaussian(3, 2)); !mat.EqualApprox(shown["level1.task1.gate"],
		mat.NewDense(3, 2, []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5}), 1e-15) {
		t.Errorf("gates %v", shown)
	}
}

// A mixture of a single expert has the gate 1.
func TestDSelectKOfOne(t *testing.T) {
	m := OMoE{2, []int{4}, 1, [][]int{{1}}, nn.Tanh, nil, NewDSelectK(2)}
	out, shown := outputsOf(m, moved(m), gaussian(3, 2))
	hard := HardSharing{Trunk: []int{2, 4}, Heads: m.Heads, Activation: nn.Tanh}
	want, _ := outputsOf(hard, moved(hard), gaussian(3, 2))
	same(t, "output", out[0], want[0])
	same(t, "gate", shown["gate"], mat.NewDense(3, 1, []float64{1, 1, 1}))
}

// evenGate weighs n experts alike.
type evenGate struct{ n int }

func (e evenGate) For(int, int) nn.Network { return e }
func (evenGate) Shapes() []autodiff.Shape  { return nil }
func (evenGate) Init(*rand.Rand) []float64 { return nil }
func (e evenGate) Apply(_ *nn.Trace, _ autodiff.Params, x autodiff.Value) autodiff.Value {
	return x.Graph().Fill(x.Rows(), e.n, 1/float64(e.n))
}
