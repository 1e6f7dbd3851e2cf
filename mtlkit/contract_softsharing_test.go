package mtlkit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// soft is a network for each of two tasks, drawn together by the penalty λ Σ‖θ₁ − θ₂‖² of their matrices, and both
// drawn to a centre that no task uses: λ Σ‖θᵢ − c‖².
type soft struct {
	widths []int
	lambda float64
}

func (s soft) parts() parts {
	net := nn.MLP{Widths: s.widths, Activation: nn.Tanh}
	return parts{{"task1", net}, {"task2", net}, {"centre", net}}
}

func (s soft) Tasks() int                    { return 2 }
func (s soft) Shapes() []autodiff.Shape      { return s.parts().Shapes() }
func (s soft) Init(rng *rand.Rand) []float64 { return s.parts().Init(rng) }

func (s soft) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	n := theta.Len() / 3
	one, two, centre := theta.Slice(0, n), theta.Slice(n, 2*n), theta.Slice(2*n, 3*n)
	var out []autodiff.Value
	for i := range x {
		squares := func(a, b autodiff.Params) autodiff.Value { d := a.Zip(b, autodiff.Value.Sub); return d.Dot(d) }
		t.Penalty("distance", squares(one, two).Add(squares(one, centre)).Add(squares(two, centre)).Scale(s.lambda))
		out = append(out, s.parts().apply(fmt.Sprintf("task%d", i+1), t, theta, x[i]))
	}
	return out
}

// Twin implements [mtlkit.Twinned].
func (s soft) Twin(task int) (mtlkit.Model, []string) {
	last := len(s.widths) - 1
	return sharing.HardSharing{Trunk: s.widths[:last], Heads: [][]int{s.widths[last:]}, Activation: nn.Tanh},
		namesWith(s.Shapes(), fmt.Sprintf("task%d.", task+1))
}

func TestSoftSharing(t *testing.T) {
	mtltest.TestModel(t, soft{[]int{2, 3, 1}, 0.1}, []int{1, 1}, 2)
}

// The gradient of a step is that of the losses and once that of the penalty, under a scalarizer and under an
// aggregator, which finds nothing shared and leaves own gradients alone; no loss has the penalty in it.
func TestPenaltyIsAddedOnce(t *testing.T) {
	trainer := regressions(soft{[]int{2, 3, 1}, 0.1}, 2)
	theta := trainer.Model.Init(rand.New(rand.NewPCG(3, 0)))
	losses, jac := differences(t, trainer, theta)
	n := len(theta) / 3
	one, two, centre := theta[:n], theta[n:2*n], theta[2*n:]
	for name, c := range map[string]struct {
		b      balance.Balancer
		weight []float64
	}{
		"equal": {nil, []float64{1, 1}}, "fixed": {fixed(2, 3), []float64{2, 3}}, "product": {product{}, []float64{losses[1], losses[0]}},
		"MGDA": {balance.MGDA{}, []float64{1, 1}}, "UPGrad": {balance.UPGrad{}, []float64{1, 1}},
	} {
		trainer.Balance = c.b
		want := make([]float64, len(theta))
		for i, w := range c.weight {
			floats.AddScaled(want, w, jac[i])
		}
		for k := range n {
			want[k] += 0.2 * (2*one[k] - two[k] - centre[k])
			want[n+k] += 0.2 * (2*two[k] - one[k] - centre[k])
			want[2*n+k] += 0.2 * (2*centre[k] - one[k] - two[k])
		}
		got := look(t, trainer, theta, 0)
		closeTo(t, name+": losses", got.Losses, losses, 1e-14)
		closeTo(t, name+": gradient", got.Grad, want, numericTol)
	}
}

// Where the trunk is shared, an aggregator sees nothing of a penalty, and a matrix that it alone reaches is trained.
func TestPenaltyIsUnseenByBalancers(t *testing.T) {
	for _, b := range []balance.Balancer{nil, balance.NewFAMO(), balance.MGDA{}, balance.PCGrad{}, balance.NewSDMGrad()} {
		trainer := mixed()
		trainer.Balance, trainer.BatchSize = b, 8
		theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
		plain := look(t, trainer, theta, 0)
		trainer.Model = shrunk{threeTasks}
		with := look(t, trainer, append(theta, 5), 0)
		what := fmt.Sprintf("%T", b)
		sameBits(t, what+": losses", with.Losses, plain.Losses)
		want := append(append([]float64(nil), plain.Grad...), 0.6*5)
		for k := range theta {
			want[k] += 0.2 * theta[k]
		}
		closeTo(t, what+": gradient", with.Grad, want, 1e-13)
	}
}

// shrunk is hard sharing with weight decay by a penalty, 0.1 Σθ², and a number that nothing but its own penalty 0.3a²
// reaches.
type shrunk struct{ sharing.HardSharing }

func (s shrunk) Shapes() []autodiff.Shape {
	return append(s.HardSharing.Shapes(), autodiff.Shape{Name: "a", Rows: 1, Cols: 1})
}

func (s shrunk) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	n := theta.Len() - 1
	rest := theta.Slice(0, n)
	t.Penalty("size", rest.Dot(rest).Scale(0.1))
	t.Penalty("a", theta.At(n).Square().Scale(0.3))
	return s.HardSharing.Apply(t, rest, x)
}

// Under an aggregator that has nothing to aggregate, twins train as under own gradients.
func TestDeterminismNothingShared(t *testing.T) {
	trainer := mixed()
	trainer.Model = mtlkit.Independent{Of: threeTasks}
	want := train(t, trainer)
	for _, b := range []balance.Balancer{balance.MGDA{}, balance.PCGrad{}, balance.NewMoCo()} {
		trainer.Balance = b
		got := train(t, trainer)
		closeTo(t, fmt.Sprintf("%T: parameters", b), got.Theta, want.Theta, 1e-15)
	}
}
