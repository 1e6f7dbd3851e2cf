package acting_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/autodiff"
	"kindred/internal/exported"
	"kindred/metakit/acting"
	"kindred/nn"
)

func TestMisuse(t *testing.T) {
	nan := math.NaN()
	b, soft, normal := acting.Bandit{Arms: 2, Pulls: 3}, acting.Softmax{}, acting.Gaussian{}
	policy := acting.NewRecurrent(b, soft, 2)
	theta := policy.Init(rand.New(rand.NewPCG(1, 1)))
	arms, p, ctx := make([]acting.Tally, 2), make([]float64, 2), context.Background()
	training := func(change func(t *acting.Training)) func() {
		return func() { tr := recur(); change(&tr); _, _ = tr.Start() }
	}
	learner := func(change func(l *acting.RL2)) func() {
		return training(func(t *acting.Training) { l := t.Learner.(acting.RL2); change(&l); t.Learner = l })
	}
	maml := func(change func(m *acting.MAML)) func() {
		return func() { tr := adapt(); m := tr.Learner.(acting.MAML); change(&m); tr.Learner = m; _, _ = tr.Start() }
	}
	start := adapt().Learner.Init(rand.New(rand.NewPCG(1, 1)))
	adaptation := func(change func(a *acting.Adaptation)) func() {
		return func() {
			a := acting.Adaptation{Learner: adapt().Learner.(acting.MAML), Environment: acting.Navigation{},
				Tasks: []acting.Task{acting.Goal{}}, Rates: []float64{1}, Rollouts: 2}
			change(&a)
			_, _ = a.Run(ctx, start)
		}
	}
	evaluation := func(change func(e *acting.Evaluation)) func() {
		return func() {
			e := acting.Evaluation{Policy: policy, Actions: soft, Environment: b, Episodes: 2}
			change(&e)
			_, _ = e.Run(ctx, theta)
		}
	}
	mlp := nn.MLP{Widths: []int{2, 3, 2}}
	var none context.Context
	var tested []string
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"Bandit.Arms", "0 arms and 3 pulls; both must be between 1 and 1000", func() { acting.Bandit{Pulls: 3}.Value(acting.Random{}) }},
		{"Bandit.Pulls", "2 arms and -1 pulls", func() { acting.Bandit{Arms: 2, Pulls: -1}.Sizes() }},
		{"Bandit.Sizes", "0 arms and 0 pulls", func() { acting.Bandit{}.Sizes() }},
		{"Bandit.Draw", "0 arms and 0 pulls", func() { acting.Bandit{}.Draw(nil) }},
		{"Bandit.Play", "the player is nil", func() { b.Play(nil, 1, 1) }},
		{"Bandit.Play", "0 episodes; their number must be between", func() { b.Play(acting.UCB1{}, 0, 1) }},
		{"Bandit.Value", "the player is nil", func() { b.Value(nil) }},
		{"Bandit.Value", "acting_test.first pulls arms by their place; Bandit.Play tells", func() { b.Value(first{}) }},
		{"Bandit.Value", "the probabilities of acting_test.half add up to 0.5", func() { b.Value(half{}) }},
		{"Bandit.Greedy", "the policy is nil", func() { b.Greedy(nil, theta) }},
		{"Bandit.Greedy", "Bandit.Greedy: 1 parameters; the policy has 59", func() { b.Greedy(policy, theta[:1]) }},
		{"Bandit.Greedy", "21 pulls have 2^21 histories", func() { acting.Bandit{Arms: 2, Pulls: 21}.Greedy(policy, theta) }},
		{"Optimum.Value", "0 arms and 3 pulls left", func() { new(acting.Optimum).Value(nil, 3) }},
		{"Optimum.Choose", "2 arms and 0 pulls left", func() { new(acting.Optimum).Choose(p, arms, 0) }},
		{"UCB1.Choose", "2 arms and 0 pulls left", func() { acting.UCB1{}.Choose(p, arms, 0) }},
		{"Thompson.Choose", "arm 1 has the tally {Wins:0 Losses:-1}", func() { new(acting.Thompson).Choose(p, []acting.Tally{{}, {Losses: -1}}, 1) }},
		{"Gittins.Choose", "2 arms and -1 pulls left", func() { (&acting.Gittins{Discount: 1}).Choose(p, arms, -1) }},
		{"Gittins.Index", "arm 0 has the tally {Wins:-1 Losses:0}", func() { (&acting.Gittins{Discount: 1}).Index(acting.Tally{Wins: -1}, 1) }},
		{"Gittins.Discount", "Discount is 0; it must be above 0", func() { new(acting.Gittins).Index(acting.Tally{}, 1) }},
		{"Gittins.Discount", "Discount is NaN", func() { (&acting.Gittins{Discount: nan}).Choose(p, arms, 1) }},
		{"Softmax.Outputs", "the environment takes 2 numbers", func() { soft.Outputs(acting.Navigation{}.Sizes()) }},
		{"Gaussian.Outputs", "the environment takes one of 2 choices", func() { normal.Outputs(b.Sizes()) }},
		{"NewRecurrent", "the environment is nil", func() { acting.NewRecurrent(nil, soft, 2) }},
		{"NewRecurrent", "the distribution of actions is nil", func() { acting.NewRecurrent(b, nil, 2) }},
		{"NewRecurrent", "Units 0; both must be at least 1", func() { acting.NewRecurrent(b, soft, 0) }},
		{"Sizes.Horizon", "acting_test.sized has the sizes {Seen:0 Actions:1 Choices:false Horizon:0}", func() { acting.NewRecurrent(sized{acting.Sizes{Actions: 1}}, normal, 2) }},
		{"Sizes.Actions", "an action and an episode have at least one", func() { acting.NewRecurrent(sized{acting.Sizes{Horizon: 1}}, normal, 2) }},
		{"Sizes.Seen", "nothing more than 1048576", func() { acting.NewRecurrent(sized{acting.Sizes{Seen: 1 << 40, Actions: 1, Horizon: 1}}, normal, 2) }},
		{"Recurrent.Reads", "Inputs is 0", func() { acting.Recurrent{Units: 2, Outputs: 2}.Shapes() }},
		{"Recurrent.Units", "Units 0", func() { acting.Recurrent{Reads: 2, Outputs: 2}.Init(rand.New(rand.NewPCG(1, 1))) }},
		{"Recurrent.Outputs", "acting.Recurrent.Step makes outputs", learner(func(l *acting.RL2) {
			l.Policy = acting.Recurrent{Reads: 6, Units: 2, Outputs: 2}
		})},
		{"Recurrent.Init", "the source of random numbers is nil", func() { policy.Init(nil) }},
		{"Exchangeable.Arms", "Arms is 0 and Units 2", func() { acting.Exchangeable{Units: 2}.Shapes() }},
		{"Exchangeable.Units", "Arms is 2 and Units 0", func() { acting.Exchangeable{Arms: 2}.Init(nil) }},
		{"Exchangeable.Step", "it reads reads 2×6; at a bandit of 2 arms that is 5 columns", func() {
			g := autodiff.New()
			acting.Exchangeable{Arms: 2, Units: 2}.Step(autodiff.Params{}, g.Input("reads", 2, 6), g.Input("state", 2, 4))
		}},
		{"NewRL2", "the policy is nil", func() { acting.NewRL2(nil, soft) }},
		{"NewRL2", "the distribution of actions is nil", func() { acting.NewRL2(policy, nil) }},
		{"RL2.Policy", "the policy is nil", learner(func(l *acting.RL2) { l.Policy = nil })},
		{"RL2.Actions", "the distribution of actions is nil", learner(func(l *acting.RL2) { l.Actions = nil })},
		{"RL2.Discount", "Discount is 1.5", learner(func(l *acting.RL2) { l.Discount = 1.5 })},
		{"RL2.Lambda", "Lambda is -1", learner(func(l *acting.RL2) { l.Lambda = -1 })},
		{"RL2.ValueWeight", "ValueWeight is -1", learner(func(l *acting.RL2) { l.ValueWeight = -1 })},
		{"RL2.Entropy", "Entropy NaN", learner(func(l *acting.RL2) { l.Entropy = nan })},
		{"RL2.Cooling", "Steps is -3", learner(func(l *acting.RL2) { l.Cooling = nn.Warmup{Steps: -3} })},
		{"RL2.Shapes", "the policy is nil", func() { acting.RL2{}.Shapes() }},
		{"RL2.Init", "the policy is nil", func() { acting.RL2{}.Init(nil) }},
		{"Training.Learner", "Learner is nil", training(func(t *acting.Training) { t.Learner = nil })},
		{"Training.Environment", "the environment is nil", training(func(t *acting.Training) { t.Environment = nil })},
		{"Training.Iterations", "Iterations is -1", training(func(t *acting.Training) { t.Iterations = -1 })},
		{"Training.Batch", "Batch is 0", training(func(t *acting.Training) { t.Batch = 0 })},
		{"Training.Optimizer", "Optimizer is nil", training(func(t *acting.Training) { t.Optimizer = nil })},
		{"Training.Optimizer", "Rate is NaN", training(func(t *acting.Training) { t.Optimizer = nn.SGD{Rate: nan} })},
		{"Training.Schedule", "Steps is -3", training(func(t *acting.Training) { t.Schedule = nn.Warmup{Steps: -3} })},
		{"Training.ClipNorm", "ClipNorm is NaN", training(func(t *acting.Training) { t.ClipNorm = nan })},
		{"Training.Precision", "7 is no precision", training(func(t *acting.Training) { t.Precision = 7 })},
		{"Training.CheckpointFile", `CheckpointFile is "a file" and CheckpointEvery 0s`, training(func(t *acting.Training) { t.CheckpointFile = "a file" })},
		{"Training.CheckpointEvery", "CheckpointEvery -1ns", training(func(t *acting.Training) { t.CheckpointFile, t.CheckpointEvery = "a file", -1 })},
		{"Training.CheckpointEvery", `CheckpointFile is ""`, training(func(t *acting.Training) { t.CheckpointEvery = time.Second })},
		{"Training.Start", "Learner is nil", func() { _, _ = acting.Training{}.Start() }},
		{"Training.Run", "the context is nil", func() { _, _ = recur().Run(none) }},
		{"Run.Steps", "the run was not started", func() { new(acting.Run).Steps(ctx) }},
		{"MAML.Policy", "the policy is nil", maml(func(m *acting.MAML) { m.Policy = nil })},
		{"MAML.Policy", "nn.MLP has 2 outputs; acting.Gaussian wants 4", maml(func(m *acting.MAML) { m.Policy = mlp })},
		{"MAML.Actions", "the distribution of actions is nil", maml(func(m *acting.MAML) { m.Actions = nil })},
		{"MAML.Steps", "-1 steps at a rate of 0.5", maml(func(m *acting.MAML) { m.Steps = -1 })},
		{"MAML.Rate", "at a rate of -2", maml(func(m *acting.MAML) { m.Rate = -2 })},
		{"MAML.Rollouts", "0 rollouts", maml(func(m *acting.MAML) { m.Rollouts = 0 })},
		{"MAML.Discount", "Discount is 2", maml(func(m *acting.MAML) { m.Discount = 2 })},
		{"MAML.Lambda", "Lambda is NaN", maml(func(m *acting.MAML) { m.Lambda = nan })},
		{"MAML.Surrogate", "Surrogate(9)", maml(func(m *acting.MAML) { m.Surrogate = 9 })},
		{"MAML.Shapes", "the policy is nil", func() { acting.MAML{}.Shapes() }},
		{"MAML.Init", "the policy is nil", func() { acting.MAML{}.Init(nil) }},
		{"NewMAML", "the policy is nil", func() { acting.NewMAML(nil, normal) }},
		{"Training.Environment", "MAML in an environment without observations", func() {
			tr := adapt()
			tr.Environment = b
			_, _ = tr.Start()
		}},
		{"NewSpread", "the environment is nil", func() { acting.NewSpread(nil) }},
		{"NewSpread", "takes one of 2 choices", func() { acting.NewSpread(b) }},
		{"Spread.Network", "the network is <nil>", func() { acting.Spread{Numbers: 2, Std: 1}.Shapes() }},
		{"Spread.Numbers", "Numbers 0", func() { acting.Spread{Network: mlp, Std: 1}.Init(nil) }},
		{"Spread.Std", "Std 0", func() { acting.Spread{Network: mlp, Numbers: 2}.Shapes() }},
		{"Spread.Apply", "Std NaN", func() {
			acting.Spread{Network: mlp, Numbers: 2, Std: nan}.Apply(nil, autodiff.Params{}, autodiff.Value{})
		}},
		{"Spread.Shapes", "the network is <nil>", func() { acting.Spread{}.Shapes() }},
		{"Spread.Init", "the network is <nil>", func() { acting.Spread{}.Init(nil) }},
		{"Evaluation.Policy", "the policy is nil", evaluation(func(e *acting.Evaluation) { e.Policy = nil })},
		{"Evaluation.Actions", "the distribution of actions is nil", evaluation(func(e *acting.Evaluation) { e.Actions = nil })},
		{"Evaluation.Environment", "the environment is nil", evaluation(func(e *acting.Evaluation) { e.Environment = nil })},
		{"Evaluation.Episodes", "-1 episodes", evaluation(func(e *acting.Evaluation) { e.Episodes = -1 })},
		{"Evaluation.Run", "0 parameters; the policy has", func() {
			_, _ = acting.Evaluation{Policy: policy, Actions: soft, Environment: b, Episodes: 2}.Run(ctx, nil)
		}},
		{"Adaptation.Learner", "the policy is nil", adaptation(func(a *acting.Adaptation) { a.Learner = acting.MAML{} })},
		{"Adaptation.Environment", "the environment is nil", adaptation(func(a *acting.Adaptation) { a.Environment = nil })},
		{"Adaptation.Tasks", "0 tasks", adaptation(func(a *acting.Adaptation) { a.Tasks = nil })},
		{"Adaptation.Tasks", "task 1 is nil", adaptation(func(a *acting.Adaptation) { a.Tasks = append(a.Tasks, nil) })},
		{"Adaptation.Rates", "Rates are [NaN]", adaptation(func(a *acting.Adaptation) { a.Rates = []float64{nan} })},
		{"Adaptation.Rollouts", "0 rollouts", adaptation(func(a *acting.Adaptation) { a.Rollouts = 0 })},
		{"Adaptation.Paths", "Paths is 3; there are 2 episodes", adaptation(func(a *acting.Adaptation) { a.Paths = 3 })},
		{"Adaptation.Precision", "7 is no precision", adaptation(func(a *acting.Adaptation) { a.Precision = 7 })},
		{"Adaptation.Run", "0 parameters; the policy has", func() {
			_, _ = acting.Adaptation{Learner: adapt().Learner.(acting.MAML), Environment: acting.Navigation{},
				Tasks: []acting.Task{acting.Goal{}}, Rollouts: 2}.Run(ctx, nil)
		}},
	} {
		tested = append(tested, c.name)
		said := exported.Panic(t, c.name, c.call)
		prefix, _, _ := strings.Cut(said, ": ")
		if !slices.Contains([]string{"acting", "nn", "autodiff"}, prefix) || !strings.Contains(said, c.want) {
			t.Errorf("%s: panic %q, want a sentence that says %q", c.name, said, c.want)
		}
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"Random.Choose": "the kit calls it, with what fits", "Tally": "the players refuse it",
		"Tally.Mean": "no arguments", "Tally.Pulls": "no arguments", "Progress": "the kit sets it", "Adapted": "the kit sets it",
		"Run.Theta": "its owner's to change", "Run.History": "the kit sets it", "Run.Refused": "the kit sets it", "Goal": "any place is one", "Goal.Begin": "the kit calls it",
		"Navigation.Draw": "the kit calls it", "Navigation.Sizes": "no arguments", "Sizes.Choices": "both make sense",
		"Softmax.LogProbability": "autodiff refuses what does not fit", "Softmax.Entropy": "autodiff refuses what does not fit",
		"Softmax.Draw": "the kit calls it, with what fits", "Softmax.Likeliest": "the kit calls it, with what fits",
		"Gaussian.LogProbability": "autodiff refuses what does not fit", "Gaussian.Entropy": "autodiff refuses what does not fit",
		"Gaussian.Draw": "the kit calls it, with what fits", "Gaussian.Likeliest": "the kit calls it, with what fits",
		"Recurrent.Shapes": "see its fields", "Recurrent.State": "a number", "Recurrent.Step": "nn refuses what does not fit",
		"Exchangeable.Shapes": "see its fields", "Exchangeable.Init": "see its fields", "Exchangeable.State": "a number",
		"RL2.Standardize": "both make sense", "MAML.Standardize": "both make sense", "MAML.FirstOrder": "both make sense",
		"Training.Seed": "all make sense", "Evaluation.Seed": "all make sense", "Adaptation.Seed": "all make sense",
		"Evaluation.Likeliest": "both make sense", "Surrogate.String": "all have one",
	})
}

// first pulls the first arm, half pulls none half of the time.
type (
	first struct{}
	half  struct{}
	sized struct{ sizes acting.Sizes }
)

func (first) Choose(p []float64, _ []acting.Tally, _ int) { clear(p); p[0] = 1 }
func (half) Choose(p []float64, _ []acting.Tally, _ int)  { p[0], p[1] = 0.25, 0.25 }

func (s sized) Sizes() acting.Sizes         { return s.sizes }
func (s sized) Draw(*rand.Rand) acting.Task { return nil }
