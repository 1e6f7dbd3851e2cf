package learnedopt

import (
	"context"
	"fmt"
	"math"

	"kindred/autodiff"
	"kindred/metakit"
)

// A Trial trains on new problems by a rule, learned or not. Problems and their batches are the same for all rules, so
// that two can be compared problem by problem.
type Trial struct {
	Problems Problems
	Steps    int    // of each training, at least 1
	Count    int    // problems, at least 1; the indices are those of tests, which no Training has
	Seed     uint64 // of the problems
}

// Run returns, for each problem, the mean loss over all its rows before the first step and after each: Steps + 1
// numbers. A training that diverged has +Inf from there on. own are the rule's own parameters. The error is that of the
// context, or names a problem whose data cannot be used.
func (t Trial) Run(ctx context.Context, r Rule, own []float64) ([][]float64, error) {
	t.check(ctx, r, own)
	size := t.Problems.Tasks.Size(t.Seed, metakit.TestIndex(0))
	u := t.Problems.trace("Trial", r, size, 1, nil)
	curves, errs := make([][]float64, t.Count), make([]error, t.Count)
	batch := u.program.NewBatch()
	err := batch.RunContext(ctx, t.Count, func(_, i int, ws *autodiff.Workspace) {
		curves[i], errs[i] = t.train(ctx, u, ws, own, i)
	})
	if err != nil {
		return nil, fmt.Errorf("learnedopt: the trial was stopped: %w", err)
	}
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("learnedopt: Trial: %w", err)
		}
	}
	return curves, nil
}

// train returns the losses of training i.
func (t Trial) train(ctx context.Context, u *unroll, ws *autodiff.Workspace, own []float64, i int) ([]float64, error) {
	index := metakit.TestIndex(i)
	drawn, err := t.Problems.draw(u.size, t.Seed, index)
	if err != nil {
		return nil, err
	}
	p := &Place{Problem: index, Theta: drawn.theta, Memory: make([]float64, u.memorySize())}
	curve := make([]float64, t.Steps+1)
	var rows []float64
	for k := range curve {
		curve[k] = math.Inf(1)
	}
	for k := range curve {
		if ctx.Err() != nil {
			return nil, nil // and the batch knows
		}
		rows = u.run(ws, own, t.Seed, drawn.episode, p, rows)
		loss := ws.Scalar(u.before)
		if loss-loss != 0 {
			break
		}
		curve[k] = loss
	}
	return curve, nil
}

func (t Trial) check(ctx context.Context, r Rule, own []float64) {
	checkContext("Trial.Run", ctx)
	checkRule("Trial", r)
	t.Problems.check("Trial")
	const most = 1 << 24
	if t.Steps < 1 || t.Steps > most || t.Count < 1 || t.Count > most {
		panic(fmt.Sprintf("learnedopt: Trial: %d Steps on a Count of %d problems; both must be between 1 and %d",
			t.Steps, t.Count, most))
	}
	if n := size(r); len(own) != n {
		panic(fmt.Sprintf("learnedopt: Trial: %d parameters for %T, which has %d of its own", len(own), r, n))
	}
}

func checkContext(what string, ctx context.Context) {
	if ctx == nil {
		panic("learnedopt: " + what + ": the context is nil; give one, such as context.Background()")
	}
}

// size returns the number of a rule's own parameters.
func size(r Rule) (n int) {
	for _, s := range r.Shapes() {
		n += s.Size()
	}
	return n
}
