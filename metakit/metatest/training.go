package metatest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/nn"
)

// training is a short one of the learner.
func (c *checked) training(d metakit.Distribution) metakit.Training {
	return metakit.Training{Learner: c.learner, Tasks: d, Iterations: 3, MetaBatch: 4, Optimizer: nn.NewAdam(1e-3), Seed: 5}
}

// resumes looks at checkpoints before and after every iteration, and at a run that was cancelled within each.
func (c *checked) resumes() error {
	t := c.training(c.tasks)
	whole, err := t.Run(context.Background())
	if err != nil {
		return err
	}
	for k := range t.Iterations {
		r, err := t.Start()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		for _, err := range r.Steps(ctx) {
			if err != nil {
				return err
			}
			if len(r.History) == k {
				break
			}
		}
		if k == 0 { // a loop takes a step before it can be left
			if r, err = t.Start(); err != nil {
				return err
			}
		}
		before := r.Checkpoint()
		for _, err := range r.Steps(cancelled(int64(k % 3))) {
			if err != nil && !errors.Is(err, context.Canceled) {
				return err
			}
			break
		}
		if len(r.History) == k && !same(r.Meta, before.Meta) {
			return fmt.Errorf("cancelled within iteration %d, training leaves other meta-parameters", k+1)
		}
		for what, from := range map[string]metakit.Checkpoint{"before": before, "cancelled within": r.Checkpoint()} {
			again, err := t.Resume(from)
			if err != nil {
				return fmt.Errorf("the checkpoint from %s iteration %d: %w", what, k+1, err)
			}
			for _, err := range again.Steps(context.Background()) {
				if err != nil {
					return err
				}
			}
			if !same(again.Meta, whole.Meta) || !same(again.Statistics, whole.Statistics) || !same(again.History, whole.History) {
				return fmt.Errorf("resumed from a checkpoint %s iteration %d, training ends with other bits", what, k+1)
			}
		}
	}
	return nil
}

// cancelled returns a context that ends after a number of looks at it.
func cancelled(looks int64) context.Context {
	c := &looked{Context: context.Background()}
	c.left.Store(looks)
	return c
}

type looked struct {
	context.Context
	left atomic.Int64
}

func (c *looked) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// namesFaults puts NaN into each matrix of an episode of the second meta-batch.
func (c *checked) namesFaults() error {
	for k, name := range []string{"support X", "support Y", "query X", "query Y"} {
		drawn := metakit.Collect(c.tasks, 3, 12)
		e := drawn[6]
		[]*mat.Dense{e.Support.X, e.Support.Y, e.Query.X, e.Query.Y}[k].Set(0, 0, math.NaN())
		r, err := c.training(drawn).Run(context.Background())
		for _, part := range []string{name + " is NaN", "iteration 2", "index 6"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				return fmt.Errorf("NaN in %s: training says %v, not %q", name, err, part)
			}
		}
		if len(r.History) != 1 || !finite(r.Meta) {
			return fmt.Errorf("NaN in %s: after it %d iterations are in the history, meta-parameters %v", name, len(r.History),
				r.Meta)
		}
		_, err = metakit.Evaluation{Learner: c.learner, Tasks: drawn, Steps: []int{0}, Statistics: r.Statistics}.Run(
			context.Background(), r.Meta)
		if err == nil || !strings.Contains(err.Error(), "episode 6: "+name+" is NaN") {
			return fmt.Errorf("NaN in %s: evaluation says %v", name, err)
		}
	}
	return nil
}

// keepsTheLast trains on numbers at which steps of adaptation, or what else the learner computes, leave all bounds.
func (c *checked) keepsTheLast() error {
	for _, size := range []float64{1e150, 1e300} {
		drawn := metakit.Collect(c.tasks, 3, 12)
		e := drawn[6]
		floats.Scale(size, e.Support.X.RawMatrix().Data)
		floats.Scale(size, e.Query.X.RawMatrix().Data)
		if t := c.learner.Target(); t.Kind == nn.Number {
			floats.Scale(size, e.Support.Y.RawMatrix().Data)
		}
		r, err := c.training(drawn).Run(context.Background())
		if err == nil && len(r.History) != 3 {
			return fmt.Errorf("numbers of %v: training ends without an error after %d iterations", size, len(r.History))
		}
		if err != nil && !strings.Contains(err.Error(), "index 6") && !errors.Is(err, metakit.ErrDiverged) {
			return fmt.Errorf("numbers of %v: the error names no episode: %w", size, err)
		}
		if !finite(r.Meta) || !finite(r.Statistics) || !finite(r.History) {
			return fmt.Errorf("numbers of %v: training leaves meta-parameters %v, statistics %v and losses %v", size, r.Meta,
				r.Statistics, r.History)
		}
	}
	return nil
}

// zeroSteps asks for what is predicted before the first step, by itself and among others.
func (c *checked) zeroSteps() error {
	statistics := c.statistics()
	for k := range uint64(episodes) {
		meta, e := c.meta(k), metakit.Draw(c.tasks, 3, k)
		if r, ok := c.learner.(metakit.Restarter); ok {
			r.Restart(meta, rand.New(rand.NewPCG(k, 18)))
		}
		var first []*mat.Dense
		for _, steps := range [][]int{{0}, {0, 2}, {1, 0}} {
			all, err := metakit.NewAdapter(c.learner, meta, statistics, steps...).Predict(e.Support, e.Query.X)
			if err != nil && !errors.Is(err, metakit.ErrDiverged) { // later steps may diverge
				return err
			}
			zero := all[slices.Index(steps, 0)]
			if !finite(zero.RawMatrix().Data) {
				return fmt.Errorf("episode %d of seed 3: after 0 steps it predicts %v", k, zero.RawMatrix().Data)
			}
			if first == nil {
				first = all
			}
			if err := alike("beside other numbers of steps", []*mat.Dense{zero}, first[:1], func(i int) int { return i }); err != nil {
				return fmt.Errorf("after 0 steps: %w", err)
			}
		}
	}
	return nil
}

func finite(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}
