package models_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/internal/exported"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// A misuse is a call that makes no sense, the function or the field that is at fault, and the sentence that it is
// refused with.
type misuse struct {
	name, want string
	call       func()
}

func TestMisuse(t *testing.T) {
	var tested []string
	for _, m := range slices.Concat(misuseOfClasses(), misuseOfNumbers(), misuseOfReaders()) {
		said := exported.Panic(t, m.name, m.call)
		prefix, _, _ := strings.Cut(said, ": ")
		if !slices.Contains([]string{"models", "metakit", "nn", "autodiff"}, prefix) || !strings.Contains(said, m.want) {
			t.Errorf("%s: panic %q, want a sentence that says %q", m.name, said, m.want)
		}
		tested = append(tested, m.name)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}

// harmless lists what is exported and has no row of its own, with the reason.
var harmless = map[string]string{
	"Prototypical.Predict": "the kit calls it, with what fits", "Matching.Predict": "the kit calls it, with what fits",
	"R2D2.Predict": "the kit calls it, with what fits", "RidgeAttention.Predict": "the kit calls it, with what fits",
	"ALPaCA.Predict": "the kit calls it, with what fits", "DeepKernel.Predict": "the kit calls it, with what fits",
	"DeepKernel.MetaGradient": "the kit calls it, with what fits",
	"Matching.Shapes":         "the kit refuses the fields", "R2D2.Shapes": "the kit refuses the fields",
	"RidgeAttention.Shapes": "the kit refuses the fields", "DeepKernel.Shapes": "the kit refuses the fields",
	"Matching.LearnScale": "both make sense", "R2D2.Bias": "both make sense", "RidgeAttention.Bias": "both make sense",
	"ALPaCA.FixedNoise": "both make sense", "ALPaCA.GaussianLoss": "it has no fields",
	"DeepKernel.GaussianLoss": "it has no fields",

	"NeuralProcess.Predict": "the kit calls it, with what fits", "NeuralProcess.GaussianLoss": "it has no fields",
	"NeuralProcess.StackedLosses": "the kit calls it, with what fits",
	"NeuralProcess.Represent":     "autodiff refuses what does not fit", "NeuralProcess.Decode": "autodiff refuses what does not fit",
	"AttentiveProcess.Predict": "the kit calls it, with what fits", "AttentiveProcess.GaussianLoss": "it has no fields",
	"InContext.Predict": "the kit calls it, with what fits", "InContext.MetaGradient": "the kit calls it, with what fits",
	"InContext.Causal": "both make sense", "Recurrent.Predict": "the kit calls it, with what fits",
	"Recurrent.MetaGradient": "the kit calls it, with what fits",
}

var nan, inf = math.NaN(), math.Inf(1)

// learn returns a call that trains a learner on these tasks.
func learn(l metakit.Learner, d metakit.Distribution) func() {
	return func() { metakit.Training{Learner: l, Tasks: d, MetaBatch: 1, Optimizer: nn.SGD{}}.Start() }
}

// changed returns a call that trains a learner with a change of it.
func changed[L metakit.Learner](l L, d metakit.Distribution, change func(l *L)) func() {
	change(&l)
	return learn(l, d)
}

func misuseOfClasses() []misuse {
	three := blobs(3, 1)
	proto := func(change func(p *models.Prototypical)) func() {
		return changed(models.NewPrototypical(plane, 3), three, change)
	}
	matching := func(change func(m *models.Matching)) func() {
		return changed(models.NewMatching(plane, 3), three, change)
	}
	r2d2 := func(change func(r *models.R2D2)) func() { return changed(models.NewR2D2(plane, 3), three, change) }
	return []misuse{
		{"NewPrototypical", "NewPrototypical: Ways is 1; it must be at least 2", func() { models.NewPrototypical(plane, 1) }},
		{"Prototypical.Network", "Network of models.Prototypical is nil",
			proto(func(p *models.Prototypical) { p.Network = nil })},
		{"Prototypical.Loss", "Loss of models.Prototypical is nil", proto(func(p *models.Prototypical) { p.Loss = nil })},
		{"Prototypical.Loss", "go with 3 of labels; Y has 1",
			proto(func(p *models.Prototypical) { p.Loss = nn.SquaredError{} })},
		{"Prototypical.Ways", "Prototypical: Ways is 0", proto(func(p *models.Prototypical) { p.Ways = 0 })},

		{"NewMatching", "NewMatching: Ways is -1", func() { models.NewMatching(plane, -1) }},
		{"Matching.Network", "Network of models.Matching is nil", matching(func(m *models.Matching) { m.Network = nil })},
		{"Matching.Loss", "Loss of models.Matching is nil", matching(func(m *models.Matching) { m.Loss = nil })},
		{"Matching.Ways", "Matching: Ways is 1", matching(func(m *models.Matching) { m.Ways = 1 })},
		{"Matching.Scale", "Matching: Scale is 0; it must be finite and above 0, and NewMatching sets a usual one",
			matching(func(m *models.Matching) { m.Scale = 0 })},
		{"Matching.Scale", "Matching: Scale is -2", matching(func(m *models.Matching) { m.Scale = -2 })},
		{"Matching.Scale", "Matching: Scale is +Inf", func() {
			m := models.NewMatching(plane, 3)
			m.Scale = inf
			e := metakit.Draw(three, 0, 0)
			metakit.Predict(m, make([]float64, nn.Size(m.Shapes())), e.Support, e.Query.X, []int{0})
		}},
		{"Matching.Init", "the source of random numbers is nil", func() { models.NewMatching(plane, 3).Init(nil) }},

		{"NewR2D2", "NewR2D2: Ways is 0", func() { models.NewR2D2(plane, 0) }},
		{"R2D2.Network", "Network of models.R2D2 is nil", r2d2(func(r *models.R2D2) { r.Network = nil })},
		{"R2D2.Loss", "Loss of models.R2D2 is nil", r2d2(func(r *models.R2D2) { r.Loss = nil })},
		{"R2D2.Ways", "R2D2: Ways is 0", r2d2(func(r *models.R2D2) { r.Ways = 0 })},
		{"R2D2.Lambda", "R2D2: Lambda is 0; it must be finite and above 0", r2d2(func(r *models.R2D2) { r.Lambda = 0 })},
		{"R2D2.Lambda", "R2D2: Lambda is NaN", r2d2(func(r *models.R2D2) { r.Lambda = nan })},
		{"R2D2.Scale", "R2D2: Scale is 0; it must be finite and not 0", r2d2(func(r *models.R2D2) { r.Scale = 0 })},
		{"R2D2.Scale", "R2D2: Scale is NaN", r2d2(func(r *models.R2D2) { r.Scale = nan })},
		{"R2D2.Shift", "R2D2: Shift is -Inf", r2d2(func(r *models.R2D2) { r.Shift = -inf })},
		{"R2D2.Init", "the source of random numbers is nil", func() { models.NewR2D2(plane, 3).Init(nil) }},
	}
}

func misuseOfNumbers() []misuse {
	ridge := func(change func(r *models.RidgeAttention)) func() {
		return changed(models.NewRidgeAttention(line), waves, change)
	}
	alpaca := func(change func(a *models.ALPaCA)) func() {
		return changed(models.NewALPaCA(line, 6, 1), waves, change)
	}
	kernel := func(change func(d *models.DeepKernel)) func() {
		return changed(models.NewDeepKernel(line), waves, change)
	}
	return []misuse{
		{"NewRidgeAttention", "Network of models.RidgeAttention is nil", learn(models.NewRidgeAttention(nil), waves)},
		{"RidgeAttention.Network", "Network of models.RidgeAttention is nil",
			ridge(func(r *models.RidgeAttention) { r.Network = nil })},
		{"RidgeAttention.Loss", "Loss of models.RidgeAttention is nil",
			ridge(func(r *models.RidgeAttention) { r.Loss = nil })},
		{"RidgeAttention.Loss", "a class needs at least 2",
			ridge(func(r *models.RidgeAttention) { r.Loss = nn.SoftmaxLoss{} })},
		{"RidgeAttention.Lambda", "RidgeAttention: Lambda is -1; it must be finite and above 0, and NewRidgeAttention sets",
			ridge(func(r *models.RidgeAttention) { r.Lambda = -1 })},
		{"RidgeAttention.Init", "the source of random numbers is nil", func() { models.NewRidgeAttention(line).Init(nil) }},

		{"NewALPaCA", "NewALPaCA: Features is 0 and Labels 1", func() { models.NewALPaCA(line, 0, 1) }},
		{"NewALPaCA", "NewALPaCA: Features is 6 and Labels -1", func() { models.NewALPaCA(line, 6, -1) }},
		{"ALPaCA.Network", "Network of models.ALPaCA is nil", alpaca(func(a *models.ALPaCA) { a.Network = nil })},
		{"ALPaCA.Features", "the network returns", alpaca(func(a *models.ALPaCA) { a.Features = 5 })},
		{"ALPaCA.Features", "of 6 features; Features is 5", alpaca(func(a *models.ALPaCA) { a.Features = 5 })},
		{"ALPaCA.Labels", "ALPaCA: Features is 6 and Labels 0", alpaca(func(a *models.ALPaCA) { a.Labels = 0 })},
		{"ALPaCA.Labels", "have 1 columns; Labels is 2", alpaca(func(a *models.ALPaCA) { a.Labels = 2 })},
		{"ALPaCA.Noise", "ALPaCA: Noise is 0; it must be finite and above 0", alpaca(func(a *models.ALPaCA) { a.Noise = 0 })},
		{"ALPaCA.Floor", "ALPaCA: Floor is -0.1; it must be finite and not negative",
			alpaca(func(a *models.ALPaCA) { a.Floor = -0.1 })},
		{"ALPaCA.Floor", "ALPaCA: Floor is NaN", alpaca(func(a *models.ALPaCA) { a.Floor = nan })},
		{"ALPaCA.Shapes", "ALPaCA: Features is 0 and Labels 0", func() { models.ALPaCA{}.Shapes() }},
		{"ALPaCA.Init", "ALPaCA: Features is 0 and Labels 0", func() { models.ALPaCA{}.Init(nil) }},
		{"ALPaCA.Init", "the source of random numbers is nil", func() { models.NewALPaCA(line, 6, 1).Init(nil) }},

		{"NewDeepKernel", "Network of models.DeepKernel is nil", learn(models.NewDeepKernel(nil), waves)},
		{"DeepKernel.Network", "Network of models.DeepKernel is nil", kernel(func(d *models.DeepKernel) { d.Network = nil })},
		{"DeepKernel.Amplitude", "DeepKernel: Amplitude is 0; it must be finite and above 0",
			kernel(func(d *models.DeepKernel) { d.Amplitude = 0 })},
		{"DeepKernel.Lengthscale", "DeepKernel: Lengthscale is NaN",
			kernel(func(d *models.DeepKernel) { d.Lengthscale = nan })},
		{"DeepKernel.Noise", "DeepKernel: Noise is +Inf", kernel(func(d *models.DeepKernel) { d.Noise = inf })},
		{"DeepKernel.Init", "the source of random numbers is nil", func() { models.NewDeepKernel(line).Init(nil) }},

		// A learner by itself, without the kit that looks at its fields first.
		{"RidgeAttention.Network", "autodiff: ", func() {
			g := autodiff.New()
			l := models.NewRidgeAttention(nn.MLP{Widths: []int{2, 3}})
			support := metakit.TracedSet{X: g.Input("x", 3, 2), Y: g.Input("y", 2, 1)}
			l.Predict(nil, g.Params(l.Shapes()), support, g.Input("q", 1, 2), 0)
		}},
	}
}
