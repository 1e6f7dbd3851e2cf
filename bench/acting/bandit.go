package main

import (
	"context"
	"fmt"
	"slices"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/metakit/acting"
	"kindred/nn"
)

// A banditReport is what the results file of bandits holds.
type banditReport struct {
	SHA256  string `json:"sha256"` // its checksum
	Command string // that wrote it
	Bandits []banditResult
}

// A banditResult is that of one family of bandits.
type banditResult struct {
	Arms, Pulls int
	Players     []worth // the last is the optimum
	Learned     []learned
}

// A worth is a player's exact expected reward.
type worth struct {
	Name  string
	Value float64
}

// A learned policy.
type learned struct {
	Name       string
	Parameters int
	Iterations int
	Batch      int
	Values     []float64 // exact expected rewards of pulling the likeliest arm, of each seed
	Best       []float64 // the best of each seed's curve: what stopping by the exact value would have kept
	Curves     [][]point // of each seed
	Seconds    float64   // of all trainings, by the clock; 0 where they were kept
}

type point struct {
	Iteration int
	Return    float64 // mean return in training since the last point, arms drawn by the policy
	Value     float64 // exact, of the likeliest arms
}

// A course is how RL² is trained.
type course struct {
	name       string
	policy     func(b acting.Bandit) acting.Memory
	rate       float64
	lambda     float64
	entropy    float64 // at first; along half a cosine to cooled times that
	cooled     float64
	iterations int
	seeds      int
	first      uint64 // of them
	most       int    // arms of bandits that it is trained for; learning them takes the longer the more there are
}

const episodes = 512 // in an iteration

var courses = []course{
	{"equivariant GRU", func(b acting.Bandit) acting.Memory { return acting.Exchangeable{Arms: b.Arms, Units: 16} },
		0.03, 0.8, 0.06, 0.5, 150, 10, 101, 10}, // no setting was chosen on these seeds
	{"plain GRU", func(b acting.Bandit) acting.Memory { return acting.NewRecurrent(b, acting.Softmax{}, 64) },
		0.005, 0.5, 0.1, 0, 2000, 1, 1, 5},
}

func bandits(ctx context.Context, l lab, out string) error {
	r := banditReport{SHA256: durable.Unstamped, Command: "make bandit"}
	for _, b := range []acting.Bandit{{Arms: 5, Pulls: 10}, {Arms: 10, Pulls: 10}} {
		result := banditResult{Arms: b.Arms, Pulls: b.Pulls, Players: players(b)}
		best := result.Players[len(result.Players)-1].Value
		fmt.Printf("%d arms, %d pulls\n", b.Arms, b.Pulls)
		for _, p := range result.Players {
			fmt.Printf("  %-34s %.4f  %6.2f %%\n", p.Name, p.Value, 100*p.Value/best)
		}
		for _, c := range courses {
			if b.Arms > c.most {
				continue
			}
			found, err := c.run(ctx, l, b)
			if err != nil {
				return err
			}
			result.Learned = append(result.Learned, found)
			mean := metakit.MeanInterval(found.Values)
			fmt.Printf("  %-34s %.4f  %6.2f %%  [%.4f, %.4f], median %.4f, %d seeds, %d parameters, %.0f s\n", "RL², "+c.name,
				mean.Mean, 100*mean.Mean/best, mean.Low, mean.High, metakit.MedianRange(found.Values).Median, mean.N,
				found.Parameters, found.Seconds)
			mean = metakit.MeanInterval(found.Best)
			fmt.Printf("  %-34s %.4f  %6.2f %%  [%.4f, %.4f]\n", "  stopped at its best", mean.Mean, 100*mean.Mean/best, mean.Low,
				mean.High)
		}
		r.Bandits = append(r.Bandits, result)
	}
	return durable.ReplaceJSON(out, r)
}

// players returns what players are worth.
func players(b acting.Bandit) (all []worth) {
	for _, p := range []struct {
		name   string
		player acting.Player
	}{
		{"random", acting.Random{}}, {"UCB1", acting.UCB1{}}, {"Thompson sampling", new(acting.Thompson)},
		{"Gittins, discount 0.9", &acting.Gittins{Discount: 0.9}}, {"Gittins, finite horizon", &acting.Gittins{Discount: 1}},
		{"Bayes optimum", new(acting.Optimum)},
	} {
		all = append(all, worth{p.name, b.Value(p.player)})
	}
	return all
}

func (c course) run(ctx context.Context, l lab, b acting.Bandit) (learned, error) {
	policy := c.policy(b)
	learner := acting.NewRL2(policy, acting.Softmax{})
	learner.Lambda, learner.Entropy = c.lambda, c.entropy
	learner.Cooling = nn.CosineDecay{Steps: c.iterations, Floor: c.cooled}
	found := learned{Name: c.name, Parameters: nn.Size(policy.Shapes()), Iterations: c.iterations, Batch: episodes}
	for seed := range l.of(c.seeds) {
		t := acting.Training{Learner: learner, Environment: b, Iterations: c.iterations, Batch: episodes,
			Optimizer: nn.NewAdam(c.rate), Schedule: nn.CosineDecay{Steps: c.iterations, Floor: 0.05}, ClipNorm: 1,
			Seed: c.first + uint64(seed), Precision: autodiff.Float32}
		name := fmt.Sprintf("bandit-%d-%s", b.Arms, c.name)
		k := l.kept(name, t.Seed)
		every := max(1, c.iterations/15)
		run, seconds, err := l.train(ctx, t, name, func(r *acting.Run, p acting.Progress) error {
			if p.Iteration%every != 0 {
				return nil
			}
			k.Curve = slices.DeleteFunc(k.Curve, func(q point) bool { return q.Iteration >= p.Iteration })
			k.Curve = append(k.Curve, point{p.Iteration, metakit.MeanInterval(r.History[p.Iteration-every:]).Mean,
				b.Greedy(policy, r.Theta)})
			return l.keep(name, t.Seed, k)
		})
		if err != nil {
			return found, err
		}
		curve := k.Curve
		found.Values = append(found.Values, b.Greedy(policy, run.Theta))
		kept := found.Values[seed]
		for _, p := range curve {
			kept = max(kept, p.Value)
		}
		found.Best, found.Curves = append(found.Best, kept), append(found.Curves, curve)
		found.Seconds += seconds
	}
	return found, nil
}
