package metakit_test

import (
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/nn"
)

// lump is a network that takes all its layers for one: its head is everything.
type lump struct{ nn.MLP }

func (l lump) LayerOf() []int { return make([]int, len(l.Shapes())) }

// A network of three layers, and a rule with which three inner steps go some way.
var (
	deep  = nn.MLP{Widths: []int{1, 12, 10, 1}, Activation: nn.Tanh}
	steep = nn.SGD{Rate: 0.05}
)

func TestAdaptingAllLayersIsMAML(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	meta := start(metakit.MAML{Network: deep, Loss: mse}, 5)
	for _, firstOrder := range []bool{false, true} {
		maml := metakit.MAML{Network: lump{deep}, Loss: mse, Steps: 3, Inner: steep, FirstOrder: firstOrder}
		_, want := metaGradient(t, maml, meta, e)
		maml.Adapts = metakit.Head
		_, got := metaGradient(t, maml, meta, e)
		closeTo(t, "the gradient of all layers as the head", got, want)
	}
}

// What does not adapt is what has a rate of 0 in Meta-SGD, which adapts everything.
func TestAdaptingAPartIsARateOfZeroElsewhere(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	meta := start(metakit.MAML{Network: deep, Loss: mse}, 5)
	for _, part := range []metakit.Part{metakit.Head, metakit.Body} {
		alpha := make([]float64, 0, len(meta))
		for k, s := range deep.Shapes() {
			rate := 0.0
			if (deep.LayerOf()[k] == 2) == (part == metakit.Head) {
				rate = steep.Rate
			}
			alpha = append(alpha, slices.Repeat([]float64{rate}, s.Size())...)
		}
		elsewhere := metakit.MetaSGD{Network: deep, Loss: mse, Steps: 3}
		want, wantGradient := metaGradient(t, elsewhere, slices.Concat(meta, alpha), e)
		l := metakit.MAML{Network: deep, Loss: mse, Steps: 3, Inner: steep, Adapts: part}
		loss, gradient := metaGradient(t, l, meta, e)
		closeTo(t, string(part)+": the loss", []float64{loss}, []float64{want})
		closeTo(t, string(part)+": the gradient", gradient, wantGradient[:len(meta)])
		end := pathEnd(l, meta, e, 3)
		at := 0
		for k, s := range deep.Shapes() {
			moved := !slices.Equal(end[at:at+s.Size()], meta[at:at+s.Size()])
			if at += s.Size(); moved != ((deep.LayerOf()[k] == 2) == (part == metakit.Head)) {
				t.Errorf("%s: %v adapts: %v", part, s, moved)
			}
		}
	}
}

// costOf returns what the meta-gradient of a learner for one episode costs.
func costOf(l metakit.Learner, e *metakit.Episode) autodiff.Cost {
	theta, support := inputs(l, e)
	g, s := theta.At(0).Graph(), e.Size()
	query := metakit.TracedSet{X: g.Input("query x", s.Query, s.In), Y: g.Input("query y", s.Query, s.Out)}
	all := l.Predict(nil, theta, support, query.X, l.(metakit.Stepper).TrainingSteps())
	loss := metakit.MeanLoss(l, all[len(all)-1], query.Y)
	return autodiff.Compile(loss, autodiff.GradParams(loss, theta)).Cost()
}

// tracedAnew is MAML whose head adapts, with the network traced anew in each step.
type tracedAnew struct{ metakit.MAML }

func (a tracedAnew) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	k := meta.Len() - 2
	body, loss := meta.Slice(0, k), metakit.SupportLoss(a.Network, a.Loss, support)
	d := metakit.Descent{Step: metakit.Follow(a.Inner), FirstOrder: a.FirstOrder}
	path := d.Path(t, meta.Slice(k, k+2), steps, func(t *nn.Trace, head autodiff.Params) autodiff.Value {
		return loss(t, body.Join(head))
	})
	for i := range path {
		path[i] = body.Join(path[i])
	}
	return metakit.Along(t, a.Network, path, queryX)
}

// With the head alone in the inner steps, a step costs what the head costs: the features of the support set are
// computed once, and so is what the meta-gradient does with the body.
func TestAStepOfTheHeadLeavesTheBodyAlone(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	wide := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.Tanh}
	const head, body = 10 * 40, 10 * 40 * 40 // multiplications of the layers for the ten support points
	for _, firstOrder := range []bool{false, true} {
		l := metakit.MAML{Network: wide, Loss: mse, Inner: sgd, FirstOrder: firstOrder, Adapts: metakit.Head}
		flops := func(anew bool, steps int) int {
			l.Steps = steps
			if anew {
				return costOf(tracedAnew{l}, e).FLOPs
			}
			return costOf(l, e).FLOPs
		}
		step := (flops(false, 11) - flops(false, 1)) / 10
		stepAnew := (flops(true, 11) - flops(true, 1)) / 10
		t.Logf("first order %v: %d operations a step, %d traced anew", firstOrder, step, stepAnew)
		if step > 20*head || step > body {
			t.Errorf("first order %v: %d operations a step; the head multiplies %d times, the body %d times", firstOrder,
				step, head, body)
		}
		if !firstOrder && stepAnew < 4*body {
			t.Errorf("%d operations a step when all is traced anew: this test sees no difference", stepAnew)
		}
		meta := start(l, 5)
		_, want := metaGradient(t, tracedAnew{l}, meta, e)
		_, got := metaGradient(t, l, meta, e)
		closeTo(t, "the gradient", got, want)
	}
}

// With dropout the features of the support set are drawn once for all steps, and the gradient is exact.
func TestHeadWithDropout(t *testing.T) {
	net := deep
	net.Dropout = 0.5
	l := metakit.MAML{Network: net, Loss: mse, Steps: 3, Inner: steep, Adapts: metakit.Head}
	if _, err := metakit.CheckMetaGradient(l, start(l, 1), metakit.Draw(sines, 1, 1), 1); err != nil {
		t.Error(err)
	}
}

func TestPropertiesOfParts(t *testing.T) {
	for _, part := range []metakit.Part{metakit.Head, metakit.Body} {
		l := metakit.MAML{Network: deep, Loss: mse, Steps: 2, Inner: sgd, Adapts: part, Recompute: 1}
		metatest.TestLearner(t, l, sines, metatest.ExactGradient|metatest.OrderFree|metatest.QueriesApart)
		l.FirstOrder = true
		if metatest.Check(l, sines, metatest.ExactGradient) == nil {
			t.Errorf("%s: first order is taken for exact", part)
		}
	}
}
