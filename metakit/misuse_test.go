package metakit_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/exported"
	"kindred/metakit"
	"kindred/metakit/baseline"
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
	for _, m := range slices.Concat(misuseOfSetsAndEpisodes(t), misuseOfTraining(t), misuseOfEvaluation(t), misuseOfRates()) {
		said := exported.Panic(t, m.name, m.call)
		prefix, _, _ := strings.Cut(said, ": ")
		known := slices.Contains([]string{"metakit", "nn", "interval", "autodiff"}, prefix)
		if !known || !strings.Contains(said, m.want) {
			t.Errorf("%s: panic %q, want a sentence that says %q", m.name, said, m.want)
		}
		tested = append(tested, m.name)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
	if _, err := resumable().Resume(metakit.Checkpoint{}); err == nil {
		t.Error("the zero checkpoint is taken")
	}
}

// harmless lists what is exported and has no row of its own, with the reason.
var harmless = map[string]string{
	"Shown": "the kit sets it", "Remainder": "the kit sets it", "Order": "all have words", "Outcome": "the kit sets it", "Score": "the kit sets it",
	"Step": "the kit sets it", "Run.History": "the kit sets it", "Run.Refused": "the kit sets it",
	"Run.Validation": "the kit sets it", "Run.Best": "the kit sets it",
	"Run.Meta": "its owner's to change", "Run.Statistics": "its owner's to change",
	"Checkpoint": "its errors: TestResumeRefusesDamage", "Settings": "its errors: TestResumeRefusesAnotherTraining",
	"Training.Resume": "its errors: TestResumeRefusesAnotherTraining", "WriteCheckpoint": "its errors: internal/durable",
	"ReadCheckpoint": "its errors: internal/durable",
	"Set":            "what uses one refuses it", "Episode.Support": "see Episode.Size", "Episode.Query": "see Episode.Size",
	"TracedSet": "autodiff refuses a zero value", "Collection.Len": "none are 0",
	"Training.Seed": "all make sense", "Evaluation.Seed": "all make sense", "Training.NoPenalty": "both make sense",
	"Descent.FirstOrder": "both make sense", "MAML.FirstOrder": "both make sense", "MAML.InnerPenalty": "both make sense",
	"MetaSGD.InnerPenalty": "both make sense", "Pooled.InnerPenalty": "both make sense", "Reptile.InnerPenalty": "both make sense",
	"Descent.Once": "both make sense", "IMAML.InnerPenalty": "both make sense", "CAVIA.FirstOrder": "both make sense",
	"CAVIA.InnerPenalty": "both make sense", "ProtoMAML.FirstOrder": "both make sense",
	"ProtoMAML.StopPrototypes": "both make sense", "ProtoMAML.InnerPenalty": "both make sense",
	"CAVIA.TrainingSteps": "a number", "IMAML.TrainingSteps": "a number", "ProtoMAML.TrainingSteps": "a number",
	"MAML.Path": "what fits, as in Predict", "CAVIA.Path": "what fits, as in Predict",
	"CAVIA.Predict": "the kit calls it, with what fits", "IMAML.Predict": "the kit calls it, with what fits",
	"ProtoMAML.Predict": "the kit calls it, with what fits", "IMAML.MetaGradient": "the kit calls it, with what fits",
	"NewIMAML": "Training refuses the fields", "NewCAVIA": "Training refuses the fields", "Implicit": "the kit sets it",
	"Scratch.InnerPenalty": "both make sense", "MAML.TrainingSteps": "a number", "MetaSGD.TrainingSteps": "a number",
	"Reptile.TrainingSteps": "a number", "MetaSGD.Shapes": "Training refuses the fields",
	"MAML.Predict": "the kit calls it, with what fits", "MetaSGD.Predict": "the kit calls it, with what fits",
	"Pooled.Predict": "the kit calls it, with what fits", "Reptile.Predict": "the kit calls it, with what fits",
	"Scratch.Predict": "the kit calls it, with what fits", "Pooled.MetaGradient": "the kit calls it, with what fits",
	"Reptile.MetaGradient": "the kit calls it, with what fits", "Scratch.MetaGradient": "the kit calls it, with what fits",
	"MetaSGD.PerStep": "both make sense", "MetaCurvature.InnerPenalty": "both make sense", "TNet.InnerPenalty": "both make sense",
	"MetaCurvature.TrainingSteps": "a number", "TNet.TrainingSteps": "a number",
	"MetaCurvature.Predict": "the kit calls it, with what fits", "TNet.Predict": "the kit calls it, with what fits",
	"RatesOf.String": "names what it is not, too", "MetaCurvature.Shapes": "Training refuses the fields",
}

