package metakit_test

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// flatNet is a network that does not say what its layers are, or says it of too few matrices.
type flatNet struct{ nn.Network }

type oddLayers struct{ nn.MLP }

func (oddLayers) LayerOf() []int { return []int{0} }

func misuseOfRates() []misuse {
	learner := func(l metakit.Learner) func() {
		return func() {
			metakit.Training{Learner: l, Tasks: sines, MetaBatch: 1, Optimizer: adam}.Start()
		}
	}
	plusPlus := func(change func(m *metakit.MAMLPlusPlus)) func() {
		m := metakit.NewMAMLPlusPlus(small, mse, 0)
		change(&m)
		return learner(m)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	return []misuse{
		{"MetaSGD.Of", "Of is RatesOf(3)", learner(metakit.MetaSGD{Network: small, Loss: mse, Of: 3})},
		{"MetaSGD.Of", "flatNet does not say which layer", learner(metakit.MetaSGD{Network: flatNet{small}, Loss: mse, Of: metakit.EveryLayer})},
		{"MetaSGD.Of", "has 1 numbers for 4 matrices", learner(metakit.MetaSGD{Network: oddLayers{small}, Loss: mse, Of: metakit.EveryLayer})},
		{"MetaSGD.Steps", "MetaSGD: -1 steps", learner(metakit.MetaSGD{Network: small, Loss: mse, Steps: -1, PerStep: true})},
		{"MetaSGD.Steps", "PerStep with Steps 0 has none", func() {
			l := metakit.MetaSGD{Network: small, Loss: mse, PerStep: true}
			metakit.NewAdapter(l, start(l, 1), nil, 1).Adapt(metakit.Draw(sines, 0, 0).Support)
		}},

		{"NewMAMLPlusPlus", "Network of metakit.MAMLPlusPlus is nil", func() { metakit.NewMAMLPlusPlus(nil, mse, 1) }},
		{"NewMAMLPlusPlus", "Anneal is -1", func() { metakit.NewMAMLPlusPlus(small, mse, -1) }},
		{"MAMLPlusPlus.MetaSGD", "Loss of metakit.MAMLPlusPlus is nil", plusPlus(func(m *metakit.MAMLPlusPlus) { m.Loss = nil })},
		{"MAMLPlusPlus.MetaSGD", "Rate is NaN", plusPlus(func(m *metakit.MAMLPlusPlus) { m.Rate = nan })},
		{"MAMLPlusPlus.Anneal", "Anneal is -2 and FirstOrderUntil 0", plusPlus(func(m *metakit.MAMLPlusPlus) { m.Anneal = -2 })},
		{"MAMLPlusPlus.FirstOrderUntil", "FirstOrderUntil -3", plusPlus(func(m *metakit.MAMLPlusPlus) { m.FirstOrderUntil = -3 })},
		{"MAMLPlusPlus.Weights", "Weights is [1 2]", plusPlus(func(m *metakit.MAMLPlusPlus) { m.Weights = []float64{1, 2} })},
		{"MAMLPlusPlus.Weights", "a finite number for each of 2 steps", plusPlus(func(m *metakit.MAMLPlusPlus) {
			m.Steps, m.Weights = 2, []float64{1, inf}
		})},
		{"MAMLPlusPlus.Weights", "Anneal, 9, which has no part", plusPlus(func(m *metakit.MAMLPlusPlus) {
			m.Steps, m.Weights, m.Anneal = 1, []float64{1}, 9
		})},
		{"MAMLPlusPlus.MetaGradient", "Anneal is -1", func() {
			metakit.MAMLPlusPlus{Anneal: -1}.MetaGradient(nil, autodiff.Params{}, metakit.TracedSet{}, metakit.TracedSet{})
		}},

		{"MetaCurvature.Network", "Network of metakit.MetaCurvature is nil", learner(metakit.MetaCurvature{})},
		{"MetaCurvature.Network", "has 1 numbers for 4 matrices", learner(metakit.MetaCurvature{Network: oddLayers{small}, Loss: mse})},
		{"MetaCurvature.Loss", "Loss of metakit.MetaCurvature is nil", learner(metakit.MetaCurvature{Network: small})},
		{"MetaCurvature.Steps", "metakit.MetaCurvature: -1 steps", learner(metakit.MetaCurvature{Network: small, Loss: mse, Steps: -1})},
		{"MetaCurvature.Rate", "MetaCurvature: Rate is +Inf", learner(metakit.MetaCurvature{Network: small, Loss: mse, Rate: inf})},
		{"MetaCurvature.Init", "the source of random numbers is nil", func() { metakit.MetaCurvature{Network: small}.Init(nil) }},

		{"TNet.Network", "Network of metakit.TNet is nil", learner(metakit.TNet{})},
		{"TNet.Network", "TNet: the network is metakit_test.flatNet", learner(metakit.TNet{Network: flatNet{small}, Loss: mse})},
		{"TNet.Loss", "Loss of metakit.TNet is nil", learner(metakit.TNet{Network: small})},
		{"TNet.Steps", "metakit.TNet: -4 steps", learner(metakit.TNet{Network: small, Loss: mse, Steps: -4})},
		{"TNet.Inner", "the rule of the inner steps is nil", learner(metakit.TNet{Network: small, Loss: mse, Steps: 1})},
		{"TNet.Shapes", "TNet: the network is <nil>", func() { metakit.TNet{}.Shapes() }},
		{"TNet.Init", "TNet: the network is <nil>", func() { metakit.TNet{}.Init(rng) }},
	}
}
