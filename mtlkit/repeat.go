package mtlkit

import (
	"context"
	"fmt"
)

// Repeat trains what configure returns for seed 0, 1, …, n−1, as many at a time as there are processors, and returns
// the runs in the order of the seeds. A run depends on its own trainer alone, so that the results have the same bits on
// any number of processors; configure is called by one goroutine.
//
// The first failure, or the end of ctx, stops all; the error names the seed, and the runs have what was learned, nil
// for a seed that had not begun. Where a trainer panics, so does Repeat, with the same value, when all have stopped.
func Repeat(ctx context.Context, n int, configure func(seed uint64) Trainer) ([]*Run, error) {
	runs := make([]*Run, n)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // if configure panics
	work, ctx := newSideBySide(ctx)
	for k := range n {
		trainer := configure(uint64(k))
		work.do(func() error {
			if ctx.Err() != nil {
				return fmt.Errorf("seed %d had not begun: %w", k, context.Cause(ctx))
			}
			var err error
			if runs[k], err = trainer.Train(ctx); err != nil {
				return fmt.Errorf("seed %d: %w", k, err)
			}
			return nil
		})
	}
	return runs, work.wait()
}

// A Comparison sets a model against its independent twins, over seeds.
type Comparison struct {
	Joint, Alone             []*Run    // a run for each seed
	JointScores, AloneScores [][]Score // a score for each seed and each task
}

// Compare trains, for seed 0, 1, …, n−1, what configure returns, and with it the independent twins of its model, from
// the same numbers, on the same data in the same order, each on its own loss; only a ClipNorm is that of all twins
// together (see [Independent]). It scores both on the trainer's held-out data, or, where it has none, on the data that
// it was trained on.
func Compare(ctx context.Context, n int, configure func(seed uint64) Trainer) (Comparison, error) {
	var joint, alone []Trainer
	for k := range n {
		t := configure(uint64(k))
		joint, alone = append(joint, t), append(alone, t.alone())
	}
	var c Comparison
	var err error
	if c.Joint, c.JointScores, err = score(ctx, joint); err != nil {
		return c, err
	}
	c.Alone, c.AloneScores, err = score(ctx, alone)
	return c, err
}

// score trains each of the trainers and evaluates the runs.
func score(ctx context.Context, trainers []Trainer) ([]*Run, [][]Score, error) {
	runs, err := Repeat(ctx, len(trainers), func(seed uint64) Trainer { return trainers[seed] })
	if err != nil {
		return runs, nil, err
	}
	scores := make([][]Score, len(runs))
	for k, run := range runs {
		data := trainers[k].HeldOut
		if data.empty() {
			data = trainers[k].Data
		}
		if scores[k], err = run.Evaluate(data); err != nil {
			return runs, nil, fmt.Errorf("seed %d: %w", k, err)
		}
	}
	return runs, scores, nil
}

// Losses returns the losses of a task, a number for each seed: of the joint model and of the twin.
func (c Comparison) Losses(task int) (joint, alone []float64) {
	for k := range c.JointScores {
		joint, alone = append(joint, c.JointScores[k][task].Loss), append(alone, c.AloneScores[k][task].Loss)
	}
	return joint, alone
}

// Values returns the metrics of a task as Losses returns the losses.
func (c Comparison) Values(task int) (joint, alone []float64) {
	for k := range c.JointScores {
		joint, alone = append(joint, c.JointScores[k][task].Value), append(alone, c.AloneScores[k][task].Value)
	}
	return joint, alone
}

// Gain returns by how much the joint model's loss is below the twin's: the mean over seeds with its paired 95 %
// interval. An interval above 0 says that sharing helps the task, one below 0 that it hurts.
func (c Comparison) Gain(task int) Interval {
	joint, alone := c.Losses(task)
	return PairedInterval(alone, joint)
}
