package metakit_test

import (
	"testing"

	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/nn"
)

// Without a context nothing adapts: what is learned is one network for all query points.
func TestCAVIAWithoutAContextIsPooled(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	meta := start(metakit.MAML{Network: small, Loss: mse}, 5)
	l := metakit.CAVIA{Network: small, Loss: mse, Steps: 3, Inner: sgd}
	_, want := metaGradient(t, metakit.Pooled{Network: small, Loss: mse}, meta, onQueries(e))
	_, got := metaGradient(t, l, meta, e)
	closeTo(t, "the gradient", got, want)
	all := predict(t, l, meta, e, metakit.UpTo(2))
	sameBits(t, "predictions after two steps", all[2].RawMatrix().Data, all[0].RawMatrix().Data)
}

// A context of zeros, before the first step, is a network whose first layer lacks the rows of the context.
func TestCAVIAStartsFromZero(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	l := metakit.CAVIA{Network: nn.MLP{Widths: []int{3, 12, 1}, Activation: nn.Tanh}, Loss: mse, Context: 2, Inner: steep}
	meta := start(l, 5)
	short := append(meta[:12:12], meta[3*12:]...) // the row of x comes first
	want := predict(t, metakit.MAML{Network: small, Loss: mse}, short, e, []int{0})
	got := predict(t, l, meta, e, []int{0})
	closeTo(t, "predictions", got[0].RawMatrix().Data, want[0].RawMatrix().Data)
}

// One step of the context is, by hand, a step of the bias of the first layer through its rows W of the context:
// c = −α∇c and ∇c = W·∇b, so that the bias becomes b − α·WᵀW∇b.
func TestCAVIAMovesTheFirstBias(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	l := metakit.CAVIA{Network: nn.MLP{Widths: []int{3, 12, 1}, Activation: nn.Tanh}, Loss: mse, Context: 2, Steps: 1,
		Inner: steep}
	meta := start(l, 5)
	const h = 12
	short := append(meta[:h:h], meta[3*h:]...)
	_, gradient, _ := curvature(metakit.MAML{Network: small, Loss: mse}, short, e, make([]float64, len(short)))
	for row := range l.Context {
		w, dc := meta[(1+row)*h:(2+row)*h], 0.0
		for j := range h {
			dc += w[j] * gradient[h+j]
		}
		for j := range h {
			short[h+j] -= steep.Rate * dc * w[j]
		}
	}
	want := predict(t, metakit.MAML{Network: small, Loss: mse}, short, e, []int{0})
	got := predict(t, l, meta, e, []int{1})
	closeTo(t, "predictions", got[0].RawMatrix().Data, want[0].RawMatrix().Data)
}

func TestPropertiesOfCAVIA(t *testing.T) {
	l := metakit.NewCAVIA(nn.MLP{Widths: []int{6, 20, 1}, Activation: nn.Tanh}, mse)
	l.Steps = 2
	metatest.TestLearner(t, l, sines, metatest.ExactGradient|metatest.OrderFree|metatest.QueriesApart)
	l.FirstOrder = true
	if metatest.Check(l, sines, metatest.ExactGradient) == nil {
		t.Error("first order is taken for exact")
	}
}
