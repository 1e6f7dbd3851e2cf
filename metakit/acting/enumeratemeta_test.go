package acting

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
	"kindred/nn"
)

// A walk of some steps with two choices each: what is seen in a step is made of the choices before, and rewards are
// any.
type walk struct {
	steps   int
	rewards []float64 // by step, and by the choices so far as bits
}

func (w walk) histories() int { return 1 << w.steps }

// row says what history h sees in step t, chooses there and gets for it.
func (w walk) row(h, t int) (seen float64, choice int, reward float64) {
	past := h & (1<<t - 1)
	return math.Cos(float64(3*t + 5*past)), h >> t & 1, w.rewards[t*w.histories()+h&(1<<(t+1)-1)]
}

// expected traces the expected return of a policy as a sum over all histories, and their probabilities, n × 1.
func (w walk) expected(policy nn.Network, theta autodiff.Params) (total, chance autodiff.Value) {
	g, n := theta.At(0).Graph(), w.histories()
	log, gain := g.Fill(n, 1, 0), make([]float64, n)
	for t := range w.steps {
		seen, choice := make([]float64, n), make([]float64, n)
		for h := range n {
			s, c, r := w.row(h, t)
			seen[h], choice[h] = s, float64(c)
			gain[h] += r
		}
		log = log.Add(Softmax{}.LogProbability(policy.Apply(nil, theta, g.Const(n, 1, seen)), g.Const(n, 1, choice)))
	}
	chance = log.Exp()
	return chance.Mul(g.Const(n, 1, gain)).Sum(), chance
}

// set sets all histories, weighted by their probabilities, as what happened; whatever is taken off the returns to come,
// it depends on what was seen before alone.
func (w walk) set(ws *autodiff.Workspace, into happened, chance []float64) {
	n := w.histories()
	var seen, choices, advantages, live []float64
	for t := range w.steps {
		for h := range n {
			s, c, _ := w.row(h, t)
			ahead := -0.7 * s // the baseline
			for later := t; later < w.steps; later++ {
				_, _, r := w.row(h, later)
				ahead += r
			}
			seen, choices, live = append(seen, s), append(choices, float64(c)), append(live, 1)
			advantages = append(advantages, ahead*chance[h]*float64(n))
		}
	}
	ws.Set(into.seen, seen)
	ws.Set(into.actions, choices)
	ws.Set(into.advantages, advantages)
	ws.Set(into.live, live)
	ws.Set(into.fraction, []float64{1 / float64(len(live))})
}

// The meta-gradient through a step of policy gradient, against the derivative of an enumerated sum: of −J(θ −
// α∇(−J(θ)/T))/T with the expected return J over T steps, all histories weighted by their probabilities in place of
// episodes. DiCE agrees; ProMP's surrogate where an episode has one step; the logarithm of the probability nowhere,
// though its first step does.
func TestMetaGradientAgainstEnumeration(t *testing.T) {
	policy := nn.MLP{Widths: []int{1, 3, 2}, Activation: nn.Tanh}
	const rate = 0.8
	for _, steps := range []int{1, 3} {
		rng := rand.New(rand.NewPCG(5, 6))
		theta := policy.Init(rng)
		w := walk{steps: steps}
		for range steps * w.histories() {
			w.rewards = append(w.rewards, rng.NormFloat64())
		}
		g := autodiff.New()
		p := g.Params(policy.Shapes())
		before, chance := w.expected(policy, p)
		after := p.Add(autodiff.GradParams(before, p).Scale(rate / float64(steps)))
		last, chanceAfter := w.expected(policy, after)
		exact := autodiff.GradParams(last.Scale(-1/float64(steps)), p)
		ws := autodiff.Compile(exact, after, chance, chanceAfter).NewWorkspace()
		ws.Set(p, theta)
		ws.Run()
		want := ws.Read(exact, nil)
		for _, s := range []Surrogate{LowVariance, DiCE, LogProbability} {
			m := MAML{Policy: policy, Actions: Softmax{}, Surrogate: s}
			g := autodiff.New()
			n, sizes := w.histories(), Sizes{Seen: 1, Actions: 2, Choices: true, Horizon: steps}
			p, support, query := g.Params(policy.Shapes()), newHappened(g, sizes, n), newHappened(g, sizes, n)
			next := m.next(p, support, g.Scalar(rate))
			gradient := m.meta(p, []happened{support}, query, g.Scalar(rate))
			run := autodiff.Compile(next, gradient).NewWorkspace()
			run.Set(p, theta)
			w.set(run, support, ws.Read(chance, nil))
			w.set(run, query, ws.Read(chanceAfter, nil))
			run.Run()
			if off := distance(run.Read(next, nil), ws.Read(after, nil)); off > 1e-13 {
				t.Errorf("%d steps, %v: the inner step is off by %v", steps, s, off)
			}
			off := distance(run.Read(gradient, nil), want)
			exactly := s == DiCE || s == LowVariance && steps == 1
			if exactly && off > 1e-13 || !exactly && off < 1e-3 {
				t.Errorf("%d steps, %v: the meta-gradient is off by %v", steps, s, off)
			}
			t.Logf("%d steps, %v: off by %.2g of %.2g", steps, s, off, distance(want, make([]float64, len(want))))
		}
	}
}

func distance(x, y []float64) (d float64) {
	for k := range x {
		d = max(d, math.Abs(x[k]-y[k]))
	}
	return d
}
