package relate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"kindred/internal/team"
	"kindred/mtlkit"
)

// Affinities measures inter-task affinity (TAG) while all tasks train together, once a seed: the Influence of task i on
// task j is the mean over the training of
//
//	Z(i→j) = 1 − Lⱼ(θₛ − rate·∇Lᵢ(θₛ), θⱼ) / Lⱼ(θₛ, θⱼ)
//
// where θₛ are the parameters that tasks share, θⱼ those of task j alone, and L the mean losses on the batch of the
// training step that comes next: by what share one step for task i alone would lower the loss of task j. It is looked
// at before every epoch whose number, from 0, is a multiple of every; 1 is each. Training goes on as if nobody had
// looked. A loss of 0, and a task without a label in the batch, are left out of the mean.
//
// To first order Z(i→j) is rate·⟨∇Lᵢ, ∇Lⱼ⟩/Lⱼ. It grows with the rate and with the scale of Lᵢ, so that it ranks the
// companions of one task better than pairs with one another; tasks should be in units that are alike. It costs one
// training instead of T(T+1)/2, and is a guess at what [Study.Pairs] measures, on training rows. Its intervals and
// tests are those of seeds that draw rows of their own, whatever Resplits says.
//
// The authors' code departs from their paper. It divides Z by the learning rate. For CelebA its step for one task goes
// on from the momentum that all tasks gathered; for Taskonomy it adds the decay of weights (and means to add the
// momentum, which it looks for in a wrong place), and looks in every tenth step. Where it selects networks, a task
// alone counts −10⁶, so that none is. Here the step is the paper's.
//
// Reference: Fifty, Amid, Zhao, Yu, Anil, Finn. Efficiently identifying task groupings for multi-task learning. NeurIPS
// 2021, arXiv:2109.04617; code: google-research/tag.
func (s Study) Affinities(ctx context.Context, rate float64, every int) (Influence, error) {
	s.check("Affinities", ctx)
	if !(rate > 0) || math.IsInf(rate, 1) || every < 1 {
		panic(fmt.Sprintf("relate: Study.Affinities: the rate is %v, and every %d; the rate is positive and finite, "+
			"such as 0.1, and 1 looks before each epoch", rate, every))
	}
	m := len(s.Tasks)
	means, errs := make([][][]float64, s.Seeds), make([]error, s.Seeds)
	running, stop := context.WithCancel(ctx)
	defer stop()
	var job team.Job
	var configuring sync.Mutex
	job.Do(s.Seeds, runtime.GOMAXPROCS(0), func(_, k int) {
		if running.Err() == nil {
			trainer, _ := s.configure(&configuring, work{Tasks: s.all(), seed: uint64(k)})
			if means[k], errs[k] = affinity(running, trainer, rate, every); errs[k] != nil {
				stop()
			}
		}
	})
	if ctx.Err() != nil {
		return Influence{}, fmt.Errorf("relate: stopped: %w", context.Cause(ctx))
	}
	for k, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return Influence{}, fmt.Errorf("relate: affinities, seed %d: %w", k, err)
		}
	}
	f := Influence{Tasks: s.Tasks, Values: cube(m)}
	for i := range m {
		for j := range m {
			for k := range means {
				if i != j {
					f.Values[i][j] = append(f.Values[i][j], means[k][i][j])
				}
			}
		}
	}
	return f, nil
}

// affinity trains, and returns the mean of what each step of one task would do for each.
func affinity(ctx context.Context, t mtlkit.Trainer, rate float64, every int) ([][]float64, error) {
	run, err := t.Start()
	if err != nil {
		return nil, err
	}
	m := len(t.Tasks)
	sums, counts := make([][]float64, m), make([][]float64, m)
	for i := range sums {
		sums[i], counts[i] = make([]float64, m), make([]float64, m)
	}
	ahead := run.Lookahead()
	look := func() {
		before, after := ahead.At(rate)
		for i := range m {
			for j := range m {
				if after[i][j] == after[i][j] && before[j] > 0 {
					sums[i][j] += 1 - after[i][j]/before[j]
					counts[i][j]++
				}
			}
		}
	}
	if t.Epochs > 0 {
		look()
	}
	for epoch, err := range run.Epochs(ctx) {
		if err != nil {
			return nil, err
		}
		if epoch.Number%every == 0 && epoch.Number < t.Epochs {
			look()
		}
	}
	for i := range m {
		for j := range m {
			sums[i][j] /= counts[i][j] // NaN where nothing was seen
		}
	}
	return sums, nil
}
