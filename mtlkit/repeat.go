package mtlkit

import (
	"context"
	"fmt"

	"kindred/nn"
)

// Repeat trains what configure returns for seed 0, 1, …, n−1, as many at a time as there are processors, and returns
// the runs in the order of the seeds. A run depends on its own trainer alone, so that the results have the same bits on
// any number of processors; configure is called by one goroutine.
//
// With a CheckpointFile for each seed, a repetition that was stopped goes on from there, and finished seeds are only read.
//
// The first failure, or the end of ctx, stops all; the error names the seed, and the runs, of the seeds before the
// first that was not configured, have what was learned, nil for one that had not begun. Where a trainer panics, so does
// Repeat, with the same value, when all have stopped.
func Repeat(ctx context.Context, n int, configure func(seed uint64) Trainer) ([]*Run, error) {
	checkRepeat("Repeat", ctx, n, configure)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // if configure panics
	work, ctx := newSideBySide(ctx)
	var trained []**Run
	files := map[string]int{}
	for k := range n {
		if k > 0 && ctx.Err() != nil {
			break
		}
		trainer, run := configure(uint64(k)), new(*Run)
		trained = append(trained, run)
		if file := trainer.CheckpointFile; file != "" {
			if other, taken := files[file]; taken {
				panic(fmt.Sprintf("mtlkit: Repeat: seeds %d and %d have the same CheckpointFile %q; give each its own", other, k, file))
			}
			files[file] = k
		}
		work.do(func() error {
			if ctx.Err() != nil {
				return fmt.Errorf("seed %d had not begun: %w", k, context.Cause(ctx))
			}
			var err error
			if *run, err = trainer.Train(ctx); err != nil {
				return fmt.Errorf("seed %d: %w", k, err)
			}
			return nil
		})
	}
	err := work.wait()
	runs := make([]*Run, len(trained))
	for k, run := range trained {
		runs[k] = *run
	}
	if err == nil && len(runs) < n {
		err = fmt.Errorf("seed %d had not begun: %w", len(runs), context.Cause(ctx))
	}
	return runs, err
}

// checkRepeat panics unless there is something to repeat.
func checkRepeat(caller string, ctx context.Context, n int, configure func(seed uint64) Trainer) {
	checkContext(caller, ctx)
	if n < 1 {
		panic(fmt.Sprintf("mtlkit: %s: %d seeds; there must be at least 1", caller, n))
	}
	if configure == nil {
		panic("mtlkit: " + caller + ": the function that configures a trainer is nil")
	}
}

// A Comparison sets a model against its independent twins, over seeds.
type Comparison struct {
	Joint, Alone             []*Run    // a run for each seed
	JointScores, AloneScores [][]Score // a score for each seed and each task
	Ratio                    []float64 // for each seed, the number of parameters of the twins over that of the joint model
}

// Compare trains, for seed 0, 1, …, n−1, what configure returns, and with it the independent twins of its model, from
// the same numbers, on the same data in the same order, each on its own loss; only a ClipNorm is that of all twins
// together (see [Independent]). With [Trainer.Validation] the joint model takes one epoch for all tasks, and each twin its
// own, as it would alone: where tasks are at their best at different times, that is part of the price of sharing. It
// scores both on the trainer's held-out data, or, where it has none, on the data that
// it was trained on.
func Compare(ctx context.Context, n int, configure func(seed uint64) Trainer) (Comparison, error) {
	return compare("Compare", ctx, n, configure, Trainer.Alone)
}

// CompareAtCapacity is Compare with twins that have, all together, as many parameters as the model (see [EqualCapacity]),
// from numbers of their own. Ratio says how near they come.
func CompareAtCapacity(ctx context.Context, n int, configure func(seed uint64) Trainer) (Comparison, error) {
	return compare("CompareAtCapacity", ctx, n, configure, func(t Trainer) Trainer {
		alone, _ := t.AloneAtCapacity()
		return alone
	})
}

func compare(caller string, ctx context.Context, n int, configure func(seed uint64) Trainer,
	twins func(t Trainer) Trainer) (Comparison, error) {
	checkRepeat(caller, ctx, n, configure)
	var alone []Trainer
	var c Comparison
	var err error
	c.Joint, c.JointScores, err = score(ctx, n, func(seed uint64) Trainer {
		t := configure(seed)
		a := twins(t)
		alone = append(alone, a)
		c.Ratio = append(c.Ratio, float64(nn.Size(a.Model.Shapes()))/float64(nn.Size(t.Model.Shapes())))
		return t
	})
	if err != nil {
		return c, err
	}
	c.Alone, c.AloneScores, err = score(ctx, n, func(seed uint64) Trainer { return alone[seed] })
	return c, err
}

// score repeats a training and evaluates the runs.
func score(ctx context.Context, n int, configure func(seed uint64) Trainer) ([]*Run, [][]Score, error) {
	runs, err := Repeat(ctx, n, configure)
	if err != nil {
		return runs, nil, err
	}
	scores := make([][]Score, len(runs))
	for k, run := range runs {
		data := run.trainer.HeldOut
		if data.empty() {
			data = run.trainer.Data
		}
		if scores[k], err = run.evaluate(ctx, data); err != nil {
			return runs, nil, fmt.Errorf("seed %d: %w", k, err)
		}
	}
	return runs, scores, nil
}

// Losses returns the losses of a task, a number for each seed: of the joint model and of the twin.
func (c Comparison) Losses(task int) (joint, alone []float64) {
	c.check("Losses", task)
	for k := range c.JointScores {
		joint, alone = append(joint, c.JointScores[k][task].Loss), append(alone, c.AloneScores[k][task].Loss)
	}
	return joint, alone
}

// Values returns the metrics of a task as Losses returns the losses.
func (c Comparison) Values(task int) (joint, alone []float64) {
	c.check("Values", task)
	for k := range c.JointScores {
		joint, alone = append(joint, c.JointScores[k][task].Value), append(alone, c.AloneScores[k][task].Value)
	}
	return joint, alone
}

// Gain returns by how much the joint model's loss is below the twin's: the mean over seeds with its paired 95 %
// interval. An interval above 0 says that sharing helps the task, one below 0 that it hurts.
func (c Comparison) Gain(task int) Interval {
	c.check("Gain", task)
	joint, alone := c.Losses(task)
	return PairedInterval(alone, joint)
}

// check panics unless there are scores of the task, by the joint model and by the twin.
func (c Comparison) check(method string, task int) {
	if len(c.JointScores) == 0 || len(c.JointScores) != len(c.AloneScores) {
		panic(fmt.Sprintf("mtlkit: Comparison.%s: the joint model has scores of %d seeds, the twins of %d; Compare makes a "+
			"comparison", method, len(c.JointScores), len(c.AloneScores)))
	}
	for k := range c.JointScores {
		if m := min(len(c.JointScores[k]), len(c.AloneScores[k])); task < 0 || task >= m {
			panic(fmt.Sprintf("mtlkit: Comparison.%s: task %d of %d", method, task, m))
		}
	}
}
