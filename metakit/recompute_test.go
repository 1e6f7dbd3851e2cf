package metakit_test

import (
	"math"
	"testing"

	"kindred/metakit"
	"kindred/nn"
)

// recomputing returns learners that compute inner steps again, in pieces of a number of steps.
func recomputing(steps, piece int) map[string]metakit.Learner {
	maml := metakit.MAML{Network: deep, Loss: mse, Steps: steps, Inner: sgd, Recompute: piece}
	momentum, head, body, drop := maml, maml, maml, maml
	momentum.Inner = nn.Momentum{Rate: 0.01, Mu: 0.9}
	head.Adapts, body.Adapts = metakit.Head, metakit.Body
	net := deep
	net.Dropout = 0.2
	drop.Network = net
	return map[string]metakit.Learner{"MAML": maml, "momentum": momentum, "head": head, "body": body, "dropout": drop,
		"statistics": metakit.MAML{Network: normalised{MLP: small}, Loss: mse, Steps: steps, Inner: sgd, Recompute: piece},
		"CAVIA": metakit.CAVIA{Network: nn.MLP{Widths: []int{3, 12, 1}, Activation: nn.Tanh}, Loss: mse, Context: 2,
			Steps: steps, Inner: sgd, Recompute: piece},
	}
}

// Steps that are computed again are the same to the last bit, and so is the meta-gradient, but where terms that reach a
// parameter along several ways are added in another order.
func TestDeterminismOfRecomputing(t *testing.T) {
	const steps = 7
	e := metakit.Draw(sines, 3, 3)
	for name, l := range recomputing(steps, 0) {
		meta := start(l, 5)
		loss, want := metaGradient(t, l, meta, e)
		for _, piece := range []int{1, 2, 3, 7, 10} {
			again := recomputing(steps, piece)[name]
			got, gradient := metaGradient(t, again, meta, e)
			sameBits(t, name+": the loss", []float64{got}, []float64{loss})
			if name == "MAML" {
				sameBits(t, name+": the gradient", gradient, want)
			}
			closeTo(t, name+": the gradient", gradient, want)
		}
	}
}

// Kept, the memory of k steps grows like k; in pieces of √k steps it grows like √k, for half as much work again.
func TestRecomputingSavesMemory(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	for _, name := range []string{"MAML", "momentum", "body", "CAVIA"} {
		at := func(steps, piece int) (memory, flops float64) {
			c := costOf(recomputing(steps, piece)[name], e)
			return float64(c.Memory), float64(c.FLOPs)
		}
		kept16, _ := at(16, 0)
		kept64, work := at(64, 0)
		small16, _ := at(16, 4)
		small64, again := at(64, 8)
		kept, cut := math.Log2(kept64/kept16)/2, math.Log2(small64/small16)/2
		t.Logf("%s: memory of 64 steps %.0f kB kept, %.0f kB in pieces of 8; it grows like k^%.2f and k^%.2f; work × %.2f",
			name, kept64/1e3, small64/1e3, kept, cut, again/work)
		if kept < 0.8 || cut > 0.65 || small64 > kept64/2 || again > 1.6*work {
			t.Errorf("%s: memory grows like k^%.2f kept and k^%.2f in pieces, %v of %v bytes for 64 steps; work × %.2f", name,
				kept, cut, small64, kept64, again/work)
		}
	}
}
