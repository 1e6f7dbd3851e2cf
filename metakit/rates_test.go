package metakit_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/nn"
)

// threeSteps is MAML of three steps, of which others are variants, and twoHidden a network for it.
var (
	twoHidden  = nn.MLP{Widths: []int{1, 7, 5, 1}, Activation: nn.Tanh}
	threeSteps = metakit.MAML{Network: twoHidden, Loss: mse, Steps: 3, Inner: nn.SGD{Rate: 0.05}}
)

// optimised are the learners of the inner steps, as they are at the start: each is then threeSteps.
func optimised() map[string]metakit.Learner {
	sgd := metakit.MetaSGD{Network: twoHidden, Loss: mse, Steps: 3, Rate: 0.05}
	all := map[string]metakit.Learner{}
	for _, of := range []metakit.RatesOf{metakit.EveryParameter, metakit.EveryLayer, metakit.TheNetwork} {
		for _, perStep := range []bool{false, true} {
			m := sgd
			m.Of, m.PerStep = of, perStep
			name := "a rate of " + of.String()
			if perStep {
				name += " and step"
			}
			all[name] = m
		}
	}
	plusPlus := metakit.NewMAMLPlusPlus(twoHidden, mse, 0)
	plusPlus.Steps, plusPlus.Rate = 3, 0.05
	all["MAML++, the last step alone"] = plusPlus
	plusPlus.Weights = []float64{0, 0, 1}
	all["MAML++, weights 0, 0, 1"] = plusPlus
	all["Meta-Curvature"] = metakit.MetaCurvature{Network: twoHidden, Loss: mse, Steps: 3, Rate: 0.05}
	all["Meta-Curvature of a network without layers"] = metakit.MetaCurvature{Network: flatNet{twoHidden}, Loss: mse,
		Steps: 3, Rate: 0.05}
	all["T-net"] = metakit.TNet{Network: twoHidden, Loss: mse, Steps: 3, Inner: nn.SGD{Rate: 0.05}}
	return all
}

// At the start, rates are equal and matrices identities: loss, gradient by θ, and predictions after more steps too, are
// those of MAML.
func TestOptimisedStartAsMAML(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	for name, l := range optimised() {
		meta := start(l, 1)
		n := copy(meta, start(threeSteps, 1))
		wantLoss, want := metaGradient(t, threeSteps, meta[:n], e)
		loss, got := metaGradient(t, l, meta, e)
		closeTo(t, name+": loss", []float64{loss}, []float64{wantLoss})
		closeTo(t, name, got[:n], want)
		curve := predict(t, threeSteps, meta[:n], e, metakit.UpTo(6))
		for k, p := range predict(t, l, meta, e, metakit.UpTo(6)) {
			if !mat.EqualApprox(p, curve[k], 1e-11) {
				t.Errorf("%s: after %d steps %v, MAML %v", name, k, mat.Formatted(p.T()), mat.Formatted(curve[k].T()))
			}
		}
		if got := l.(metakit.Stepper).TrainingSteps(); got != 3 {
			t.Errorf("%s: %d steps", name, got)
		}
	}
}

// moved returns meta-parameters away from the start, where nothing is equal to anything.
func moved(l metakit.Learner) []float64 {
	meta, rng := start(l, 1), rand.New(rand.NewPCG(8, 8))
	for i := range meta {
		meta[i] += 0.02 * rng.NormFloat64()
	}
	return meta
}