var nan, inf = math.NaN(), math.Inf(1)

func misuseOfSetsAndEpisodes(t *testing.T) []misuse {
	x, y, z := mat.NewDense(2, 1, nil), mat.NewDense(3, 1, nil), mat.NewDense(2, 2, nil)
	good := metakit.Set{X: x, Y: x}
	size := metakit.Size{Support: 1, Query: 1, In: 1, Out: 1}
	with := func(change func(s *metakit.Size)) func() {
		return func() { s := size; change(&s); metakit.NewEpisode(s) }
	}
	return []misuse{
		{"NewSet", "0 entries of X and 0 of Y do not make 0 rows", func() { metakit.NewSet(0, nil, nil) }},
		{"NewSet", "do not make -1 rows", func() { metakit.NewSet(-1, []float64{1}, []float64{1}) }},
		{"NewSet", "6 entries of X and 4 of Y do not make 3 rows", func() { metakit.NewSet(3, make([]float64, 6), make([]float64, 4)) }},
		{"Size.Support", "every number must be at least 1", with(func(s *metakit.Size) { s.Support = 0 })},
		{"Size.Query", "every number must be at least 1", with(func(s *metakit.Size) { s.Query = -1 })},
		{"Size.In", "every number must be at least 1", with(func(s *metakit.Size) { s.In = 0 })},
		{"Size.Out", "every number must be at least 1", with(func(s *metakit.Size) { s.Out = -7 })},
		{"Size.Query", "a set has 2³² entries at most", with(func(s *metakit.Size) { s.Query = math.MaxInt })},
		{"Size.Support", "a set has 2³² entries at most", with(func(s *metakit.Size) { s.Support, s.In = 1<<20, 1<<20 })},
		{"Draw", "Draw: the distribution is nil", func() { metakit.Draw(nil, 0, 0) }},
		{"Episode.Size", "Episode: it is nil", func() { (*metakit.Episode)(nil).Size() }},
		{"Episode.Size", "X or Y of a set is nil or empty", func() { new(metakit.Episode).Size() }},
		{"Episode.Size", "X or Y of a set is nil or empty", func() { (&metakit.Episode{Support: metakit.Set{X: x, Y: new(mat.Dense)}, Query: good}).Size() }},
		{"Episode.Size", "support X 2×1 and Y 3×1", func() { (&metakit.Episode{Support: metakit.Set{X: x, Y: y}, Query: good}).Size() }},
		{"Episode.Size", "query X 2×1 and Y 2×2 do not fit", func() { (&metakit.Episode{Support: good, Query: metakit.Set{X: x, Y: z}}).Size() }},
		{"Collect", "0 episodes of tasks.Sinusoid", func() { metakit.Collect(sines, 0, 0) }},
		{"Collect", "-5 episodes of tasks.Sinusoid", func() { metakit.Collect(sines, 0, -5) }},
		{"Collect", "3 episodes of <nil>", func() { metakit.Collect(nil, 0, 3) }},
		{"Collection.Size", "Collection: no episodes", func() { metakit.Collection{}.Size(0, 0) }},
		{"Draw", "Collection: no episodes", func() { metakit.Draw(metakit.Collection(nil), 0, 0) }},
		{"Collection.Size", "Collection: episode 0 is nil", func() { metakit.Collection{nil}.Size(0, 0) }},
		{"Collection.Draw", "that to be filled", func() { metakit.Collect(sines, 0, 1).Draw(metakit.NewEpisode(size), 0, 0) }},
		{"NewEpisode", "every number must be at least 1", func() { metakit.NewEpisode(metakit.Size{}) }},
		{"Episode.Rand", "Episode.Rand: the episode is nil", func() { (*metakit.Episode)(nil).Rand(1, 1) }},
		{"Episode.Rand", "Episode.Rand: the episode is nil", func() { sines.Draw(nil, 1, 1) }},
		{"TestIndex", "TestIndex: episode -1; they count from 0", func() { metakit.TestIndex(-1) }},
		{"MeanInterval", "interval: Mean: no values", func() { metakit.MeanInterval(nil) }},
		{"PairedInterval", "2 values paired with 1", func() { metakit.PairedInterval([]float64{1, 2}, []float64{1}) }},
		{"MedianRange", "MedianRange: no values", func() { metakit.MedianRange(nil) }},
		{"UpTo", "UpTo: -1 steps", func() { metakit.UpTo(-1) }},
		{"UpTo", "their number must be between 0 and 1048576", func() { metakit.UpTo(math.MaxInt) }},
	}
}

