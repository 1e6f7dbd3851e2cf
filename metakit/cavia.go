package metakit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// CAVIA adapts a context c alone, inputs that the network has beside x and that are the same for all points of a task.
// The network, of parameters θ, is shared by all tasks:
//
//	c₀ = 0,  cₖ₊₁ = cₖ − α∇_c L(f([x, cₖ]; θ); support),  minimise the mean over tasks of L(f([x, c_Steps]; θ); query).
//
// The network takes the columns of x, then Context columns more. The meta-gradient by θ is exact: it runs through the
// inner steps. With FirstOrder it takes c_Steps for a constant.
//
// The authors' code (github.com/lmzintgraf/cavia) also clips every entry of a task's meta-gradient to ±10 in
// regression, which [Training] does not.
//
// Reference: Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson. Fast context adaptation via meta-learning. ICML 2019,
// arXiv:1810.03642.
type CAVIA struct {
	nn.Network
	nn.Loss
	Context      int     // numbers in the context; with 0 nothing adapts, and it is [Pooled] on the query points alone
	Steps        int     // inner steps in meta-training; after 0 steps c is 0
	Inner        nn.Rule // of the inner steps; may be nil where there are none
	FirstOrder   bool
	InnerPenalty bool // the network's penalties are part of the inner loss (see [Training])
	Recompute    int  // see [Descent]; 0 keeps all inner steps in memory
}

var _ Stepper = CAVIA{}

// NewCAVIA returns the setting of the authors' code for sine waves: a context of 5 numbers, which one step of gradient
// descent of rate 1 adapts. Their network for waves is nn.MLP{Widths: []int{1 + 5, 40, 40, 1}, Activation: nn.ReLU}.
func NewCAVIA(net nn.Network, loss nn.Loss) CAVIA {
	return CAVIA{Network: net, Loss: loss, Context: 5, Steps: 1, Inner: nn.SGD{Rate: 1}}
}

// TrainingSteps implements [Stepper].
func (c CAVIA) TrainingSteps() int { return c.Steps }

// Predict implements [Learner].
func (c CAVIA) Predict(t *nn.Trace, meta autodiff.Params, support TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	out := make([]autodiff.Value, checkSteps("CAVIA", steps)+1)
	for k, context := range c.Path(t, meta, support, steps) {
		out[k] = c.apply(t, meta, context, queryX)
	}
	return out
}

// Path traces the context, 1 × Context, after 0, 1, …, steps steps of adaptation to a support set. Without a context
// the parameters that it returns are none.
func (c CAVIA) Path(t *nn.Trace, meta autodiff.Params, support TracedSet, steps int) []autodiff.Params {
	switch {
	case c.Context < 0:
		panic(fmt.Sprintf("metakit: CAVIA: Context is %d; it must not be negative, and 5 is usual for waves", c.Context))
	case c.Context == 0:
		return make([]autodiff.Params, checkSteps("CAVIA", steps)+1)
	}
	start := autodiff.ParamsOf([]string{"context"}, []autodiff.Value{support.X.Graph().Fill(1, c.Context, 0)})
	d := Descent{Step: Follow(c.Inner), FirstOrder: c.FirstOrder, Penalty: c.InnerPenalty, Recompute: c.Recompute}
	return d.Path(t, start, steps, func(t *nn.Trace, context autodiff.Params) autodiff.Value {
		return MeanLoss(c.Loss, c.apply(t, meta, context, support.X), support.Y)
	})
}

// apply traces the network at [x, c].
func (c CAVIA) apply(t *nn.Trace, theta, context autodiff.Params, x autodiff.Value) autodiff.Value {
	if context.Len() > 0 {
		x = autodiff.ConcatCols(x, context.At(0).BroadcastTo(x.Rows(), c.Context))
	}
	return c.Network.Apply(t, theta, x)
}