// Rates of a layer are those of every parameter where these are equal in the layer, and a derivative by one of them the
// sum of theirs; so it is with one rate for all, and with rates that are the same at all steps.
func TestSharedRatesAreEqualRates(t *testing.T) {
	e := metakit.Draw(sines, 3, 4)
	whole := metakit.MetaSGD{Network: twoHidden, Loss: mse, Steps: 3, Rate: 0.05, PerStep: true}
	n := nn.Size(twoHidden.Shapes())
	for _, of := range []metakit.RatesOf{metakit.EveryParameter, metakit.EveryLayer, metakit.TheNetwork} {
		for _, perStep := range []bool{false, true} {
			m := whole
			m.Of, m.PerStep = of, perStep
			meta := moved(m)
			rate := func(step, layer, entry int) int { // its place among the meta-parameters
				if !perStep {
					step = 0
				}
				switch of {
				case metakit.EveryParameter:
					return n + step*n + entry
				case metakit.EveryLayer:
					return n + step*3 + layer
				}
				return n + step
			}
			spread, sum := slices.Clone(meta[:n]), make([]float64, len(meta))
			var places []int
			for step := range 3 {
				entry := 0
				for k, s := range twoHidden.Shapes() {
					for range s.Size() {
						places = append(places, rate(step, twoHidden.LayerOf()[k], entry))
						entry++
					}
				}
			}
			for _, p := range places {
				spread = append(spread, meta[p])
			}
			wantLoss, want := metaGradient(t, whole, spread, e)
			copy(sum, want[:n])
			for i, p := range places {
				sum[p] += want[n+i]
			}
			loss, got := metaGradient(t, m, meta, e)
			closeTo(t, of.String()+": loss", []float64{loss}, []float64{wantLoss})
			closeTo(t, of.String(), got, sum)
		}
	}
}

// Steps beyond those trained have the rates of the last one.
func TestStepsBeyondTheLastRate(t *testing.T) {
	e := metakit.Draw(sines, 3, 4)
	l := metakit.MetaSGD{Network: twoHidden, Loss: mse, Steps: 2, Rate: 0.05, Of: metakit.EveryLayer, PerStep: true}
	longer := l
	longer.Steps = 4
	meta := moved(l)
	last := meta[len(meta)-3:]
	want := predict(t, longer, slices.Concat(meta, last, last), e, metakit.UpTo(4))
	for k, p := range predict(t, l, meta, e, metakit.UpTo(4)) {
		if !mat.Equal(p, want[k]) {
			t.Errorf("after %d steps %v, want %v", k, mat.Formatted(p.T()), mat.Formatted(want[k].T()))
		}
	}
}

// A matrix T acts as (h·W + b)·T: folded into W and b, the network of a T-net predicts the same before adaptation.
func TestTNetWarps(t *testing.T) {
	l := metakit.TNet{Network: twoHidden, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: 0.05}}
	e := metakit.Draw(sines, 3, 4)
	meta := moved(l)
	p := nn.NewParams(l.Shapes(), meta)
	folded := nn.NewParams(twoHidden.Shapes(), make([]float64, nn.Size(twoHidden.Shapes())))
	for _, k := range []string{"1", "2", "3"} {
		folded.View("W"+k).Mul(p.View("W"+k), p.View("T"+k))
		folded.View("b"+k).Mul(p.View("b"+k), p.View("T"+k))
	}
	want := predict(t, threeSteps, folded.Data, e, []int{0, 1})
	got := predict(t, l, meta, e, []int{0, 1})
	if !mat.EqualApprox(got[0], want[0], 1e-12) {
		t.Errorf("%v, with T folded into W and b %v", mat.Formatted(got[0].T()), mat.Formatted(want[0].T()))
	}
	if mat.EqualApprox(got[1], want[1], 1e-6) {
		t.Error("a step of the T-net is that of the network that T is folded into: T does not warp it")
	}
}

func TestPropertiesOfOptimised(t *testing.T) {
	all := optimised()
	annealed := metakit.NewMAMLPlusPlus(twoHidden, mse, 10)
	annealed.Steps = 2
	all["MAML++, annealed"] = annealed
	normal := twoHidden
	normal.Norm = nn.NewLayerNorm(1)
	all["T-net, normalised"] = metakit.TNet{Network: normal, Loss: mse, Steps: 2, Inner: sgd}
	all["Meta-Curvature, normalised"] = metakit.MetaCurvature{Network: normal, Loss: mse, Steps: 2, Rate: 0.01}
	for name, l := range all {
		if _, err := metakit.CheckMetaGradient(l, moved(l), metakit.Draw(sines, 1, 1), 1); err != nil {
			t.Errorf("%s, away from its start: %v", name, err)
		}
	}
	const claims = metatest.ExactGradient | metatest.OrderFree | metatest.QueriesApart
	metatest.TestLearner(t, metakit.MetaSGD{Network: small, Loss: mse, Steps: 2, Rate: 0.05, PerStep: true}, sines, claims)
}

