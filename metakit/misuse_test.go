package metakit_test

import (
	"context"
	"math"
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

// A misuse is a call that makes no sense, and the sentence that it is refused with.
type misuse struct {
	want string
	call func()
}

func refuses(t *testing.T, all []misuse) {
	t.Helper()
	for _, m := range all {
		said := exported.Panic(t, m.want, m.call)
		prefix, _, _ := strings.Cut(said, ": ")
		known := prefix == "metakit" || prefix == "nn" || prefix == "interval"
		if !known || !strings.Contains(said, m.want) {
			t.Errorf("panic %q, want a sentence that says %q", said, m.want)
		}
	}
}

var nan, inf = math.NaN(), math.Inf(1)

func TestMisuseOfSetsAndEpisodes(t *testing.T) {
	x, y, z := mat.NewDense(2, 1, nil), mat.NewDense(3, 1, nil), mat.NewDense(2, 2, nil)
	good := metakit.Set{X: x, Y: x}
	size := metakit.Size{Support: 1, Query: 1, In: 1, Out: 1}
	with := func(change func(s *metakit.Size)) func() {
		return func() { s := size; change(&s); metakit.NewEpisode(s) }
	}
	refuses(t, []misuse{
		{"0 entries of X and 0 of Y do not make 0 rows", func() { metakit.NewSet(0, nil, nil) }},
		{"do not make -1 rows", func() { metakit.NewSet(-1, []float64{1}, []float64{1}) }},
		{"6 entries of X and 4 of Y do not make 3 rows", func() { metakit.NewSet(3, make([]float64, 6), make([]float64, 4)) }},
		{"every number must be at least 1", with(func(s *metakit.Size) { s.Support = 0 })},
		{"every number must be at least 1", with(func(s *metakit.Size) { s.Query = -1 })},
		{"every number must be at least 1", with(func(s *metakit.Size) { s.In = 0 })},
		{"every number must be at least 1", with(func(s *metakit.Size) { s.Out = -7 })},
		{"a set has 2³² entries at most", with(func(s *metakit.Size) { s.Query = math.MaxInt })},
		{"a set has 2³² entries at most", with(func(s *metakit.Size) { s.Support, s.In = 1<<20, 1<<20 })},
		{"Draw: the distribution is nil", func() { metakit.Draw(nil, 0, 0) }},
		{"Episode: it is nil", func() { (*metakit.Episode)(nil).Size() }},
		{"X or Y of a set is nil or empty", func() { new(metakit.Episode).Size() }},
		{"X or Y of a set is nil or empty", func() { (&metakit.Episode{Support: metakit.Set{X: x, Y: new(mat.Dense)}, Query: good}).Size() }},
		{"support X 2×1 and Y 3×1", func() { (&metakit.Episode{Support: metakit.Set{X: x, Y: y}, Query: good}).Size() }},
		{"query X 2×1 and Y 2×2 do not fit", func() { (&metakit.Episode{Support: good, Query: metakit.Set{X: x, Y: z}}).Size() }},
		{"0 episodes of tasks.Sinusoid", func() { metakit.Collect(sines, 0, 0) }},
		{"-5 episodes of tasks.Sinusoid", func() { metakit.Collect(sines, 0, -5) }},
		{"3 episodes of <nil>", func() { metakit.Collect(nil, 0, 3) }},
		{"Collection: no episodes", func() { metakit.Collection{}.Size(0, 0) }},
		{"Collection: no episodes", func() { metakit.Draw(metakit.Collection(nil), 0, 0) }},
		{"Collection: episode 0 is nil", func() { metakit.Collection{nil}.Size(0, 0) }},
		{"that to be filled", func() { metakit.Collect(sines, 0, 1).Draw(metakit.NewEpisode(size), 0, 0) }},
		{"interval: Mean: no values", func() { metakit.MeanInterval(nil) }},
		{"2 values paired with 1", func() { metakit.PairedInterval([]float64{1, 2}, []float64{1}) }},
		{"MedianRange: no values", func() { metakit.MedianRange(nil) }},
		{"UpTo: -1 steps", func() { metakit.UpTo(-1) }},
		{"their number must be between 0 and 1048576", func() { metakit.UpTo(math.MaxInt) }},
	})
}

func TestMisuseOfTraining(t *testing.T) {
	with := func(change func(t *metakit.Training)) func() {
		return func() { tr := resumable(); change(&tr); _, _ = tr.Start() }
	}
	learner := func(l metakit.Learner) func() { return with(func(t *metakit.Training) { t.Learner = l }) }
	rule := func(r nn.Rule) func() { return with(func(t *metakit.Training) { t.Optimizer = r }) }
	good := begin(t, resumable())
	refuses(t, []misuse{
		{"Learner is nil", func() { _, _ = metakit.Training{MetaBatch: 1, Optimizer: adam}.Start() }},
		{"the learner is a nil *metakit_test.firstNumbers", learner((*firstNumbers)(nil))},
		{"Tasks is nil", with(func(t *metakit.Training) { t.Tasks = nil })},
		{"Collection: no episodes", with(func(t *metakit.Training) { t.Tasks = metakit.Collection{} })},
		{"Collection: episode 1 is nil", with(func(t *metakit.Training) { t.Tasks = append(metakit.Collect(sines, 1, 1), nil) })},
		{"Iterations is -1", with(func(t *metakit.Training) { t.Iterations = -1 })},
		{`CheckpointFile is "a file" and CheckpointEvery 0s`, with(func(t *metakit.Training) { t.CheckpointFile = "a file" })},
		{`CheckpointFile is "" and CheckpointEvery 1m0s`, with(func(t *metakit.Training) { t.CheckpointEvery = time.Minute })},
		{"CheckpointEvery -1ns", with(func(t *metakit.Training) { t.CheckpointFile, t.CheckpointEvery = "a file", -1 })},
		{"MetaBatch is 0", with(func(t *metakit.Training) { t.MetaBatch = 0 })},
		{"MetaBatch is -25", with(func(t *metakit.Training) { t.MetaBatch = -25 })},
		{"it must be between 1 and 16777216", with(func(t *metakit.Training) { t.MetaBatch = 1 << 40 })},
		{"Optimizer is nil", rule(nil)},
		{"Rate is NaN", rule(nn.SGD{Rate: nan})},
		{"Epsilon is 0", rule(nn.Adam{Rate: 0.01})},
		{"ClipNorm is -1", with(func(t *metakit.Training) { t.ClipNorm = -1 })},
		{"ClipNorm is NaN", with(func(t *metakit.Training) { t.ClipNorm = nan })},
		{"Steps is -3", with(func(t *metakit.Training) { t.Schedule = nn.Warmup{Steps: -3} })},
		{"Network of metakit.MAML is nil", learner(metakit.MAML{Loss: mse})},
		{"Loss of metakit.MAML is nil; give one, such as nn.SquaredError{}", learner(metakit.MAML{Network: small})},
		{"Loss of metakit.Reptile is nil", learner(metakit.Reptile{Network: small})},
		{"Network of metakit.MetaSGD is nil", learner(metakit.MetaSGD{})},
		{"Loss of metakit_test.halfFresh is nil", learner(halfFresh{metakit.Pooled{Network: small}})},
		{"Network of metakit.Scratch is nil", learner(metakit.Scratch{Loss: mse})},
		{"metakit.MAML: -3 steps", learner(metakit.MAML{Network: small, Loss: mse, Steps: -3, Inner: sgd})},
		{"the rule of the inner steps is nil", learner(metakit.MAML{Network: small, Loss: mse, Steps: 1})},
		{"Rate is -1", learner(metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: nn.SGD{Rate: -1}})},
		{"-2 steps", learner(metakit.Reptile{Network: small, Loss: mse, Steps: -2, Inner: sgd})},
		{"OverRate divides by the rate", learner(metakit.Reptile{Network: small, Loss: mse, Inner: nn.SGD{}, OverRate: true})},
		{"OverRate divides by the rate", learner(metakit.Reptile{Network: small, Loss: mse, OverRate: true})},
		{"MetaSGD: Rate is +Inf", learner(metakit.MetaSGD{Network: small, Loss: mse, Rate: inf})},
		{"go with 3 of labels; Y has 1", learner(metakit.MAML{Network: nn.MLP{Widths: []int{1, 3}}, Loss: mse})},
		{"a class needs at least 2", learner(metakit.MAML{Network: small, Loss: nn.SoftmaxLoss{}})},
		{"returns 2 predictions after 0 steps; there must be 1", learner(odd{small, mse, 2, 0})},
		{"returns 0 predictions after 0 steps", learner(odd{small, mse, 0, 0})},
		{"for 10 query points; there must be a row for each", learner(odd{small, mse, 1, 4})},
		{"MetaGradient: the loss must be 1×1", learner(oddGradient{metakit.Pooled{Network: small, Loss: mse}})},
		{"Run.Steps: the run was not started", func() { new(metakit.Run).Steps(t.Context()) }},
		{"Run.Steps: the run was not started", func() { (*metakit.Run)(nil).Steps(t.Context()) }},
		{"Run.Checkpoint: the run was not started", func() { new(metakit.Run).Checkpoint() }},
		{"Run.Steps: the run is a copy of one", func() { c := *good; c.Steps(t.Context()) }},
		{"Run.Checkpoint: the run is a copy of one", func() { c := *good; c.Checkpoint() }},
		{"Run.Steps: the context is nil", func() { good.Steps(noContext) }},
		{"Training.Run: the context is nil", func() { resumable().Run(noContext) }},
	})
	if _, err := resumable().Resume(metakit.Checkpoint{}); err == nil {
		t.Error("the zero checkpoint is taken")
	}
}

