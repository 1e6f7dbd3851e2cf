package metakit

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/stop"
	"kindred/nn"
)

// Evaluation measures, on new tasks, the query loss after given numbers of steps of adaptation to the support set, and
// the loss's score, such as the accuracy of classes.
type Evaluation struct {
	Learner    Learner
	Tasks      Distribution       // a test family, such as [kindred/metakit/tasks.Sinusoid.Test], or a [Collection]
	Steps      []int              // after which numbers of steps to measure; {0} of a learner that does not adapt in steps
	Episodes   int                // number of test episodes, one of each task; 0 is all of a [Finite] distribution
	Seed       uint64             // of the episodes; but for a Collection, none is one of a training, whatever its seed
	Precision  autodiff.Precision // of the computation
	Statistics []float64          // the running statistics of the run that learned; most learners have none
}

// Run measures the learner with these meta-parameters. There is one outcome for every number of steps. The error is
// that of the context, or names an episode whose data are not finite or not what the loss takes, or a meta-parameter
// that is not finite.
func (e Evaluation) Run(ctx context.Context, meta []float64) ([]Outcome, error) {
	checkContext("Evaluation.Run", ctx)
	checkLearner("Evaluation", e.Learner)
	all := e.episodes()
	checkNumbers("Evaluation", e.Steps)
	c := e.crew("Evaluation").start(e.Seed, testStream, 1)
	if err := c.all[0].checkMeta("Evaluation", meta, e.Statistics); err != nil {
		return nil, err
	}
	metric := e.Learner.Target().Score()
	var losses, scores []float64 // of every episode, by the number of steps
	var marks []uint64           // of every episode
	err := each(ctx, all, func(first, n int) (int, error) {
		width := len(e.Steps)
		losses, scores, marks = extend(losses, n*width), extend(scores, n*width), extend(marks, n)
		read := func(k int, f *form, ws *autodiff.Workspace, episode *Episode) {
			at := (first + k) * width
			ws.Read(f.values[0], losses[at:at+width])
			marks[first+k] = episode.mark()
			for i, p := range f.values[1:] {
				v := p.(autodiff.Value)
				scores[at+i] = metric.Of(mat.NewDense(v.Rows(), v.Cols(), ws.Read(v, nil)), episode.Query.Y)
			}
		}
		return c.run(ctx, n, state{meta, e.Statistics, 0}, e.Seed, TestIndex(first), read)
	})
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(e.Steps))
	for i, k := range e.Steps {
		out[i] = outcome(k, column(losses, i, len(e.Steps)), metric.Name, column(scores, i, len(e.Steps)), fingerprint(marks))
		out[i].Modes = modes(c.all[0].trace)
	}
	return out, nil
}

// crew returns what measures: the first value of a form is the losses, by the number of steps, the others predictions.
func (e Evaluation) crew(what string) *crew {
	return &crew{what: what, learner: e.Learner, tasks: e.Tasks, trace: func(f *form) {
		predictions := f.after(e.Steps)
		f.close()
		losses := make([]autodiff.Value, len(predictions))
		for i, p := range predictions {
			losses[i] = MeanLoss(e.Learner, p, f.query.Y)
			f.values = append(f.values, p)
		}
		f.values = append([]autodiff.Output{autodiff.ConcatCols(losses...)}, f.values...)
		f.program = autodiff.CompileAs(e.Precision, f.values...)
	}}
}

// A Predictor predicts the targets at x from a support set without meta-learning: a baseline, such as those of package
// baseline, or an oracle. It may be called by several goroutines at once.
type Predictor interface {
	// Predict returns one row for every row of x.
	Predict(support Set, x *mat.Dense) *mat.Dense
}