// The annealed weights go from equal ones to the last step alone; what is reported is the weighted loss.
func TestMultiStepAnneals(t *testing.T) {
	d := metakit.Collection{metakit.Draw(sines, 1, 1)}
	still := func(m metakit.MAMLPlusPlus) []float64 { // losses of a training that moves nothing
		r, err := metakit.Training{Learner: m, Tasks: d, Iterations: 6, MetaBatch: 1, Optimizer: nn.SGD{}}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.History
	}
	m := metakit.NewMAMLPlusPlus(twoHidden, mse, 0)
	m.Steps, m.Rate = 3, 0.05
	var of [3]float64
	for k := range of {
		m.Weights = make([]float64, 3)
		m.Weights[k] = 1
		of[k] = still(m)[0]
	}
	m.Weights, m.Anneal = nil, 4
	for i, loss := range still(m) {
		early := max(0, 1-float64(i)/4) / 3
		want := early*of[0] + early*of[1] + (1-2*early)*of[2]
		if !(math.Abs(loss-want) <= 1e-14*want) {
			t.Errorf("iteration %d: loss %v, weighted by hand %v", i, loss, want)
		}
	}
}

// In its first iterations the order of MAML++ is the first, which CheckMetaGradient says; then it is the second.
func TestOrderAnneals(t *testing.T) {
	m := metakit.NewMAMLPlusPlus(twoHidden, mse, 0)
	m.Steps, m.Rate, m.FirstOrderUntil = 3, 0.05, 2
	e := metakit.Draw(sines, 1, 1)
	meta := start(m, 1)
	n := copy(meta, start(threeSteps, 1))
	if r, err := metakit.CheckMetaGradient(m, meta, e, 1); err == nil || !(r.Slope < 1.5) {
		t.Errorf("the first iteration passes for exact: slope %v, %v", r.Slope, err)
	}
	first := threeSteps
	first.FirstOrder = true
	_, want := metaGradient(t, first, meta[:n], e)
	_, got := metaGradient(t, m, meta, e)
	closeTo(t, "the first iteration", got[:n], want)

	// One step of gradient descent, from the same start, in iteration 0, 1 and 2.
	after := func(m metakit.Learner, iterations int) []float64 {
		r, err := metakit.Training{Learner: m, Tasks: metakit.Collection{e}, Iterations: iterations, MetaBatch: 1,
			Optimizer: nn.SGD{Rate: 1}, Schedule: only(iterations - 1)}.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Meta[:n]
	}
	for iterations, like := range []metakit.MAML{1: first, 2: first, 3: threeSteps} {
		if iterations == 0 {
			continue
		}
		closeTo(t, "training", after(m, iterations), after(like, iterations))
	}
	if slices.Equal(after(m, 2), after(m, 3)) {
		t.Error("the order makes no difference")
	}
}

// only is a schedule that moves in one step.
type only int

func (o only) Factor(step int) float64 {
	if step == int(o) {
		return 1
	}
	return 0
}

// A learner of rates learns: after some training two steps do better than MAML of rates that are far too small.
func TestRatesAreLearned(t *testing.T) {
	l := metakit.NewMAMLPlusPlus(small, mse, 100)
	l.Steps, l.Rate = 2, 0.001
	fixed := metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: nn.SGD{Rate: 0.001}}
	got := evaluate(t, l, sines.Test(), train(t, l, sines, 300), 2)[0]
	want := evaluate(t, fixed, sines.Test(), train(t, fixed, sines, 300), 2)[0]
	if !(got.High < want.Low) {
		t.Errorf("error %v with learned rates, %v with those it started from", got.Interval, want.Interval)
	}
}