var noContext context.Context

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

func TestMisuseOfEvaluation(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	meta := start(l, 1)
	with := func(change func(e *metakit.Evaluation)) func() {
		return func() {
			e := metakit.Evaluation{Learner: l, Tasks: sines, Steps: []int{0}, Episodes: 3}
			change(&e)
			e.Run(t.Context(), meta)
		}
	}
	same := func(*metakit.Evaluation) {}
	e := metakit.Evaluation{Tasks: sines, Episodes: 3}
	base := func(p metakit.Predictor, loss nn.Loss) func() {
		return func() { e.Baseline(t.Context(), p, loss) }
	}
	good := metakit.NewAdapter(l, meta, nil, 0)
	set := metakit.Draw(sines, 0, 0).Support
	three, wide := mat.NewDense(2, 3, nil), metakit.Set{X: set.X, Y: mat.NewDense(10, 2, nil)}
	statistic := metakit.Pooled{Network: normalised{MLP: small}, Loss: mse}
	step := metakit.Descent{Step: metakit.Follow(sgd)}
	refuses(t, []misuse{
		{"Evaluation: Learner is nil", with(func(e *metakit.Evaluation) { e.Learner = nil })},
		{"Loss of metakit.MAML is nil", with(func(e *metakit.Evaluation) { e.Learner = metakit.MAML{Network: small} })},
		{"Evaluation: Tasks is nil", with(func(e *metakit.Evaluation) { e.Tasks = nil })},
		{"Steps is empty", with(func(e *metakit.Evaluation) { e.Steps = nil })},
		{"Evaluation: -1 steps", with(func(e *metakit.Evaluation) { e.Steps = []int{1, -1} })},
		{"steps; their number must be between", with(func(e *metakit.Evaluation) { e.Steps = []int{math.MaxInt} })},
		{"Episodes is 0; say how many", with(func(e *metakit.Evaluation) { e.Episodes = 0 })},
		{"Episodes is -4", with(func(e *metakit.Evaluation) { e.Episodes = -4 })},
		{"Evaluation: 7 meta-parameters, the learner has 37", func() {
			metakit.Evaluation{Learner: l, Tasks: sines, Steps: []int{0}, Episodes: 3}.Run(t.Context(), make([]float64, 7))
		}},
		{"2 running statistics, the learner has 0", with(func(e *metakit.Evaluation) { e.Statistics = make([]float64, 2) })},
		{"0 running statistics, the learner has 24", with(func(e *metakit.Evaluation) { e.Learner = statistic })},
		{"Evaluation.Run: the context is nil", func() { metakit.Evaluation{}.Run(noContext, nil) }},
		{"Evaluation.Baseline: the context is nil", func() { e.Baseline(noContext, baseline.Zero{}, mse) }},
		{"the predictor or the loss is nil", base(nil, mse)},
		{"the predictor or the loss is nil", base(baseline.Zero{}, nil)},
		{"must return 10 rows", base(short{}, mse)},
		{"returns 5 columns, which do not go with the 1", base(fifths{}, mse)},
		{"Tasks is nil", func() { metakit.Evaluation{Episodes: 3}.Baseline(t.Context(), baseline.Zero{}, mse) }},
		{"Tasks is nil", func() { metakit.Evaluation{}.Episode(0) }},
		{"its number is -1", func() { e.Episode(-1) }},

		{"NewAdapter: Learner is nil", func() { metakit.NewAdapter(nil, nil, nil, 0) }},
		{"Network of metakit.MAML is nil", func() { metakit.NewAdapter(metakit.MAML{}, nil, nil, 0) }},
		{"NewAdapter: Steps is empty", func() { metakit.NewAdapter(l, meta, nil) }},
		{"NewAdapter: -2 steps", func() { metakit.NewAdapter(l, meta, nil, -2) }},
		{"NewAdapter: 3 meta-parameters, the learner has 37", func() { metakit.NewAdapter(l, make([]float64, 3), nil, 0) }},
		{"number 0 of 37 is NaN", func() { metakit.NewAdapter(l, append([]float64{nan}, meta[1:]...), nil, 0) }},
		{"number 1 of 2 is +Inf", func() { metakit.NewAdapter(l, meta, []float64{0, inf}, 0) }},
		{"the adapter has no learner", func() { new(metakit.Adapter).Predict(set, set.X) }},
		{"the adapter has no learner", func() { (*metakit.Adapter)(nil).Predict(set, set.X) }},
		{"the adapter has no learner", func() { new(metakit.Adapter).Shown(set, set.X) }},
		{"is nil or empty", func() { good.Predict(metakit.Set{}, set.X) }},
		{"is nil or empty", func() { good.Predict(set, nil) }},
		{"is nil or empty", func() { good.Predict(set, new(mat.Dense)) }},
		{"is nil or empty", func() { good.Adapt(metakit.Set{X: set.X}) }},
		{"is nil or empty", func() { good.Shown(set, nil) }},
		{"support X 10×1 and Y 10×1 and x 2×3 do not fit", func() { good.Predict(set, three) }},
		{"Y has 2", func() { good.Predict(wide, set.X) }},
		{"0 running statistics, the learner has 24", func() { metakit.Predict(statistic, meta, set, set.X, []int{0}) }},
		{"Steps is empty", func() { metakit.Predict(l, meta, set, set.X, nil) }},

		{"MetaGradient: Learner is nil", func() { metakit.MetaGradient(nil, meta, metakit.Draw(sines, 0, 0)) }},
		{"Episode: it is nil", func() { metakit.MetaGradient(l, meta, nil) }},
		{"MetaGradient: 2 meta-parameters", func() { metakit.MetaGradient(l, meta[:2], metakit.Draw(sines, 0, 0)) }},
		{"Episode: it is nil", func() { metakit.CheckMetaGradient(l, meta, nil, 0) }},
		{"CheckMetaGradient: 0 meta-parameters", func() { metakit.CheckMetaGradient(l, nil, metakit.Draw(sines, 0, 0), 0) }},

		{"Descent: Step is nil", func() { metakit.Descent{}.Path(nil, autodiff.Params{}, 1, nil) }},
		{"Descent.Path: loss is nil", func() { step.Path(nil, autodiff.Params{}, 1, nil) }},
		{"Descent.Path: -1 steps", func() { step.Path(nil, autodiff.Params{}, -1, nil) }},
		{"the trace is nil, which has no penalties", func() {
			metakit.Descent{Step: metakit.Follow(sgd), Penalty: true}.Path(nil, autodiff.Params{}, 1, nil)
		}},
	})
	with(same)() // a negative control
}

// short predicts one row.
type short struct{}

func (short) Predict(metakit.Set, *mat.Dense) *mat.Dense { return mat.NewDense(1, 1, nil) }
