package metakit

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/interval"
)

// Evaluation measures, on new tasks, the query loss after given numbers of steps of adaptation to the support set.
type Evaluation struct {
	Learner   Learner
	Tasks     Distribution       // a test family, such as [Sinusoid.Test], or a [Collection]
	Steps     []int              // after which numbers of steps to measure; none stands for 0, 1, 5, 10
	Episodes  int                // number of test episodes, one of each task; 0 stands for 600, or all of a Collection
	Seed      uint64             // of the episodes; but for a Collection, none is one of a training, whatever its seed
	Precision autodiff.Precision // of the computation
}

// An Outcome is how well test tasks are solved after a number of steps.
type Outcome struct {
	Steps int
	// Interval is the mean of the losses over the tasks with its 95 % interval. One task whose steps diverge rules it;
	// hence the next three.
	Interval
	Median   float64
	Above100 int      // tasks whose loss exceeds 100 or is not finite
	Below100 Interval // the mean without them, if its N is not 0
	Losses   []float64
}

// Run measures the learner with these meta-parameters. There is one outcome for every number of steps. The error is
// that of the context, or names an episode whose data are not finite or not what the loss takes.
func (e Evaluation) Run(ctx context.Context, meta []float64) ([]Outcome, error) {
	steps := e.Steps
	if len(steps) == 0 {
		steps = []int{0, 1, 5, 10}
	}
	size := sizeOf("Evaluation", e.Tasks)
	t := traceInputs(e.Learner, size)
	t.checkMeta("Evaluation", meta)
	var outputs []autodiff.Value
	for _, p := range t.predictions(e.Learner, steps) {
		outputs = append(outputs, e.Learner.QueryLoss(p, t.query.Y))
	}
	losses := autodiff.ConcatCols(outputs...)
	crew := t.newCrew(autodiff.CompileAs(e.Precision, losses), e.Learner, e.Tasks)
	table := mat.NewDense(e.episodes(), len(steps), nil)
	err := e.each(ctx, func(first, n int) (int, error) {
		return crew.run(n, meta, e.Seed, testIndex(first), func(k int, ws *autodiff.Workspace) {
			ws.Read(losses, table.RawRowView(first+k))
		})
	})
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(steps))
	for i, k := range steps {
		out[i] = outcome(k, mat.Col(nil, i, table))
	}
	return out, nil
}

// Baseline measures, on the same episodes, a predictor that is not meta-learned, by the squared error. The error is
// that of the context, or names an episode whose data are not finite.
func (e Evaluation) Baseline(ctx context.Context, predictor Predictor) (Outcome, error) {
	size := sizeOf("Evaluation", e.Tasks)
	g := autodiff.New()
	prediction, y := g.Input("prediction", size.Query, size.Out), g.Input("y", size.Query, size.Out)
	loss := meanLoss(nil, prediction, y)
	batch := autodiff.Compile(loss).NewBatch()
	losses := make([]float64, e.episodes())
	var fault fault
	err := e.each(ctx, func(first, n int) (int, error) {
		batch.Run(n, func(_, k int, ws *autodiff.Workspace) {
			episode := e.Episode(first + k)
			if err := episode.check(nil); err != nil {
				fault.note(k, err)
				return
			}
			ws.Set(prediction, flat(predictor.Predict(episode.Support, episode.Query.X)))
			ws.Set(y, flat(episode.Query.Y))
			ws.Run()
			losses[first+k] = ws.Scalar(loss)
		})
		return fault.take()
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome(0, losses), nil
}

// Episode returns test episode k.
func (e Evaluation) Episode(k int) *Episode { return Draw(e.Tasks, e.Seed, testIndex(k)) }

// UpTo returns 0, 1, …, k, for [Evaluation.Steps] and [Predict].
func UpTo(k int) []int {
	steps := make([]int, k+1)
	for i := range steps {
		steps[i] = i
	}
	return steps
}

// each calls f for blocks of n episodes from number first on, and looks at the context between them. It ends with the
// first error of f, which comes with the number in the block of the episode at fault.
func (e Evaluation) each(ctx context.Context, f func(first, n int) (int, error)) error {
	const block = 256
	all := e.episodes()
	for first := 0; first < all; first += block {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("metakit: evaluation stopped after %d of %d episodes: %w", first, all, err)
		}
		if k, err := f(first, min(block, all-first)); err != nil {
			return fmt.Errorf("metakit: evaluation, episode %d: %w", first+k, err)
		}
	}
	return nil
}

func (e Evaluation) episodes() int {
	if e.Episodes < 0 {
		panic(fmt.Sprintf("metakit: Evaluation: %d episodes; their number must not be negative", e.Episodes))
	}
	if e.Episodes > 0 {
		return e.Episodes
	}
	if c, ok := e.Tasks.(Collection); ok {
		return len(c) // the same task twice would pass for two in the interval
	}
	return 600
}

func testIndex(k int) uint64 { return testStream + uint64(k) }

// outcome summarises the losses of the tasks.
func outcome(steps int, losses []float64) Outcome {
	o := Outcome{Steps: steps, Interval: interval.Mean(losses), Losses: losses}
	ordered, below := make([]float64, len(losses)), []float64{}
	for k, l := range losses {
		if ordered[k] = l; math.IsNaN(l) {
			ordered[k] = math.Inf(1)
		}
		if l <= 100 {
			below = append(below, l)
		}
	}
	o.Median = interval.MedianRange(ordered).Median
	o.Above100 = len(losses) - len(below)
	if len(below) > 0 {
		o.Below100 = interval.Mean(below)
	}
	return o
}

// Predict returns what the learner predicts at x, adapted to a support set, after each of the given numbers of steps.
func Predict(l Learner, meta []float64, support Set, x *mat.Dense, steps []int) []*mat.Dense {
	if x == nil || support.Y == nil {
		panic("metakit: Predict: x or Y of the support set is nil")
	}
	rows, _ := x.Dims()
	_, out := support.Y.Dims()
	e := &Episode{Support: support, Query: Set{x, mat.NewDense(rows, out, nil)}}
	t := traceInputs(l, e.Size())
	t.checkMeta("Predict", meta)
	predictions := t.predictions(l, steps)
	outputs := make([]autodiff.Output, len(steps))
	for i, p := range predictions {
		outputs[i] = p
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	t.set(ws, meta, e)
	ws.Run()
	curves := make([]*mat.Dense, len(steps))
	for i, p := range predictions {
		curves[i] = mat.NewDense(p.Rows(), p.Cols(), ws.Read(p, nil))
	}
	return curves
}
