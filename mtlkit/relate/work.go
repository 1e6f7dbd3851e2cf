package relate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"

	"kindred/internal/team"
	"kindred/sweep"
)

// A work is some tasks to be trained together on a seed.
type work struct {
	Tasks    []int
	Twin     bool // by Study.Twin
	Shuffled bool // the labels of all tasks but Kept
	Kept     int
	seed     uint64
}

// found is what came of it.
type found struct {
	Losses []float64 // of each of its tasks, on the rows to test on
	Share  []float64 // labelled rows to test on for one to train on
}

// do trains everything in the list, as many at a time as there are processors, and returns what came of each. What
// comes of one depends on itself alone.
func (s *Study) do(ctx context.Context, list []work) ([]found, error) {
	if s.Store != "" {
		return s.keep(ctx, list)
	}
	results, errs := make([]found, len(list)), make([]error, len(list))
	running, stop := context.WithCancel(ctx)
	defer stop()
	var job team.Job
	var configuring sync.Mutex
	job.Do(len(list), runtime.GOMAXPROCS(0), func(_, k int) {
		if running.Err() != nil {
			return
		}
		returned := false
		defer func() {
			if !returned || errs[k] != nil {
				stop()
			}
		}()
		results[k], errs[k] = s.one(running, &configuring, list[k])
		returned = true
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("relate: stopped: %w", context.Cause(ctx))
	}
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return nil, err
		}
	}
	return results, nil
}

// keep is do with a store.
func (s *Study) keep(ctx context.Context, list []work) ([]found, error) {
	var configuring sync.Mutex
	e := sweep.Experiment[found]{Name: "relate", Setup: s.Setup}
	e.Run = func(ctx context.Context, c sweep.Cell) (found, error) {
		w := c.Settings.(work)
		w.seed = c.Seed
		return s.one(ctx, &configuring, w)
	}
	for _, w := range list {
		c := sweep.Cell{Name: s.names(w.Tasks), Seed: w.seed}
		w.seed = 0
		c.Settings = w
		e.Cells = append(e.Cells, c)
	}
	if err := e.Work(ctx, s.Store, sweep.Share{}); err != nil {
		return nil, err
	}
	table, err := e.Collect(s.Store)
	if err == nil {
		err = table.Err()
	}
	if err != nil {
		return nil, err
	}
	results := make([]found, len(list))
	for k, row := range table.Rows {
		results[k] = row.Result
	}
	return results, nil
}

// one trains and tests.
func (s *Study) one(ctx context.Context, configuring *sync.Mutex, w work) (found, error) {
	trainer, test := s.configure(configuring, w)
	run, err := trainer.Train(ctx)
	if err != nil {
		return found{}, fmt.Errorf("relate: %s, seed %d: %w", s.names(w.Tasks), w.seed, err)
	}
	scores, err := run.Evaluate(test)
	if err != nil {
		return found{}, fmt.Errorf("relate: %s, seed %d, rows to test on: %w", s.names(w.Tasks), w.seed, err)
	}
	var f found
	for k, score := range scores {
		if score.Rows == 0 {
			return found{}, fmt.Errorf("relate: %s, seed %d: task %q has no label among the rows to test on; split "+
				"them so that each task has some", s.names(w.Tasks), w.seed, score.Task)
		}
		if score.Loss < 0 || math.IsInf(score.Loss, 1) {
			return found{}, fmt.Errorf("relate: %s, seed %d: the test loss of task %q is %v; a gain is a share of "+
				"it, and it must be finite and not negative", s.names(w.Tasks), w.seed, score.Task, score.Loss)
		}
		f.Losses = append(f.Losses, score.Loss)
		f.Share = append(f.Share, float64(score.Rows)/float64(max(1, labelled(trainer.Data.Y[k]))))
	}
	return f, nil
}

// names returns the names of some tasks, in one text.
func (s *Study) names(tasks []int) string {
	var names []string
	for _, i := range tasks {
		names = append(names, s.Tasks[i])
	}
	return strings.Join(names, " + ")
}
