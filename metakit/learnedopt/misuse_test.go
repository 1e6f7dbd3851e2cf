package learnedopt_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kindred/autodiff"
	"kindred/internal/exported"
	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/tasks"
	"kindred/nn"
)

var noContext context.Context

func TestMisuse(t *testing.T) {
	good := begin(t, quick(mlp, problems))
	training := func(change func(t *learnedopt.Training)) func() {
		return func() {
			training := quick(mlp, problems)
			change(&training)
			training.Start()
		}
	}
	of := func(change func(p *learnedopt.Problems)) func() {
		return training(func(t *learnedopt.Training) { change(&t.Problems) })
	}
	try := func(change func(t *learnedopt.Trial)) func() {
		return func() {
			trial := learnedopt.Trial{Problems: problems, Steps: 2, Count: 2}
			change(&trial)
			trial.Run(t.Context(), mlp, good.Own)
		}
	}
	perceptron := func(change func(m *learnedopt.MLP)) func() {
		return func() { m := learnedopt.NewMLP(3); change(&m); m.Shapes() }
	}
	recurrent := func(change func(l *learnedopt.LSTM)) func() {
		return func() { l := learnedopt.NewLSTM(); change(&l); l.Memory(nil) }
	}
	learner := func(change func(l *learnedopt.Learner)) func() {
		return func() {
			l := learnedopt.Learner{Network: small, Loss: mse, Rule: mlp, Steps: 1}
			change(&l)
			metakit.Training{Learner: l, Tasks: waves, MetaBatch: 1, Optimizer: nn.NewAdam(0.01)}.Start()
		}
	}
	var tested []string
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"Training.Rule", "Training: Rule is nil", training(func(t *learnedopt.Training) { t.Rule = nil })},
		{"Training.Rule", "no parameters of its own to learn", training(func(t *learnedopt.Training) { t.Rule = learnedopt.Fixed{Rule: nn.SGD{}} })},
		{"Training.Rule", "Init of learnedopt_test.few returns 1 parameters", training(func(t *learnedopt.Training) { t.Rule = few{mlp} })},
		{"Training.Rule", "steps to matrices of other shapes", training(func(t *learnedopt.Training) { t.Rule = turned{mlp} })},
		{"Training.Rule", "remembers matrices of other shapes", training(func(t *learnedopt.Training) { t.Rule = forgetful{mlp} })},
		{"Training.Steps", "Steps is 1 and Unroll 2", training(func(t *learnedopt.Training) { t.Steps = 1 })},
		{"Training.Steps", "Steps is 4611686018427387904", training(func(t *learnedopt.Training) { t.Steps = 1 << 62 })},
		{"Training.Unroll", "Steps is 8 and Unroll 0", training(func(t *learnedopt.Training) { t.Unroll = 0 })},
		{"Training.Unroll", "Steps is 8 and Unroll 3", training(func(t *learnedopt.Training) { t.Unroll = 3 })},
		{"Training.Side", "Side is 0", training(func(t *learnedopt.Training) { t.Side = 0 })},
		{"Training.Iterations", "Iterations is -1", training(func(t *learnedopt.Training) { t.Iterations = -1 })},
		{"Training.Optimizer", "Optimizer is nil", training(func(t *learnedopt.Training) { t.Optimizer = nil })},
		{"Training.Optimizer", "Rate is -1", training(func(t *learnedopt.Training) { t.Optimizer = nn.SGD{Rate: -1} })},
		{"Training.Schedule", "Steps is 0", training(func(t *learnedopt.Training) { t.Schedule = nn.CosineDecay{} })},
		{"Training.ClipNorm", "ClipNorm is NaN", training(func(t *learnedopt.Training) { t.ClipNorm = math.NaN() })},
		{"Training.CheckpointFile", "give both", training(func(t *learnedopt.Training) { t.CheckpointFile = "a" })},
		{"Training.CheckpointEvery", "give both", training(func(t *learnedopt.Training) { t.CheckpointEvery = time.Second })},
		{"Training.Start", "Training: Rule is nil", training(func(t *learnedopt.Training) { t.Rule = nil })},
		{"Training.Run", "the context is nil", func() { quick(mlp, problems).Run(noContext) }},
		{"Training.Problems", "Problems is nil", training(func(t *learnedopt.Training) { t.Problems = learnedopt.Problems{} })},
		{"Problems.Network", "Problems is nil", of(func(p *learnedopt.Problems) { p.Network = nil })},
		{"Problems.Network", "2 outputs of nn.MLP go with 2 columns", of(func(p *learnedopt.Problems) { p.Network = nn.MLP{Widths: []int{1, 2}} })},
		{"Problems.Loss", "Problems is nil", of(func(p *learnedopt.Problems) { p.Loss = nil })},
		{"Problems.Loss", "a class needs at least 2", of(func(p *learnedopt.Problems) { p.Loss = nn.SoftmaxLoss{} })},
		{"Problems.Tasks", "Problems is nil", of(func(p *learnedopt.Problems) { p.Tasks = nil })},
		{"Problems.Tasks", "Shots is 0", of(func(p *learnedopt.Problems) { p.Tasks = tasks.Sinusoid{} })},
		{"Problems.Batch", "Batch of Problems is -1", of(func(p *learnedopt.Problems) { p.Batch = -1 })},
		{"Run.Steps", "the run was not started", func() { new(learnedopt.Run).Steps(t.Context()) }},
		{"Run.Steps", "the run is a copy of one", func() { c := *good; c.Steps(t.Context()) }},
		{"Run.Steps", "the context is nil", func() { good.Steps(noContext) }},
		{"Run.Checkpoint", "the run was not started", func() { (*learnedopt.Run)(nil).Checkpoint() }},
		{"Trial.Steps", "0 Steps on a Count of 2", try(func(t *learnedopt.Trial) { t.Steps = 0 })},
		{"Trial.Count", "2 Steps on a Count of -1", try(func(t *learnedopt.Trial) { t.Count = -1 })},
		{"Trial.Problems", "Trial: Network, Loss or Tasks", try(func(t *learnedopt.Trial) { t.Problems.Tasks = nil })},
		{"Trial.Run", "1 parameters for learnedopt.MLP, which has", func() {
			learnedopt.Trial{Problems: problems, Steps: 2, Count: 2}.Run(t.Context(), mlp, []float64{1})
		}},
		{"Trial.Run", "the context is nil", func() { learnedopt.Trial{}.Run(noContext, mlp, nil) }},
		{"Trial.Run", "Trial: Rule is nil", func() { learnedopt.Trial{}.Run(t.Context(), nil, nil) }},
		{"Fixed.Rule", "the rule is nil", func() { learnedopt.Fixed{}.Memory(nil) }},
		{"Fixed.Memory", "Rate is -2", func() { learnedopt.Fixed{Rule: nn.SGD{Rate: -2}}.Memory(nil) }},
		{"Fixed.Step", "the rule is nil", func() {
			learnedopt.Fixed{}.Step(autodiff.Params{}, autodiff.Value{}, autodiff.Params{}, autodiff.Params{}, autodiff.Params{})
		}},
		{"NewMLP", "Hidden is [4 0]", func() { learnedopt.NewMLP(4, 0) }},
		{"MLP.Hidden", "Hidden is [-1]", perceptron(func(m *learnedopt.MLP) { m.Hidden = []int{-1} })},
		{"MLP.Momenta", "a decay of Momenta or Squares is 1", perceptron(func(m *learnedopt.MLP) { m.Momenta = []float64{0.5, 1} })},
		{"MLP.Squares", "a decay of Momenta or Squares is NaN", perceptron(func(m *learnedopt.MLP) { m.Squares = []float64{math.NaN()} })},
		{"MLP.Scale", "Scale is 0", perceptron(func(m *learnedopt.MLP) { m.Scale = 0 })},
		{"MLP.ExpScale", "ExpScale is -1", perceptron(func(m *learnedopt.MLP) { m.ExpScale = -1 })},
		{"MLP.Shapes", "Scale is 0", func() { learnedopt.MLP{}.Shapes() }},
		{"MLP.Init", "the source of random numbers is nil", func() { mlp.Init(nil) }},
		{"MLP.Step", "the zero Value", func() {
			mlp.Step(autodiff.Params{}, autodiff.Value{}, autodiff.Params{}, one1(), autodiff.ParamsOf([]string{"a"}, make([]autodiff.Value, 1)))
		}},
		{"LSTM.Units", "2 Layers of 0 Units", recurrent(func(l *learnedopt.LSTM) { l.Units = 0 })},
		{"LSTM.Layers", "-1 Layers of 20 Units", recurrent(func(l *learnedopt.LSTM) { l.Layers = -1 })},
		{"LSTM.P", "P is 0", recurrent(func(l *learnedopt.LSTM) { l.P = 0 })},
		{"LSTM.P", "P is 701", recurrent(func(l *learnedopt.LSTM) { l.P = 701 })},
		{"LSTM.Scale", "Scale is +Inf", recurrent(func(l *learnedopt.LSTM) { l.Scale = math.Inf(1) })},
		{"LSTM.Shapes", "0 Layers of 0 Units", func() { learnedopt.LSTM{}.Shapes() }},
		{"LSTM.Memory", "0 Layers of 0 Units", func() { learnedopt.LSTM{}.Memory(nil) }},
		{"LSTM.Init", "the source of random numbers is nil", func() { lstm.Init(nil) }},
		{"LSTM.Step", "0 Layers of 0 Units", func() {
			learnedopt.LSTM{}.Step(autodiff.Params{}, autodiff.Value{}, autodiff.Params{}, autodiff.Params{}, autodiff.Params{})
		}},
		{"Learner.Network", "Network of learnedopt.Learner is nil", learner(func(l *learnedopt.Learner) { l.Network = nil })},
		{"Learner.Loss", "Loss of learnedopt.Learner is nil", learner(func(l *learnedopt.Learner) { l.Loss = nil })},
		{"Learner.Rule", "Learner: Rule is nil", learner(func(l *learnedopt.Learner) { l.Rule = nil })},
		{"Learner.Steps", "-1 steps", learner(func(l *learnedopt.Learner) { l.Steps = -1 })},
		{"Learner.Shapes", "Learner: Rule is nil", func() { learnedopt.Learner{Network: small}.Shapes() }},
		{"Learner.Init", "Learner: Rule is nil", func() { learnedopt.Learner{Network: small}.Init(rand.New(rand.NewPCG(1, 1))) }},
		{"Learner.Restart", "the source of random numbers is nil", func() { learnedopt.Learner{Network: small, Drawn: true}.Restart(nil, nil) }},
		{"Learner.Predict", "Learner: Rule is nil", func() {
			learnedopt.Learner{Network: small}.Predict(nil, autodiff.Params{}, metakit.TracedSet{}, autodiff.Value{}, 0)
		}},
	} {
		said := exported.Panic(t, c.name, c.call)
		if !strings.Contains(said, c.want) || !strings.Contains(said, ": ") {
			t.Errorf("%s: panic %q, want a sentence that says %q", c.name, said, c.want)
		}
		tested = append(tested, c.name)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"Step": "the kit sets it", "Place": "the kit sets it", "Checkpoint": "its errors: TestResumeRefuses",
		"Training.Resume": "its errors: TestResumeRefuses", "Run.Own": "its owner's to change", "Run.History": "the kit sets it",
		"Run.Refused": "the kit sets it", "Training.FirstOrder": "both make sense", "Training.Log": "both make sense", "Training.Seed": "all make sense",
		"Trial.Seed": "all make sense", "MLP.Raw": "both make sense", "MLP.Memory": "Shapes refuses the fields",
		"Learner.Drawn": "both make sense", "Learner.FirstOrder": "both make sense", "Learner.InnerPenalty": "both make sense",
		"Learner.TrainingSteps": "a number", "Fixed.Shapes": "none", "Fixed.Init": "none", "NewLSTM": "takes nothing",
	})
}

// one1 returns a matrix as parameters.
func one1() autodiff.Params {
	return autodiff.New().Params([]autodiff.Shape{{Name: "a", Rows: 1, Cols: 1}})
}

// few, turned and forgetful break their word.
type few struct{ learnedopt.MLP }

func (few) Init(*rand.Rand) []float64 { return []float64{1} }

type turned struct{ learnedopt.MLP }

func (turned) Step(_ autodiff.Params, _ autodiff.Value, memory, theta, _ autodiff.Params) (autodiff.Params, autodiff.Params) {
	return memory, theta.Map(autodiff.Value.T)
}

type forgetful struct{ learnedopt.MLP }

func (forgetful) Step(_ autodiff.Params, _ autodiff.Value, _, theta, _ autodiff.Params) (autodiff.Params, autodiff.Params) {
	return autodiff.Params{}, theta
}
