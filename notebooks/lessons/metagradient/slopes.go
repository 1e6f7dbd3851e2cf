package metagradient

import (
	"fmt"
	"slices"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
	"kindred/plots"
)

// A claim is a learner whose meta-gradient is held against the loss that it reports.
type claim struct {
	name    string
	learner metakit.Learner
}

// claims are learners that say their meta-gradient is exact, learners that say it is not, and three mistakes that were
// published. The network is one of one input.
func claims(net nn.MLP, steps int, rate float64) []claim {
	exact := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: steps, Inner: nn.SGD{Rate: rate}}
	pieces, head, first := exact, exact, exact
	pieces.Recompute, head.Adapts, first.FirstOrder = 2, metakit.Head, true
	wider := net
	wider.Widths = append([]int{net.Widths[0] + 5}, net.Widths[1:]...)
	context := metakit.NewCAVIA(wider, exact.Loss)
	context.Steps, context.Inner = steps, nn.SGD{Rate: 10 * rate}
	solved := metakit.IMAML{Network: net, Loss: exact.Loss, Steps: 100, Inner: nn.SGD{Rate: 0.03}, Lambda: 20, Iterations: 25,
		Tolerance: 1e-12}
	early, other := solved, solved
	early.Steps = 2
	other.Shift, other.Damping = 1, 10
	return []claim{
		{"MAML", exact},
		{"MAML, steps computed again", pieces},
		{"ANIL: the head adapts", head},
		{"CAVIA: a context adapts", context},
		{"Meta-SGD", metakit.MetaSGD{Network: net, Loss: exact.Loss, Steps: steps, Rate: rate}},
		{"iMAML, 100 inner steps", solved},
		{"iMAML, 2 inner steps", early},
		{"iMAML, the authors' code", other},
		{"first order", first},
		{"Reptile", metakit.Reptile{Network: net, Loss: exact.Loss, Steps: steps, Inner: exact.Inner, OverRate: true}},
		{"judged before adapting", stale{exact}},
		{"judged on the support points", circular{exact}},
	}
}

// stale is MAML that is judged by predictions made before it adapts.
type stale struct{ metakit.MAML }

// Predict implements [metakit.Learner].
func (s stale) Predict(t *nn.Trace, meta autodiff.Params, _ metakit.TracedSet, x autodiff.Value, steps int) []autodiff.Value {
	return slices.Repeat([]autodiff.Value{s.Network.Apply(t, meta, x)}, steps+1)
}

// circular is MAML that is judged on the points that it adapts to.
type circular struct{ metakit.MAML }

// MetaGradient implements [metakit.OwnGradient].
func (c circular) MetaGradient(t *nn.Trace, meta autodiff.Params, support, _ metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	loss := metakit.MeanLoss(c.Loss, c.Predict(t, meta, support, support.X, c.Steps)[c.Steps], support.Y)
	return loss, autodiff.GradParams(loss, meta)
}

// Slopes draws, for learners and for mistakes, the slope of the Taylor remainder of the loss that they report: 2
// where the meta-gradient is its derivative, 1 where it is not.
func Slopes(net nn.MLP, steps int, rate float64) plots.Figure {
	e := wave()
	chart := plots.Dots{
		X: "slope of the remainder |F(θ + hv) − F(θ) − h·g·v| over h", Decimals: 2, XLim: plots.Range{0.8, 2.2},
		Reference: &plots.Marker{Name: "accepted from here on", X: 1.5},
		Subtitle:  fmt.Sprintf("median of nine directions v; one wave, %s of rate %g", stepped(steps), rate),
	}
	accepted := 0
	all := claims(net, steps, rate)
	for _, c := range all {
		r, err := metakit.CheckMetaGradient(c.learner, draw(c.learner), e, 1)
		item := plots.Item{Name: c.name, Role: plots.Vermillion, Value: r.Slope, Note: "refused"}
		if err == nil {
			item.Role, item.Note = plots.Blue, "accepted"
			accepted++
		}
		chart.Items = append(chart.Items, item)
	}
	chart.Title = fmt.Sprintf("%d of %d meta-gradients are the slope of the error that they report", accepted, len(all))
	return chart.Figure("Dot plot of the slope of the Taylor remainder, about 2 or about 1, of learners and of published mistakes.")
}
