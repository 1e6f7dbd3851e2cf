package acting

import (
	"context"
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// MAML learns the start θ of a policy without memory from which Steps steps of policy gradients do best in a new task:
//
//	θₖ₊₁ = θₖ − Rate·∇L(θₖ; episodes acted by θₖ),  minimise the mean over tasks of L(θ_Steps; episodes acted by θ_Steps)
//
// where L is a [Surrogate]. The meta-gradient runs through every step, so it holds second derivatives of the surrogate.
// It is that of the return after steps along expected gradients (formulation I of Rothfuss et al.): that θ also decides
// which episodes the steps are taken from is in the Hessian of LowVariance and DiCE, and not, as in E-MAML, a term of
// its own. With Steps 0 it is plain policy gradients over all tasks: the pretrained policy that the paper compares
// with.
//
// Advantages are those of [RL2], over a linear baseline (observations, their squares, powers of the step) that is
// fitted to the episodes of the task.
//
// The paper's outer step is a trust region (TRPO, a divergence of 0.01, 100 or 500 iterations); here it is whatever the
// training's Optimizer is.
//
// References: Finn, Abbeel, Levine. Model-agnostic meta-learning. ICML 2017, arXiv:1703.03400; Al-Shedivat et al.
// Continuous adaptation via meta-learning in nonstationary and competitive environments. ICLR 2018, arXiv:1710.03641.
type MAML struct {
	Policy      nn.Network // from observations to what Actions needs, such as NewSpread(Navigation{})
	Actions     Distribution
	Steps       int     // inner steps in training
	Rate        float64 // of inner steps
	Rollouts    int     // episodes that a step is taken from, and as many to judge the last
	Discount    float64 // γ, from 0 to 1
	Lambda      float64 // λ, from 0 to 1
	Surrogate   Surrogate
	FirstOrder  bool // take inner gradients for constants
	Standardize bool // advantages of a task's episodes to mean 0 and standard deviation 1
}

var _ Learner = MAML{}

// NewMAML returns MAML with the settings of the code of the paper for 2-D navigation: one step at a rate of 0.5, 20
// episodes, γ = 0.99, λ = 1, standardised advantages; and, other than there, the surrogate LowVariance.
func NewMAML(policy nn.Network, actions Distribution) MAML {
	m := MAML{Policy: policy, Actions: actions, Steps: 1, Rate: 0.5, Rollouts: 20, Discount: 0.99, Lambda: 1, Standardize: true}
	m.check()
	return m
}

// Shapes implements [Learner].
func (m MAML) Shapes() []autodiff.Shape { m.check(); return m.Policy.Shapes() }

// Init implements [Learner].
func (m MAML) Init(rng *rand.Rand) []float64 { m.check(); return m.Policy.Init(rng) }

func (m MAML) check() {
	checkPolicy("MAML", m.Policy)
	checkDistribution("MAML", m.Actions)
	checkShare("MAML", "Discount", m.Discount)
	checkShare("MAML", "Lambda", m.Lambda)
	checkCount("MAML", "rollouts", m.Rollouts)
	if m.Steps < 0 || m.Steps > 1000 || !(m.Rate >= 0) || !finite(m.Rate) || m.Surrogate > LogProbability {
		panic(fmt.Sprintf("acting: MAML: %d steps at a rate of %v, %v; there are 0 to 1000, and a rate is finite and not negative",
			m.Steps, m.Rate, m.Surrogate))
	}
}

// adapting is the traced parts of MAML for episodes of an environment.
type adapting struct {
	MAML
	of Sizes
	n  int // episodes side by side

	acting struct { // the policy
		theta     autodiff.Params
		seen, out autodiff.Value
		program   *autodiff.Program
	}
	step struct { // θ after a step
		theta, next autodiff.Params
		rate        autodiff.Value
		from        happened
		program     *autodiff.Program
	}
}

func newAdapting(what string, m MAML, s Sizes, n int, precision autodiff.Precision) *adapting {
	if s.Seen == 0 {
		panic("acting: " + what + ": MAML in an environment without observations; RL2 learns to act there")
	}
	a := &adapting{MAML: m, of: s, n: n}
	g := autodiff.New()
	a.acting.theta, a.acting.seen = g.Params(m.Policy.Shapes()), g.Input("observations", n, s.Seen)
	a.acting.out = m.Policy.Apply(nil, a.acting.theta, a.acting.seen)
	if want := m.Actions.Outputs(s); a.acting.out.Cols() != want {
		panic(fmt.Sprintf("acting: %s: %T has %d outputs; %T wants %d", what, m.Policy, a.acting.out.Cols(), m.Actions, want))
	}
	a.acting.program = autodiff.CompileAs(precision, a.acting.out)
	g = autodiff.New()
	a.step.theta, a.step.rate, a.step.from = g.Params(m.Policy.Shapes()), g.Input("rate", 1, 1), newHappened(g, s, n)
	a.step.next = m.next(a.step.theta, a.step.from, a.step.rate)
	a.step.program = autodiff.CompileAs(precision, a.step.next)
	return a
}

// next traces a step from what happened.
func (m MAML) next(theta autodiff.Params, from happened, rate autodiff.Value) autodiff.Params {
	gradient := autodiff.GradParams(from.loss(m.Surrogate, m.Actions, m.Policy.Apply(nil, theta, from.seen)), theta)
	if m.FirstOrder {
		gradient = gradient.StopGradient()
	}
	return theta.Sub(gradient.ScaleBy(rate))
}

// meta traces the meta-gradient: of the query's surrogate after a step from each of the supports.
func (m MAML) meta(theta autodiff.Params, supports []happened, query happened, rate autodiff.Value) autodiff.Params {
	after := theta
	for _, s := range supports {
		after = m.next(after, s, rate)
	}
	return autodiff.GradParams(query.loss(m.Surrogate, m.Actions, m.Policy.Apply(nil, after, query.seen)), theta)
}

// An adapter is a worker's: a crowd without memory, and workspaces.
type adapter struct {
	*adapting
	*crowd
	acts, steps       *autodiff.Workspace
	outputs           []float64
	advantage, spare  []float64
	fraction, oneRate [1]float64
}

func (a *adapting) worker() *adapter {
	c := newCrowd(a.of, a.Actions, a.n, a.of.Seen)
	return &adapter{adapting: a, crowd: c, acts: a.acting.program.NewWorkspace(), steps: a.step.program.NewWorkspace(),
		outputs: make([]float64, a.acting.out.Size()), advantage: make([]float64, len(c.live)), spare: make([]float64, len(c.live))}
}

// play runs the episodes of a task, by theta. The random numbers are those of seed and index, and of the stage that the
// task is in.
func (w *adapter) play(task Task, theta []float64, seed, index uint64, stage int) error {
	c := w.crowd
	c.clear()
	w.acts.Set(w.acting.theta, theta)
	for i := range c.n {
		e := &c.episodes[i]
		own := seed + (uint64(stage)<<32+uint64(i)+1)*0x9e3779b97f4a7c15 // odd: no two are alike
		e.world.Seed(own, index)
		e.own.Seed(own, index|choiceStream)
		c.begin(i, task)
	}
	width := w.of.Seen
	for t := range w.of.Horizon {
		now := c.reads[t*c.n*width : (t+1)*c.n*width]
		for i := range c.n {
			if e := &c.episodes[i]; !e.over {
				copy(now[i*width:], e.seen)
			}
		}
		w.acts.Set(w.acting.seen, now)
		w.acts.Run()
		w.acts.Read(w.acting.out, w.outputs)
		goesOn, err := c.act(t, c.n, w.outputs, false)
		if err != nil {
			return fmt.Errorf("stage %d, %w", stage, err)
		}
		if !goesOn {
			break
		}
	}
	c.fit(c.n, w.Discount, c.reads, w.spare)
	c.advantages(w.advantage, w.spare, c.n, w.Discount, w.Lambda)
	if w.Standardize {
		standardize(w.advantage, c.live)
	}
	return nil
}

// set sets what happened.
func (w *adapter) set(ws *autodiff.Workspace, h happened) {
	taken := 0.0
	for _, v := range w.live {
		taken += v
	}
	w.fraction[0] = 1 / taken
	ws.Set(h.seen, w.reads)
	ws.Set(h.actions, w.actions)
	ws.Set(h.advantages, w.advantage)
	ws.Set(h.live, w.live)
	ws.Set(h.fraction, w.fraction[:])
}

// adapt returns the parameters after a step from what happened last.
func (w *adapter) adapt(theta []float64, rate float64) []float64 {
	w.steps.Set(w.step.theta, theta)
	w.oneRate[0] = rate
	w.steps.Set(w.step.rate, w.oneRate[:])
	w.set(w.steps, w.step.from)
	w.steps.Run()
	return w.steps.Read(w.step.next, nil)
}

// A descent is MAML at work.
type descent struct {
	MAML
	environment Environment
	tasks       int
	seed        uint64
	theta       autodiff.Params
	stages      []happened // what the steps are taken from, then what judges the last
	gradient    autodiff.Params
	batch       *autodiff.Batch
	workers     []*adapter
	returns     []float64
}

func (m MAML) begin(t Training) worker {
	m.check()
	s := check("Training", t.Environment)
	a := newAdapting("Training", m, s, m.Rollouts, t.Precision)
	g := autodiff.New()
	d := &descent{MAML: m, environment: t.Environment, tasks: t.Batch, seed: t.Seed, theta: g.Params(m.Policy.Shapes()),
		returns: make([]float64, t.Batch)}
	for range m.Steps + 1 {
		d.stages = append(d.stages, newHappened(g, s, m.Rollouts))
	}
	d.gradient = m.meta(d.theta, d.stages[:m.Steps], d.stages[m.Steps], g.Scalar(m.Rate))
	d.batch = autodiff.CompileAs(t.Precision, d.gradient).NewBatch(d.gradient)
	for range d.batch.Workers() {
		d.workers = append(d.workers, a.worker())
	}
	return d
}

func (d *descent) direction(ctx context.Context, theta, dst []float64, iteration int) (float64, error) {
	first := uint64(iteration) * uint64(d.tasks)
	d.batch.Set(d.theta, theta)
	var faults faults
	err := d.batch.RunContext(ctx, d.tasks, func(worker, k int, ws *autodiff.Workspace) {
		w, index := d.workers[worker], first+uint64(k)
		task := d.environment.Draw(rand.New(rand.NewPCG(d.seed, index)))
		now, err := theta, error(nil)
		for stage, into := range d.stages {
			if err == nil {
				err = w.play(task, now, d.seed, index, stage)
			}
			w.set(ws, into)
			if err == nil && stage < d.Steps {
				now = w.adapt(now, d.Rate)
			}
		}
		faults.note(k, err)
		d.returns[k] = mean(w.crowd.returns(nil, w.crowd.n))
		_ = ws.RunContext(ctx) // the batch knows
	})
	if err != nil {
		return 0, err
	}
	if k, err := faults.first(); err != nil {
		return 0, fmt.Errorf("the task of seed %d and index %d: %w", d.seed, first+uint64(k), err)
	}
	d.batch.Sum(d.gradient, dst)
	return average(d.returns, dst, float64(d.tasks)), nil
}
