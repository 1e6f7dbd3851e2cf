package acting

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
)

// histories fills a crowd with all histories of a bandit, one an episode, and returns what probability the bandit, as
// long as the arms are pulled, gives to each.
func (r *rememberer) histories(b Bandit) []float64 {
	n := 1
	for range b.Pulls {
		n *= 2 * b.Arms
	}
	if n != r.n {
		panic("the crowd has another size")
	}
	probability := make([]float64, n)
	for i := range n {
		arms, p, rest := make([]Tally, b.Arms), 1.0, i
		for t := range b.Pulls {
			r.readRow(t, i, nil)
			arm, won := rest%b.Arms, rest/b.Arms%2 == 1
			rest /= 2 * b.Arms
			row := t*n + i
			r.actions[row], r.live[row] = float64(arm), 1
			if mean := arms[arm].Mean(); won {
				p, r.rewards[row] = p*mean, 1
			} else {
				p *= 1 - mean
			}
			arms[arm] = arms[arm].with(won)
		}
		probability[i] = p
	}
	return probability
}

// The expected reward of a policy is a sum over all histories, a polynomial in the probabilities of its choices, which
// is differentiated here as it stands. The expectation of the estimated gradient, over the same histories, is that
// gradient, whatever the values say: λ = 1 has no bias. With λ < 1 and wrong values it has one.
func TestGradientAgainstEnumeration(t *testing.T) {
	b := Bandit{Arms: 2, Pulls: 3}
	const n = 4 * 4 * 4
	for _, policy := range []Memory{NewRecurrent(b, Softmax{}, 5), Exchangeable{Arms: 2, Units: 3}} {
		theta := policy.Init(rand.New(rand.NewPCG(3, 4)))
		rng := rand.New(rand.NewPCG(1, 2))
		for k := range theta {
			theta[k] += 0.5 * rng.NormFloat64()
		}
		step := newStepper("a test", policy, b.Sizes(), Softmax{}, n, autodiff.Float64)
		crowd := step.worker()
		bandit := crowd.histories(b)

		g := autodiff.New()
		p, reads, actions := g.Params(policy.Shapes()), g.Const(3*n, b.Sizes().reads(), crowd.reads), g.Const(3*n, 1, crowd.actions)
		state, log := g.Fill(n, policy.State(), 0), g.Fill(n, 1, 0)
		for t := range b.Pulls {
			var out autodiff.Value
			out, _, state = policy.Step(p, reads.SliceRows(t*n, (t+1)*n), state)
			log = log.Add(Softmax{}.LogProbability(out, actions.SliceRows(t*n, (t+1)*n)))
		}
		gain := g.Const(n, 1, crowd.returns(nil, n))
		chance := g.Const(n, 1, bandit).Mul(log.Exp())
		total := chance.Sum()
		reward := chance.Mul(gain).Sum()
		gradient := autodiff.GradParams(reward, p)
		ws := autodiff.Compile(reward, gradient, total, chance).NewWorkspace()
		ws.Set(p, theta)
		ws.Run()
		if math.Abs(ws.Scalar(total)-1) > 1e-13 {
			t.Fatalf("the probabilities add up to %v", ws.Scalar(total))
		}
		want := ws.Read(gradient, nil)

		for _, lambda := range []float64{1, 0.5} {
			u := RL2{Policy: policy, Actions: Softmax{}, Discount: 1, Lambda: lambda}.unroll(b.Sizes(), n, autodiff.Float64)
			for k := range crowd.values {
				crowd.values[k] = 0.3 * rng.NormFloat64() // any, but they may depend on what was seen alone
			}
			values := map[string]float64{}
			for i := range n { // histories that agree so far have the same value
				for s := range b.Pulls {
					key := ""
					for before := range s {
						row := before*n + i
						key += string(rune('a' + int(crowd.actions[row])*2 + int(crowd.rewards[row])))
					}
					if _, ok := values[key]; !ok {
						values[key] = crowd.values[s*n+i]
					}
					crowd.values[s*n+i] = values[key]
				}
			}
			chances := ws.Read(chance, nil)
			for row := range crowd.live {
				crowd.live[row] = chances[row%n]
			}
			run := u.program.NewWorkspace()
			run.Set(u.theta, theta)
			run.Set(u.entropy, []float64{0})
			u.set(run, crowd, n)
			run.Run()
			got, off := run.Read(u.gradient, nil), 0.0
			for k := range got {
				off = max(off, math.Abs(got[k]+want[k]))
			}
			if (off < 1e-12) != (lambda == 1) {
				t.Errorf("%T, λ = %v: the estimate's expectation is off by %v", policy, lambda, off)
			}
		}
	}
}
