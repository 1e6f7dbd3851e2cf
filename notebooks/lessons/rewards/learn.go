package rewards

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/metakit/acting"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Learned is what became of a training of RL².
type Learned struct {
	Theta   []float64
	Values  []float64 // exact, of the likeliest arms, after every tenth iteration, before the first too
	Returns []float64 // mean wins of the ten iterations before, arms drawn by the policy; of the first as before training
}

const every = 10 // iterations between points of a curve

// A Progress is told how much of a long computation is done, and when it has ended.
type Progress interface {
	Set(done int)
	Done()
}

// Learn returns a function that trains from the seeds 1, 2, …, and counts the iterations of all. It ends early with
// ctx.
func Learn(t acting.Training, policy acting.Memory, seeds int, progress Progress) func(context.Context) ([]Learned,
	error) {
	return func(ctx context.Context) (all []Learned, _ error) {
		defer progress.Done()
		b := t.Environment.(acting.Bandit)
		for seed := range seeds {
			t.Seed = uint64(seed + 1)
			run, err := t.Start()
			if err != nil {
				return all, err
			}
			l := Learned{Theta: run.Theta, Values: []float64{b.Greedy(policy, run.Theta)}}
			for p, err := range run.Steps(ctx) {
				if err != nil {
					return append(all, l), err
				}
				if p.Iteration%every == 0 {
					l.Values = append(l.Values, b.Greedy(policy, run.Theta))
					l.Returns = append(l.Returns, floats.Sum(run.History[p.Iteration-every:])/every)
				}
				progress.Set(seed*t.Iterations + p.Iteration)
			}
			l.Theta = run.Theta
			all = append(all, l)
		}
		return all, nil
	}
}

// Learning charts what the policy is worth while it learns, between what players are worth.
func Learning(b acting.Bandit, all []Learned) lessons.Chart {
	best, thompson := b.Value(new(acting.Optimum)), b.Value(new(acting.Thompson))
	greedy := plots.Series{Name: "likeliest arm", Role: plots.Blue, Dots: true}
	drawn := plots.Series{Name: "drawn, as it learns", Role: plots.Green}
	points := len(all[0].Values)
	for _, l := range all {
		points = min(points, len(l.Values)) // of one that was stopped
	}
	for k := range points {
		greedy.X, greedy.Y = append(greedy.X, float64(k*every)), append(greedy.Y, 0)
		for _, l := range all {
			greedy.Y[k] += l.Values[k] / float64(len(all))
		}
		if k > 0 {
			drawn.X, drawn.Y = append(drawn.X, (float64(k)-0.5)*every), append(drawn.Y, 0)
			for _, l := range all {
				drawn.Y[k-1] += l.Returns[k-1] / float64(len(all))
			}
		}
	}
	for _, l := range all {
		greedy.Runs = append(greedy.Runs, l.Values[:points])
	}
	last, least := greedy.Y[points-1], float64(b.Pulls)/2
	for _, l := range all {
		least = min(least, slices.Min(l.Values))
	}
	drawnSeeds := "one seed"
	if len(all) > 1 {
		drawnSeeds = fmt.Sprintf("mean of %d seeds, each thin", len(all))
	}
	chart := plots.Curves{
		Title: fmt.Sprintf("It wins %.1f %% of what can be won; Thompson sampling %.1f %%", 100*last/best,
			100*thompson/best),
		Subtitle: fmt.Sprintf("%d arms, %d pulls; %s; the blue values are exact", b.Arms, b.Pulls, drawnSeeds),
		X:        "iterations", Y: fmt.Sprintf("wins in %d pulls", b.Pulls),
		Series: []plots.Series{greedy, drawn}, YLim: plots.Range{math.Floor(4*least) / 4, math.Ceil(4*best) / 4},
		Floors: []plots.Floor{{Name: fmt.Sprintf("Bayes optimum %.3f", best), Y: best},
			{Name: fmt.Sprintf("Thompson %.3f", thompson), Y: thompson}, {Name: "random", Y: float64(b.Pulls) / 2}},
	}
	return lessons.Chart{Curves: []plots.Curves{chart},
		Alt: fmt.Sprintf("Line chart of the wins of a learning policy over iterations: from %.2f to %.2f; the Bayes "+
			"optimum is %.2f.", greedy.Y[0], last, best),
		Caption: fmt.Sprintf("In %% of the optimum, pulling the likeliest arm: after 0 and %s iterations %s.",
			lessons.Thousands((points-1)*every), shares(greedy.Y, best))}
}

func shares(y []float64, best float64) string {
	return fmt.Sprintf("%.1f and %.1f", 100*y[0]/best, 100*y[len(y)-1]/best)
}
