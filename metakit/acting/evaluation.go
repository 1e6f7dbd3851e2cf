package acting

import (
	"context"
	"fmt"

	"kindred/autodiff"
	"kindred/internal/team"
)

// An Evaluation lets a policy with a memory act in episodes of new tasks, those of the seed with indices from 0 on. At
// a bandit they are those of [Bandit.Play], with the same luck, so that differences to a player are paired.
type Evaluation struct {
	Policy      Memory
	Actions     Distribution
	Environment Environment
	Episodes    int
	Seed        uint64
	Likeliest   bool // take the likeliest action, instead of drawing one
}

// Run returns the return of every episode. The error is that of ctx, or names an episode.
func (e Evaluation) Run(ctx context.Context, theta []float64) ([]float64, error) {
	s := check("Evaluation", e.Environment)
	checkMemory("Evaluation", e.Policy)
	checkDistribution("Evaluation", e.Actions)
	checkCount("Evaluation", "episodes", e.Episodes)
	checkContext("Evaluation", ctx)
	checkTheta("Evaluation", theta, e.Policy.Shapes())
	n := min(crowdSize, e.Episodes)
	step := newStepper("Evaluation", e.Policy, s, e.Actions, n, autodiff.Float64)
	returns, portions := make([]float64, e.Episodes), (e.Episodes+n-1)/n
	workers := make([]*rememberer, min(processors(), portions))
	var faults faults
	new(team.Job).Do(portions, len(workers), func(worker, k int) {
		if ctx.Err() != nil {
			return
		}
		if workers[worker] == nil {
			workers[worker] = step.worker()
		}
		w, count := workers[worker], min(n, e.Episodes-k*n)
		faults.note(k*n, w.play(e.Environment, theta, e.Seed, uint64(k*n), count, e.Likeliest))
		w.returns(returns[k*n:k*n], count)
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("acting: evaluation stopped: %w", ctx.Err())
	}
	if k, err := faults.first(); err != nil {
		return nil, fmt.Errorf("acting: episodes from number %d on: %w", k, err)
	}
	return returns, nil
}
