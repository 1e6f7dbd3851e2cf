package metakit_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// orders has a row for every learner: what its meta-gradient is to the loss that it reports.
var orders = []struct {
	name    string
	learner metakit.Learner
	tasks   metakit.Distribution
	order   metakit.Order
}{
	{"MAML", metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd}, sines, metakit.Exact},
	{"MAML, no step", metakit.MAML{Network: small, Loss: mse, FirstOrder: true}, sines, metakit.Exact},
	{"MAML, penalties", metakit.MAML{Network: withPenalty{small, 0.1}, Loss: mse, Steps: 1, Inner: sgd, InnerPenalty: true},
		sines, metakit.Exact},
	{"first order", metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd, FirstOrder: true}, sines, metakit.FirstOrder},
	{"first order, penalties", metakit.MAML{Network: withPenalty{small, 0.1}, Loss: mse, Steps: 1, Inner: sgd, FirstOrder: true},
		sines, metakit.FirstOrder},
	{"Reptile", metakit.Reptile{Network: small, Loss: mse, Steps: 3, Inner: sgd}, sines, metakit.OwnDirection},
	{"Reptile over its rate", metakit.Reptile{Network: small, Loss: mse, Steps: 3, Inner: sgd, OverRate: true}, sines,
		metakit.OwnDirection},
	{"Meta-SGD", metakit.MetaSGD{Network: small, Loss: mse, Steps: 2, Rate: 0.01}, sines, metakit.Exact},
	{"pooled", metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, sines, metakit.Exact},
	{"scratch", metakit.Scratch{Network: small, Loss: mse, Inner: sgd}, sines, metakit.OwnDirection},
	{"prototypical", models.NewPrototypical(nn.MLP{Widths: []int{16, 8}}, 5), spots(), metakit.Exact},
	{"matching", models.NewMatching(nn.MLP{Widths: []int{16, 8}}, 5), spots(), metakit.Exact},
	{"R2-D2", models.NewR2D2(nn.MLP{Widths: []int{16, 8}}, 5), spots(), metakit.Exact},
	{"ridge attention", models.NewRidgeAttention(small), sines, metakit.Exact},
	{"ALPaCA", models.NewALPaCA(small, 1, 1), sines, metakit.Exact},
	{"deep kernel transfer", models.NewDeepKernel(small), sines, metakit.Exact},
	{"by hand: prototypes", prototypes{nn.MLP{Widths: []int{16, 8}}, nn.SoftmaxLoss{}, 5}, spots(), metakit.Exact},
	{"by hand: half of the gradient", halfGradient{metakit.Pooled{Network: small, Loss: mse}}, sines, metakit.OwnDirection},
}

// The check names the order of every learner, in a sentence.
func TestOrders(t *testing.T) {
	for _, c := range orders {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(3) {
				meta := c.learner.Init(rand.New(rand.NewPCG(seed, 1)))
				r, err := metakit.CheckMetaGradient(c.learner, meta, metakit.Draw(c.tasks, 7, seed), seed)
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