// Baseline measures, on the same episodes, a predictor that is not meta-learned, by a loss. The error is that of the
// context, or names an episode whose data are not finite or not what the loss takes. Learner, Steps, Statistics and
// Precision have no part in it.
func (e Evaluation) Baseline(ctx context.Context, predictor Predictor, loss nn.Loss) (Outcome, error) {
	checkContext("Evaluation.Baseline", ctx)
	if predictor == nil || loss == nil {
		panic("metakit: Evaluation.Baseline: the predictor or the loss is nil; give both, such as baseline.Zero{} and " +
			"nn.SquaredError{}")
	}
	all := e.episodes()
	j := judge{loss: loss, metric: loss.Target().Score()}
	var losses, scores []float64
	var marks []uint64
	err := each(ctx, all, func(first, n int) (int, error) {
		losses, scores, marks = extend(losses, n), extend(scores, n), extend(marks, n)
		var sign stop.Sign
		sign.Begin(ctx)
		j.job.Do(n, processors(), func(_, k int) {
			if sign.Up() {
				return
			}
			episode := e.Episode(first + k)
			marks[first+k] = episode.mark()
			var err error
			losses[first+k], scores[first+k], err = j.judge(predictor, episode)
			j.fault.note(k, err)
		})
		k, err := j.fault.take()
		if sign.Err() != nil {
			return 0, errGivenUp
		}
		return k, err
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome(0, losses, j.metric.Name, scores, fingerprint(marks)), nil
}

// Episode returns test episode k.
func (e Evaluation) Episode(k int) *Episode {
	if checkTasks("Evaluation", e.Tasks); k < 0 {
		panic(fmt.Sprintf("metakit: Evaluation.Episode: its number is %d; they count from 0", k))
	}
	return Draw(e.Tasks, e.Seed, TestIndex(k))
}

// UpTo returns 0, 1, …, k, for [Evaluation.Steps] and [NewAdapter].
func UpTo(k int) []int {
	steps := make([]int, checkSteps("UpTo", k)+1)
	for i := range steps {
		steps[i] = i
	}
	return steps
}

// checkNumbers panics unless steps are numbers of steps, at least one.
func checkNumbers(what string, steps []int) {
	if len(steps) == 0 {
		panic("metakit: " + what + ": Steps is empty; say after which numbers of steps, as []int{0, 1, 10}, or []int{0} " +
			"for a learner that does not adapt in steps")
	}
	for _, k := range steps {
		checkSteps(what, k)
	}
}

// each calls f for blocks of n episodes from number first on, each given up with errGivenUp when ctx ends. It ends with the
// first error of f, which comes with the number in the block of the episode at fault.
func each(ctx context.Context, all int, f func(first, n int) (int, error)) error {
	const block = 256
	for first := 0; first < all; first += block {
		k, err := f(first, min(block, all-first))
		if err == errGivenUp {
			return fmt.Errorf("metakit: evaluation stopped after %d of %d episodes: %w", first, all, ctx.Err())
		}
		if err != nil {
			return fmt.Errorf("metakit: evaluation, episode %d: %w", first+k, err)
		}
	}
	return nil
}

// episodes returns the number of episodes. A task twice would pass for two in the interval.
func (e Evaluation) episodes() int {
	checkTasks("Evaluation", e.Tasks)
	finite, ok := e.Tasks.(Finite)
	switch {
	case e.Episodes < 0:
		panic(fmt.Sprintf("metakit: Evaluation: Episodes is %d; it must not be negative", e.Episodes))
	case !ok && e.Episodes == 0:
		panic("metakit: Evaluation: Episodes is 0; say how many, such as 600; it is all of a Collection alone")
	case !ok:
		return e.Episodes
	}
	if c, ok := e.Tasks.(Collection); ok {
		c.checkDistinct()
	}
	n := finite.Len()
	if n < 1 || e.Episodes > n {
		panic(fmt.Sprintf("metakit: Evaluation: %d episodes of %d tasks; a task that is measured twice would pass for two",
			e.Episodes, n))
	}
	if e.Episodes > 0 {
		return e.Episodes
	}
	return n
}

// TestIndex returns the index of test episode k, which no training has.
func TestIndex(k int) uint64 {
	if k < 0 {
		panic(fmt.Sprintf("metakit: TestIndex: episode %d; they count from 0", k))
	}
	return testStream + uint64(k)
}

// extend returns v with n more numbers.
func extend[T any](v []T, n int) []T { return slices.Grow(v, n)[:len(v)+n] }

// column returns column i of a table of the given width, row-major.
func column(table []float64, i, width int) []float64 {
	out := make([]float64, len(table)/width)
	for k := range out {
		out[k] = table[k*width+i]
	}
	return out
}
