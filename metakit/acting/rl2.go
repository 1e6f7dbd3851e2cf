package acting

import (
	"context"
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// RL2 learns a policy with a memory by policy gradients, so that what it does within an episode, where its parameters
// stay as they are, is itself learning: RL². It is advantage actor-critic: from a batch of episodes that it acted in it
// descends, once, the mean over the episodes of
//
//	Σₜ −log π(aₜ)·Aₜ + ValueWeight·½(Vₜ − Rₜ)² − Entropy·H(π)
//
// with the entropy H of the choices, and the advantages A and the targets R of generalised advantage estimation taken
// for constants (see Lambda). The papers have TRPO with λ = 0.3 (Duan) and A3C (Wang); the settings of [NewRL2] are
// those that do best here on bandits.
type RL2 struct {
	Policy      Memory
	Actions     Distribution
	Discount    float64     // γ, from 0 to 1; 1 counts all rewards alike
	Lambda      float64     // λ, from 0 to 1; 1 has no bias, less has less variance
	ValueWeight float64     // not negative
	Entropy     float64     // what a nat of entropy is worth in a loss; 0 is none
	Cooling     nn.Schedule // of Entropy over the iterations; nil is 1 throughout
	Standardize bool        // advantages of each crowd of 128 episodes to mean 0 and standard deviation 1
}

var _ Learner = RL2{}

// NewRL2 returns RL² with γ = 1, λ = 1, a ValueWeight of 0.5 and an Entropy of 0.01.
func NewRL2(policy Memory, actions Distribution) RL2 {
	l := RL2{Policy: policy, Actions: actions, Discount: 1, Lambda: 1, ValueWeight: 0.5, Entropy: 0.01, Standardize: true}
	l.check()
	return l
}

// Shapes implements [Learner].
func (l RL2) Shapes() []autodiff.Shape { l.check(); return l.Policy.Shapes() }

// Init implements [Learner].
func (l RL2) Init(rng *rand.Rand) []float64 { l.check(); return l.Policy.Init(rng) }

func (l RL2) check() {
	checkMemory("RL2", l.Policy)
	checkDistribution("RL2", l.Actions)
	checkShare("RL2", "Discount", l.Discount)
	checkShare("RL2", "Lambda", l.Lambda)
	if !(l.ValueWeight >= 0 && l.Entropy >= 0 && finite(l.ValueWeight, l.Entropy)) {
		panic(fmt.Sprintf("acting: RL2: ValueWeight is %v and Entropy %v; both must be finite and not negative", l.ValueWeight,
			l.Entropy))
	}
	nn.CheckSchedule(l.Cooling)
}

// A recurrence is RL² at work: batches of episodes, cut into crowds that do not depend on the number of processors.
type recurrence struct {
	RL2
	*unrolled
	environment Environment
	episodes    int
	seed        uint64
	batch       *autodiff.Batch
	workers     []*rememberer
	returns     []float64
}

const crowdSize = 128 // episodes side by side

func (l RL2) begin(t Training) worker {
	l.check()
	s := check("Training", t.Environment)
	n := min(crowdSize, t.Batch)
	step := newStepper("Training", l.Policy, s, l.Actions, n, t.Precision)
	w := &recurrence{RL2: l, unrolled: l.unroll(s, n, t.Precision), environment: t.Environment, episodes: t.Batch,
		seed: t.Seed, returns: make([]float64, t.Batch)}
	w.batch = w.program.NewBatch(w.gradient)
	for range w.batch.Workers() {
		w.workers = append(w.workers, step.worker())
	}
	return w
}

func (w *recurrence) direction(ctx context.Context, theta, dst []float64, iteration int) (float64, error) {
	n := w.workers[0].n
	first := uint64(iteration) * uint64(w.episodes)
	w.batch.Set(w.theta, theta)
	entropy := w.Entropy
	if w.Cooling != nil {
		entropy *= w.Cooling.Factor(iteration)
	}
	w.batch.Set(w.entropy, []float64{entropy})
	var faults faults
	err := w.batch.RunContext(ctx, (w.episodes+n-1)/n, func(worker, k int, ws *autodiff.Workspace) {
		c, count := w.workers[worker], min(n, w.episodes-k*n)
		from := first + uint64(k*n)
		faults.note(k*n, c.play(w.environment, theta, w.seed, from, count, false))
		c.returns(w.returns[k*n:k*n], count)
		w.set(ws, c, count)
		_ = ws.RunContext(ctx) // the batch knows
	})
	if err != nil {
		return 0, err
	}
	if k, err := faults.first(); err != nil {
		return 0, fmt.Errorf("the episodes of seed %d from index %d on: %w", w.seed, first+uint64(k), err)
	}
	w.batch.Sum(w.gradient, dst)
	return average(w.returns, dst, float64(w.episodes)), nil
}

// An unrolled program is the policy gradient of n episodes side by side: the sum over the episodes.
type unrolled struct {
	theta                              autodiff.Params
	reads, actions                     autodiff.Value
	entropy, advantages, targets, live autodiff.Value
	loss                               autodiff.Value
	gradient                           autodiff.Params
	program                            *autodiff.Program
	of                                 RL2
}

func (l RL2) unroll(s Sizes, n int, precision autodiff.Precision) *unrolled {
	g, rows := autodiff.New(), s.Horizon*n
	u := &unrolled{of: l}
	u.theta = g.Params(l.Policy.Shapes())
	u.reads, u.actions = g.Input("reads", rows, s.reads()), g.Input("actions", rows, s.numbers())
	u.advantages, u.targets, u.live = g.Input("advantages", rows, 1), g.Input("targets", rows, 1), g.Input("live", rows, 1)
	u.entropy = g.Input("entropy", 1, 1)
	state := g.Fill(n, l.Policy.State(), 0)
	outputs, values := make([]autodiff.Value, s.Horizon), make([]autodiff.Value, s.Horizon)
	for t := range outputs {
		outputs[t], values[t], state = l.Policy.Step(u.theta, u.reads.SliceRows(t*n, (t+1)*n), state)
	}
	out, value := autodiff.ConcatRows(outputs...), autodiff.ConcatRows(values...)
	u.loss = u.advantages.Mul(l.Actions.LogProbability(out, u.actions)).Neg().
		Add(value.Sub(u.targets).Square().Scale(l.ValueWeight / 2)).
		Sub(l.Actions.Entropy(out).Mul(u.entropy)).Mul(u.live).Sum()
	u.gradient = autodiff.GradParams(u.loss, u.theta)
	u.program = autodiff.CompileAs(precision, u.gradient)
	return u
}

// set sets the inputs to what happened in n episodes of a crowd.
func (u *unrolled) set(ws *autodiff.Workspace, c *rememberer, n int) {
	rows := len(c.live)
	advantages, targets := make([]float64, rows), make([]float64, rows)
	c.advantages(advantages, targets, n, u.of.Discount, u.of.Lambda)
	if u.of.Standardize {
		standardize(advantages, c.live)
	}
	ws.Set(u.reads, c.reads)
	ws.Set(u.actions, c.actions)
	ws.Set(u.advantages, advantages)
	ws.Set(u.targets, targets)
	ws.Set(u.live, c.live)
}