func misuseOfTraining(t *testing.T) []misuse {
	with := func(change func(t *metakit.Training)) func() {
		return func() { tr := resumable(); change(&tr); _, _ = tr.Start() }
	}
	learner := func(l metakit.Learner) func() { return with(func(t *metakit.Training) { t.Learner = l }) }
	rule := func(r nn.Rule) func() { return with(func(t *metakit.Training) { t.Optimizer = r }) }
	validation := func(change func(v *metakit.Validation)) func() {
		v := metakit.Validation{Tasks: sines, Episodes: 3, Every: 2}
		change(&v)
		return with(func(t *metakit.Training) { t.Validation = v })
	}
	good := begin(t, resumable())
	imaml := func(change func(m *metakit.IMAML)) func() {
		m := metakit.NewIMAML(small, mse)
		change(&m)
		return learner(m)
	}
	cavia := func(change func(c *metakit.CAVIA)) func() {
		c := metakit.NewCAVIA(nn.MLP{Widths: []int{6, 1}}, mse)
		change(&c)
		return learner(c)
	}
	proto := func(change func(p *metakit.ProtoMAML)) func() {
		p := metakit.ProtoMAML{Network: small, Loss: nn.SoftmaxLoss{}, Ways: 2, Steps: 1, Inner: sgd}
		change(&p)
		return learner(p)
	}
	part := func(net nn.Network, p metakit.Part) func() {
		return learner(metakit.MAML{Network: net, Loss: mse, Adapts: p})
	}
	return []misuse{
		{"MAML.Adapts", `MAML: Adapts is "tail"; it must be Everything, Head or Body`, part(small, "tail")},
		{"MAML.Adapts", `Adapts is "head", and metakit_test.plain does not say which`, part(plain{small}, metakit.Head)},
		{"MAML.Adapts", `Adapts is "body", and nn.MLP has one layer, which is its head`, part(nn.MLP{Widths: []int{1, 1}}, metakit.Body)},
		{"MAML.Adapts", "names the layers of 4 parameters and has 6", part(headed{small}, metakit.Head)},
		{"MAML.Recompute", "Recompute is -1; it must not be negative", learner(metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd, Recompute: -1})},
		{"IMAML.Network", "Network of metakit.IMAML is nil", learner(metakit.IMAML{Loss: mse})},
		{"IMAML.Loss", "Loss of metakit.IMAML is nil", learner(metakit.IMAML{Network: small})},
		{"IMAML.Steps", "-1 steps; their number", imaml(func(m *metakit.IMAML) { m.Steps = -1 })},
		{"IMAML.Inner", "the rule of the inner steps is nil", imaml(func(m *metakit.IMAML) { m.Inner = nil })},
		{"IMAML.Lambda", "Lambda is 0; it must be above 0", imaml(func(m *metakit.IMAML) { m.Lambda = 0 })},
		{"IMAML.Lambda", "Lambda is NaN", imaml(func(m *metakit.IMAML) { m.Lambda = nan })},
		{"IMAML.Iterations", "Iterations is 0; it must be between 1 and 65536", imaml(func(m *metakit.IMAML) { m.Iterations = 0 })},
		{"IMAML.Tolerance", "Tolerance is 1; it must be at least 0 and below 1", imaml(func(m *metakit.IMAML) { m.Tolerance = 1 })},
		{"IMAML.Tolerance", "Tolerance is NaN", imaml(func(m *metakit.IMAML) { m.Tolerance = nan })},
		{"IMAML.Shift", "Shift is -1; it must not be negative", imaml(func(m *metakit.IMAML) { m.Shift = -1 })},
		{"IMAML.Damping", "Damping is +Inf; it must not be negative", imaml(func(m *metakit.IMAML) { m.Damping = inf })},
		{"IMAML.Solve", "IMAML.Solve: Network of metakit.IMAML is nil", func() { metakit.IMAML{}.Solve(nil, nil) }},
		{"IMAML.Solve", "Episode: it is nil", func() { metakit.NewIMAML(small, mse).Solve(nil, nil) }},
		{"IMAML.Solve", "IMAML.Solve: 0 meta-parameters, the learner has 37", func() {
			metakit.NewIMAML(small, mse).Solve(nil, metakit.Draw(sines, 0, 0))
		}},
		{"CAVIA.Network", "Network of metakit.CAVIA is nil", learner(metakit.CAVIA{Loss: mse})},
		{"CAVIA.Loss", "Loss of metakit.CAVIA is nil", cavia(func(c *metakit.CAVIA) { c.Loss = nil })},
		{"CAVIA.Context", "CAVIA: Context is -1", cavia(func(c *metakit.CAVIA) { c.Context = -1 })},
		{"CAVIA.Context", "have 5 columns; widths [6 1] want 6", cavia(func(c *metakit.CAVIA) { c.Context = 4 })},
		{"CAVIA.Steps", "metakit.CAVIA: -1 steps", cavia(func(c *metakit.CAVIA) { c.Steps = -1 })},
		{"CAVIA.Inner", "the rule of the inner steps is nil", cavia(func(c *metakit.CAVIA) { c.Inner = nil })},
		{"CAVIA.Recompute", "Recompute is -3", cavia(func(c *metakit.CAVIA) { c.Recompute = -3 })},
		{"ProtoMAML.Network", "Network of metakit.ProtoMAML is nil", proto(func(p *metakit.ProtoMAML) { p.Network = nil })},
		{"ProtoMAML.Loss", "Loss of metakit.ProtoMAML is nil", proto(func(p *metakit.ProtoMAML) { p.Loss = nil })},
		{"ProtoMAML.Loss", "go with 2 of labels; Y has 1", proto(func(p *metakit.ProtoMAML) { p.Loss = mse })},
		{"ProtoMAML.Ways", "ProtoMAML: Ways is 1; there must be at least 2 classes", proto(func(p *metakit.ProtoMAML) { p.Ways = 1 })},
		{"ProtoMAML.Steps", "metakit.ProtoMAML: -1 steps", proto(func(p *metakit.ProtoMAML) { p.Steps = -1 })},
		{"ProtoMAML.Inner", "the rule of the inner steps is nil", proto(func(p *metakit.ProtoMAML) { p.Inner = nil })},
		{"ProtoMAML.Recompute", "Recompute is -1", proto(func(p *metakit.ProtoMAML) { p.Recompute = -1 })},
		{"Training.Start", "Learner is nil", func() { _, _ = metakit.Training{MetaBatch: 1, Optimizer: adam}.Start() }},
		{"Training.Learner", "the learner is a nil *metakit_test.firstNumbers", learner((*firstNumbers)(nil))},
		{"Training.Tasks", "Tasks is nil", with(func(t *metakit.Training) { t.Tasks = nil })},
		{"Training.Tasks", "Collection: no episodes", with(func(t *metakit.Training) { t.Tasks = metakit.Collection{} })},
		{"Training.Tasks", "Collection: episode 1 is nil", with(func(t *metakit.Training) { t.Tasks = append(metakit.Collect(sines, 1, 1), nil) })},
		{"Training.Iterations", "Iterations is -1", with(func(t *metakit.Training) { t.Iterations = -1 })},
		{"Training.CheckpointFile", `CheckpointFile is "a file" and CheckpointEvery 0s`, with(func(t *metakit.Training) { t.CheckpointFile = "a file" })},
		{"Training.CheckpointEvery", `CheckpointFile is "" and CheckpointEvery 1m0s`, with(func(t *metakit.Training) { t.CheckpointEvery = time.Minute })},
		{"Training.CheckpointEvery", "CheckpointEvery -1ns", with(func(t *metakit.Training) { t.CheckpointFile, t.CheckpointEvery = "a file", -1 })},
		{"Training.MetaBatch", "MetaBatch is 0", with(func(t *metakit.Training) { t.MetaBatch = 0 })},
		{"Training.MetaBatch", "MetaBatch is -25", with(func(t *metakit.Training) { t.MetaBatch = -25 })},
		{"Training.MetaBatch", "it must be between 1 and 16777216", with(func(t *metakit.Training) { t.MetaBatch = 1 << 40 })},
		{"Training.Optimizer", "Optimizer is nil", rule(nil)},
		{"Training.Optimizer", "Rate is NaN", rule(nn.SGD{Rate: nan})},
		{"Training.Optimizer", "Epsilon is 0", rule(nn.Adam{Rate: 0.01})},
		{"Training.Precision", "7 is no precision", with(func(t *metakit.Training) { t.Precision = 7 })},
		{"Training.ClipNorm", "ClipNorm is -1", with(func(t *metakit.Training) { t.ClipNorm = -1 })},
		{"Training.ClipNorm", "ClipNorm is NaN", with(func(t *metakit.Training) { t.ClipNorm = nan })},
		{"Training.Schedule", "Steps is -3", with(func(t *metakit.Training) { t.Schedule = nn.Warmup{Steps: -3} })},
		{"Training.Memory", "MetaBatch is 0", func() { metakit.Training{Optimizer: adam}.Memory() }},
		{"Training.Validation", "Validation has no Tasks to choose by", validation(func(v *metakit.Validation) { v.Tasks = nil })},
		{"Validation.Tasks", "validation episode 0 has the support set of training episode 0", validation(func(v *metakit.Validation) {
			v.Tasks = metakit.Collect(sines.Test(), 1, 3)
		})},
		{"Validation.Episodes", "Episodes is 0; say how many", validation(func(v *metakit.Validation) { v.Episodes = 0 })},
		{"Validation.Every", "Every is 0; it must be at least 1", validation(func(v *metakit.Validation) { v.Every = 0 })},
		{"Validation.Patience", "Patience is -1", validation(func(v *metakit.Validation) { v.Patience = -1 })},
		{"Validation.MinDelta", "MinDelta is NaN", validation(func(v *metakit.Validation) { v.MinDelta = nan })},
		{"Validation.MinDelta", "MinDelta is 1 and Patience 0", validation(func(v *metakit.Validation) { v.MinDelta = 1 })},
		{"MAML.Network", "Network of metakit.MAML is nil", learner(metakit.MAML{Loss: mse})},
		{"MAML.Loss", "Loss of metakit.MAML is nil; give one, such as nn.SquaredError{}", learner(metakit.MAML{Network: small})},
		{"Reptile.Loss", "Loss of metakit.Reptile is nil", learner(metakit.Reptile{Network: small})},
		{"MetaSGD.Network", "Network of metakit.MetaSGD is nil", learner(metakit.MetaSGD{})},
		{"MetaSGD.Loss", "Loss of metakit.MetaSGD is nil", learner(metakit.MetaSGD{Network: small})},
		{"MetaSGD.Steps", "metakit.MetaSGD: -1 steps", learner(metakit.MetaSGD{Network: small, Loss: mse, Rate: 0.1, Steps: -1})},
		{"MetaSGD.Init", "the source of random numbers is nil", func() { metakit.MetaSGD{Network: small, Rate: 0.1}.Init(nil) }},
		{"Pooled.Network", "Network of metakit.Pooled is nil", learner(metakit.Pooled{Loss: mse})},
		{"Reptile.Network", "Network of metakit.Reptile is nil", learner(metakit.Reptile{Loss: mse})},
		{"Reptile.Inner", "the rule of the inner steps is nil", learner(metakit.Reptile{Network: small, Loss: mse, Steps: 1})},
		{"Scratch.Loss", "Loss of metakit.Scratch is nil", learner(metakit.Scratch{Network: small})},
		{"Scratch.Restart", "the source of random numbers is nil", func() { metakit.Scratch{Network: small}.Restart(nil, nil) }},
		{"Pooled.Loss", "Loss of metakit_test.halfFresh is nil", learner(halfFresh{metakit.Pooled{Network: small}})},
		{"Scratch.Network", "Network of metakit.Scratch is nil", learner(metakit.Scratch{Loss: mse})},
		{"MAML.Steps", "metakit.MAML: -3 steps", learner(metakit.MAML{Network: small, Loss: mse, Steps: -3, Inner: sgd})},
		{"MAML.Inner", "the rule of the inner steps is nil", learner(metakit.MAML{Network: small, Loss: mse, Steps: 1})},
		{"MAML.Inner", "Rate is -1", learner(metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: -1}})},
		{"Reptile.Steps", "-2 steps", learner(metakit.Reptile{Network: small, Loss: mse, Steps: -2, Inner: sgd})},
		{"Reptile.OverRate", "OverRate divides by the rate", learner(metakit.Reptile{Network: small, Loss: mse, Inner: nn.SGD{}, OverRate: true})},
		{"Reptile.OverRate", "OverRate divides by the rate", learner(metakit.Reptile{Network: small, Loss: mse, OverRate: true})},
		{"MetaSGD.Rate", "MetaSGD: Rate is +Inf", learner(metakit.MetaSGD{Network: small, Loss: mse, Rate: inf})},
		{"Training.Learner", "go with 3 of labels; Y has 1", learner(metakit.MAML{Network: nn.MLP{Widths: []int{1, 3}}, Loss: mse})},
		{"Training.Learner", "a class needs at least 2", learner(metakit.MAML{Network: small, Loss: nn.SoftmaxLoss{}})},
		{"Training.Learner", "returns 2 predictions after 0 steps; there must be 1", learner(odd{small, mse, 2, 0})},
		{"Training.Learner", "returns 0 predictions after 0 steps", learner(odd{small, mse, 0, 0})},
		{"Training.Learner", "for 10 query points; there must be a row for each", learner(odd{small, mse, 1, 4})},
		{"Training.Learner", "MetaGradient: the loss must be 1×1", learner(oddGradient{metakit.Pooled{Network: small, Loss: mse}})},
		{"Run.Steps", "Run.Steps: the run was not started", func() { new(metakit.Run).Steps(t.Context()) }},
		{"Run.Steps", "Run.Steps: the run was not started", func() { (*metakit.Run)(nil).Steps(t.Context()) }},
		{"Run.Checkpoint", "Run.Checkpoint: the run was not started", func() { new(metakit.Run).Checkpoint() }},
		{"Run.Steps", "Run.Steps: the run is a copy of one", func() { c := *good; c.Steps(t.Context()) }},
		{"Run.Checkpoint", "Run.Checkpoint: the run is a copy of one", func() { c := *good; c.Checkpoint() }},
		{"Run.Steps", "Run.Steps: the context is nil", func() { good.Steps(noContext) }},
		{"Training.Run", "Training.Run: the context is nil", func() { resumable().Run(noContext) }},
	}
}

