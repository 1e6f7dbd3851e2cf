package metakit_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// orders are of learners by other settings than those of their rows in internal/learners, and of one by hand.
var orders = []struct {
	name    string
	learner metakit.Learner
	order   metakit.Order
}{
	{"MAML, no step", metakit.MAML{Network: small, Loss: mse, FirstOrder: true}, metakit.Exact},
	{"MAML, penalties", metakit.MAML{Network: withPenalty{small, 0.1}, Loss: mse, Steps: 1, Inner: sgd, InnerPenalty: true},
		metakit.Exact},
	{"first order, penalties", metakit.MAML{Network: withPenalty{small, 0.1}, Loss: mse, Steps: 1, Inner: sgd, FirstOrder: true},
		metakit.FirstOrder},
	{"Reptile over its rate", metakit.Reptile{Network: small, Loss: mse, Steps: 3, Inner: sgd, OverRate: true},
		metakit.OwnDirection},
	{"half of the gradient", halfGradient{metakit.Pooled{Network: small, Loss: mse}}, metakit.OwnDirection},
}

// The check names the order, in a sentence; package metatest has a row for every learner.
func TestOrders(t *testing.T) {
	for _, c := range orders {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(3) {
				meta := c.learner.Init(rand.New(rand.NewPCG(seed, 1)))
				r, err := metakit.CheckMetaGradient(c.learner, meta, metakit.Draw(sines, 7, seed), seed)
				if r.Order != c.order || (err == nil) != (c.order == metakit.Exact) {
					t.Errorf("seed %d: %v, want %v; slope %.2f, error %v", seed, r.Order, c.order, r.Slope, err)
				}
				if err != nil && !strings.Contains(err.Error(), c.order.String()) {
					t.Errorf("the error does not say %q: %v", c.order, err)
				}
			}
		})
	}
	far := metakit.Draw(sines, 7, 1)
	floats.Scale(1e300, far.Support.Y.RawMatrix().Data)
	l := metakit.MAML{Network: small, Loss: mse, Steps: 3, Inner: sgd}
	if r, err := metakit.CheckMetaGradient(l, start(l, 1), far, 1); err == nil || r.Order != metakit.Undecided {
		t.Errorf("where adaptation diverges: %v, %v", r.Order, err)
	}
}

// halfGradient is pooled learning by half of the gradient.
type halfGradient struct{ metakit.Pooled }

func (h halfGradient) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	loss, gradient := h.Pooled.MetaGradient(t, meta, support, query)
	return loss, gradient.Scale(0.5)
}
