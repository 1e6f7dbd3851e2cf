package metatest_test

import (
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/tasks"
	"kindred/nn"
)

var (
	net   = nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}
	mse   = nn.SquaredError{}
	sgd   = nn.SGD{Rate: 0.01}
	waves = tasks.NewSinusoid(5)
)

// MAML, spoiled in as many ways as there are properties: each is found.
func TestFaultsAreFound(t *testing.T) {
	maml := metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd}
	for name, c := range map[string]struct {
		learner  metakit.Learner
		property metatest.Property
		want     string
	}{
		"peeks":        {&peeking{Pooled: metakit.Pooled{Network: net, Loss: mse, Inner: sgd}}, metatest.NoLabelLeak, "with other query labels"},
		"fixed size":   {fixed{maml}, metatest.AnySize, "panics: autodiff: "},
		"counts":       {counting{maml, new(counter)}, metatest.SameBits, "other bits than on one"},
		"shares":       {sharing{maml, make([]float64, net.Size())}, metatest.KeepsNothing, "another call of Init"},
		"keeps":        {keeping{metakit.Scratch{Network: net, Loss: mse, Inner: sgd}, new(kept)}, metatest.KeepsNothing, "call of Restart"},
		"schedule":     {maml2(&hasty{MLP: net}), metatest.Resumes, "ends with other bits"},
		"in a hurry":   {hurried{maml}, metatest.ZeroSteps, "beside other numbers of steps"},
		"nothing":      {hurried{maml2(&hasty{MLP: net, nan: true})}, metatest.ZeroSteps, "after 0 steps it predicts [NaN"},
		"no number":    {maml2(&hasty{MLP: net, nan: true}), metatest.NamesFaults, "not \"support X is NaN\""},
		"restarts":     {stumbling{metakit.Scratch{Network: net, Loss: mse, Inner: sgd}}, metatest.KeepsTheLast, "panics: "},
		"mixes":        {mixing{metakit.Pooled{Network: net, Loss: mse, Inner: sgd}}, metatest.StacksAgree, "in a stack of 5"},
		"first order":  {metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd, FirstOrder: true}, metatest.ExactGradient, "not the derivative"},
		"first point":  {firstPoint{maml}, metatest.OrderFree, "in another order"},
		"transductive": {centred{maml}, metatest.QueriesApart, "alone"},
	} {
		err := metatest.Check(c.learner, waves, c.property)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error that says %q", name, err, c.want)
		}
	}
}

func maml2(n nn.Network) metakit.MAML {
	return metakit.MAML{Network: n, Loss: mse, Steps: 1, Inner: sgd}
}

// hasty is a network with a schedule that counts how often it is asked, or with nothing but NaN.
type hasty struct {
	nn.MLP
	nan   bool
	asked atomic.Int64
}

func (h *hasty) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	at := t.Scheduled(x.Graph(), func(int) float64 { return 1 + 1e-3*float64(h.asked.Add(1)) }, 1)
	y := h.MLP.Apply(t, theta, x).Mul(at)
	if h.nan {
		y = y.Sub(y).Log().Mul(x.Sub(x))
	}
	return y
}

// hurried predicts more the more steps it is asked for.
type hurried struct{ metakit.MAML }

func (h hurried) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	all := h.MAML.Predict(t, meta, support, queryX, steps)
	all[0] = all[0].Shift(float64(steps))
	return all
}

// mixing gives each episode of a stack the mean loss of all.
type mixing struct{ metakit.Pooled }

func (m mixing) StackedLosses(t *nn.Trace, meta autodiff.Params, _, query metakit.TracedSet, n int) (autodiff.Value, bool) {
	return metakit.MeanLoss(mse, m.Apply(t, meta, query.X), query.Y).BroadcastTo(n, 1), true
}

// stumbling cannot restart.
type stumbling struct{ metakit.Scratch }

func (stumbling) Restart([]float64, *rand.Rand) { panic("no") }

// peeking predicts with the query labels that it saw when it was asked for its meta-gradient.
type peeking struct {
	metakit.Pooled
	seen metakit.TracedSet
}

func (p *peeking) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	p.seen = query
	return p.Pooled.MetaGradient(t, meta, support, query)
}

func (p *peeking) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	all := p.Pooled.Predict(t, meta, support, queryX, steps)
	if p.seen.X == queryX {
		all[0] = all[0].Add(p.seen.Y.Scale(0.1))
	}
	return all
}

// fixed takes the first five support points.
type fixed struct{ metakit.MAML }

func (f fixed) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	support.X, support.Y = support.X.SliceRows(0, 5), support.Y.SliceRows(0, 5)
	return f.MAML.Predict(t, meta, support, queryX, steps)
}

// counting begins elsewhere each time that it is trained.
type counting struct {
	metakit.MAML
	calls *counter
}

type counter struct{ n atomic.Int64 }

func (c counting) Init(rng *rand.Rand) []float64 {
	meta := c.MAML.Init(rng)
	meta[0] += float64(c.calls.n.Add(1))
	return meta
}

// sharing returns the same slice at every call.
type sharing struct {
	metakit.MAML
	room []float64
}

func (s sharing) Init(rng *rand.Rand) []float64 {
	copy(s.room, s.MAML.Init(rng))
	return s.room
}

// keeping goes on to write in the vector that it was given first.
type keeping struct {
	metakit.Scratch
	kept *kept
}

type kept struct{ meta []float64 }

func (k keeping) Restart(meta []float64, rng *rand.Rand) {
	k.Scratch.Restart(meta, rng)
	if k.kept.meta == nil {
		k.kept.meta = meta
	}
	k.kept.meta[0]++
}

// firstPoint gives the first support point a say of its own.
type firstPoint struct{ metakit.MAML }

func (f firstPoint) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	all := f.MAML.Predict(t, meta, support, queryX, steps)
	for k := range all {
		all[k] = all[k].Add(support.Y.SliceRows(0, 1))
	}
	return all
}

// centred takes the mean of the query inputs off.
type centred struct{ metakit.MAML }

func (c centred) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	return c.MAML.Predict(t, meta, support, queryX.Sub(queryX.MeanAxis(0)), steps)
}

func TestMisuse(t *testing.T) {
	maml := metakit.MAML{Network: net, Loss: mse}
	for want, f := range map[string]func(){
		"the learner is <nil>":               func() { metatest.Check(nil, waves, metatest.AnySize) },
		"the distribution <nil>":             func() { metatest.Check(maml, nil, metatest.AnySize) },
		"Property(0x0) is not one":           func() { metatest.Check(maml, waves, 0) },
		"no label leaks, support sets of an": func() { metatest.Check(maml, waves, metatest.NoLabelLeak|metatest.AnySize) },
	} {
		func() {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.HasPrefix(got, "metatest: ") || !strings.Contains(got, want) {
					t.Errorf("panic %q, want a sentence that says %q", got, want)
				}
			}()
			f()
		}()
	}
}