var noContext context.Context

// plain is a network that says nothing of layers.
type plain struct{ nn.Network }

// odd is a learner with too many or too few predictions, or too few rows.
type odd struct {
	nn.Network
	nn.Loss
	Predictions, Rows int
}

func (o odd) Predict(t *nn.Trace, meta autodiff.Params, _ metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	p := o.Apply(t, meta, queryX)
	if o.Rows > 0 {
		p = p.SliceRows(0, o.Rows)
	}
	var all []autodiff.Value
	for range o.Predictions {
		all = append(all, p)
	}
	return all
}

// oddGradient is a learner whose meta-gradient lacks a matrix.
type oddGradient struct{ metakit.Pooled }

func (o oddGradient) MetaGradient(t *nn.Trace, meta autodiff.Params, support, query metakit.TracedSet) (
	autodiff.Value, autodiff.Params) {
	loss, gradient := o.Pooled.MetaGradient(t, meta, support, query)
	return loss, gradient.Slice(1, gradient.Len())
}

func misuseOfEvaluation(t *testing.T) []misuse {
	l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	meta := start(l, 1)
	with := func(change func(e *metakit.Evaluation)) func() {
		return func() {
			e := metakit.Evaluation{Learner: l, Tasks: sines, Steps: []int{0}, Episodes: 3}
			change(&e)
			e.Run(t.Context(), meta)
		}
	}
	e := metakit.Evaluation{Tasks: sines, Episodes: 3}
	base := func(p metakit.Predictor, loss nn.Loss) func() {
		return func() { e.Baseline(t.Context(), p, loss) }
	}
	good := metakit.NewAdapter(l, meta, nil, 0)
	set := metakit.Draw(sines, 0, 0).Support
	three, wide := mat.NewDense(2, 3, nil), metakit.Set{X: set.X, Y: mat.NewDense(10, 2, nil)}
	statistic := metakit.Pooled{Network: normalised{MLP: small}, Loss: mse}
	step := metakit.Descent{Step: metakit.Follow(sgd)}
	return []misuse{
		{"Evaluation.Learner", "Evaluation: Learner is nil", with(func(e *metakit.Evaluation) { e.Learner = nil })},
		{"Evaluation.Learner", "Loss of metakit.MAML is nil", with(func(e *metakit.Evaluation) { e.Learner = metakit.MAML{Network: small} })},
		{"Evaluation.Tasks", "Evaluation: Tasks is nil", with(func(e *metakit.Evaluation) { e.Tasks = nil })},
		{"Evaluation.Steps", "Steps is empty", with(func(e *metakit.Evaluation) { e.Steps = nil })},
		{"Evaluation.Steps", "Evaluation: -1 steps", with(func(e *metakit.Evaluation) { e.Steps = []int{1, -1} })},
		{"Evaluation.Steps", "steps; their number must be between", with(func(e *metakit.Evaluation) { e.Steps = []int{math.MaxInt} })},
		{"Evaluation.Episodes", "Episodes is 0; say how many", with(func(e *metakit.Evaluation) { e.Episodes = 0 })},
		{"Evaluation.Episodes", "Episodes is -4", with(func(e *metakit.Evaluation) { e.Episodes = -4 })},
		{"Evaluation.Run", "Evaluation: 7 meta-parameters, the learner has 37", func() {
			metakit.Evaluation{Learner: l, Tasks: sines, Steps: []int{0}, Episodes: 3}.Run(t.Context(), make([]float64, 7))
		}},
		{"Evaluation.Statistics", "2 running statistics, the learner has 0", with(func(e *metakit.Evaluation) { e.Statistics = make([]float64, 2) })},
		{"Evaluation.Learner", "0 running statistics, the learner has 24", with(func(e *metakit.Evaluation) { e.Learner = statistic })},
		{"Evaluation.Precision", "7 is no precision", with(func(e *metakit.Evaluation) { e.Precision = 7 })},
		{"Scratch.Inner", "the rule of the inner steps is nil", with(func(e *metakit.Evaluation) {
			e.Learner, e.Steps = metakit.Scratch{Network: small, Loss: mse}, []int{1}
		})},
		{"Pooled.Inner", "Rate is -1", with(func(e *metakit.Evaluation) {
			e.Learner, e.Steps = metakit.Pooled{Network: small, Loss: mse, Inner: nn.SGD{Rate: -1}}, []int{1}
		})},
		{"Evaluation.Run", "Evaluation.Run: the context is nil", func() { metakit.Evaluation{}.Run(noContext, nil) }},
		{"Evaluation.Baseline", "Evaluation.Baseline: the context is nil", func() { e.Baseline(noContext, baseline.Zero{}, mse) }},
		{"Evaluation.Baseline", "the predictor or the loss is nil", base(nil, mse)},
		{"Evaluation.Baseline", "the predictor or the loss is nil", base(baseline.Zero{}, nil)},
		{"Evaluation.Baseline", "must return 10 rows", base(short{}, mse)},
		{"Evaluation.Baseline", "returns 5 columns, which do not go with the 1", base(fifths{}, mse)},
		{"Evaluation.Baseline", "Tasks is nil", func() { metakit.Evaluation{Episodes: 3}.Baseline(t.Context(), baseline.Zero{}, mse) }},
		{"Evaluation.Memory", "Learner is nil", func() { metakit.Evaluation{Tasks: sines, Episodes: 1}.Memory() }},
		{"Evaluation.Panels", "Evaluation.Panels: the context is nil", func() { metakit.Evaluation{}.Panels(noContext, nil) }},
		{"Panel.Name", `the panel "" has no name`, func() { e.Panels(t.Context(), meta, metakit.Panel{Tasks: sines}) }},
		{"Panel.Tasks", `the panel "wide" has no name, no Tasks`, func() { e.Panels(t.Context(), meta, metakit.Panel{Name: "wide"}) }},
		{"Shots", "Shots: the function is nil", func() { metakit.Shots(nil, 1) }},
		{"Shots", "there are no numbers of shots", func() { metakit.Shots(waves) }},
		{"Outcome.Minus", `of the episodes "" and "a"`, func() { metakit.Outcome{}.Minus(metakit.Outcome{Episodes: "a"}) }},
		{"Evaluation.Episode", "Tasks is nil", func() { metakit.Evaluation{}.Episode(0) }},
		{"Evaluation.Episode", "its number is -1", func() { e.Episode(-1) }},

		{"NewAdapter", "NewAdapter: Learner is nil", func() { metakit.NewAdapter(nil, nil, nil, 0) }},
		{"NewAdapter", "Network of metakit.MAML is nil", func() { metakit.NewAdapter(metakit.MAML{}, nil, nil, 0) }},
		{"NewAdapter", "NewAdapter: Steps is empty", func() { metakit.NewAdapter(l, meta, nil) }},
		{"NewAdapter", "NewAdapter: -2 steps", func() { metakit.NewAdapter(l, meta, nil, -2) }},
		{"NewAdapter", "NewAdapter: 3 meta-parameters, the learner has 37", func() { metakit.NewAdapter(l, make([]float64, 3), nil, 0) }},
		{"NewAdapter", "number 0 of 37 is NaN", func() { metakit.NewAdapter(l, append([]float64{nan}, meta[1:]...), nil, 0) }},
		{"NewAdapter", "number 1 of 2 is +Inf", func() { metakit.NewAdapter(l, meta, []float64{0, inf}, 0) }},
		{"Adapter.WriteFile", "the adapter has no learner", func() { new(metakit.Adapter).WriteFile("a file") }},
		{"OpenAdapter", "OpenAdapter: Learner is nil", func() { metakit.OpenAdapter("a file", nil) }},
		{"Adapter.Predict", "the adapter has no learner", func() { new(metakit.Adapter).Predict(set, set.X) }},
		{"Adapter.Predict", "the adapter has no learner", func() { (*metakit.Adapter)(nil).Predict(set, set.X) }},
		{"Adapter.Shown", "the adapter has no learner", func() { new(metakit.Adapter).Shown(set, set.X) }},
		{"Adapter.Predict", "is nil or empty", func() { good.Predict(metakit.Set{}, set.X) }},
		{"Adapter.Predict", "is nil or empty", func() { good.Predict(set, nil) }},
		{"Adapter.Predict", "is nil or empty", func() { good.Predict(set, new(mat.Dense)) }},
		{"Adapter.Adapt", "is nil or empty", func() { good.Adapt(metakit.Set{X: set.X}) }},
		{"Adapter.Shown", "is nil or empty", func() { good.Shown(set, nil) }},
		{"Adapter.Predict", "support X 10×1 and Y 10×1 and x 2×3 do not fit", func() { good.Predict(set, three) }},
		{"Adapter.Predict", "Y has 2", func() { good.Predict(wide, set.X) }},
		{"Predict", "0 running statistics, the learner has 24", func() { metakit.Predict(statistic, meta, set, set.X, []int{0}) }},
		{"Predict", "Steps is empty", func() { metakit.Predict(l, meta, set, set.X, nil) }},

		{"MetaGradient", "MetaGradient: Learner is nil", func() { metakit.MetaGradient(nil, meta, metakit.Draw(sines, 0, 0)) }},
		{"MetaGradient", "Episode: it is nil", func() { metakit.MetaGradient(l, meta, nil) }},
		{"MetaGradient", "MetaGradient: 2 meta-parameters", func() { metakit.MetaGradient(l, meta[:2], metakit.Draw(sines, 0, 0)) }},
		{"CheckMetaGradient", "Episode: it is nil", func() { metakit.CheckMetaGradient(l, meta, nil, 0) }},
		{"CheckMetaGradient", "CheckMetaGradient: 0 meta-parameters", func() { metakit.CheckMetaGradient(l, nil, metakit.Draw(sines, 0, 0), 0) }},

		{"Descent.Step", "Descent: Step is nil", func() { metakit.Descent{}.Path(nil, autodiff.Params{}, 1, nil) }},
		{"Descent.Path", "Descent.Path: loss is nil", func() { step.Path(nil, autodiff.Params{}, 1, nil) }},
		{"Descent.Recompute", "Descent: Recompute is -1; it must not be negative, and 0 keeps all steps", func() {
			metakit.Descent{Step: metakit.Follow(sgd), Recompute: -1}.Path(nil, autodiff.Params{}, 1, nil)
		}},
		{"Follow", "the rule of the inner steps is nil", func() { metakit.Follow(nil)(0, autodiff.Params{}, autodiff.Params{}) }},
		{"SupportLoss", "SupportLoss: the network is nil", func() { metakit.SupportLoss(nil, mse, metakit.TracedSet{}) }},
		{"Along", "Along: the network is nil", func() { metakit.Along(nil, nil, nil, autodiff.Value{}) }},
		{"MeanLoss", "MeanLoss: the loss is nil", func() { metakit.MeanLoss(nil, autodiff.Value{}, autodiff.Value{}) }},
		{"MeanLoss", "the zero Value belongs to no graph", func() { metakit.MeanLoss(mse, autodiff.Value{}, autodiff.Value{}) }},
		{"Descent.Path", "Descent.Path: -1 steps", func() { step.Path(nil, autodiff.Params{}, -1, nil) }},
		{"Descent.Penalty", "the trace is nil, which has no penalties", func() {
			metakit.Descent{Step: metakit.Follow(sgd), Penalty: true}.Path(nil, autodiff.Params{}, 1, nil)
		}},
	}
}

// short predicts one row.
type short struct{}

func (short) Predict(metakit.Set, *mat.Dense) *mat.Dense { return mat.NewDense(1, 1, nil) }
