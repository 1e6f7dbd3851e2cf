package mtlkit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// A Score tells how well a model does on a task.
type Score struct {
	Task   string
	Loss   float64 // mean over the labelled rows
	Metric string  // what Value is
	Value  float64
}

// String returns, for example, "price: loss 0.2104, R² 0.8".
func (s Score) String() string {
	return fmt.Sprintf("%s: loss %.4g, %s %.4g", s.Task, s.Loss, s.Metric, s.Value)
}

// Evaluate returns the score of each task on any data. The error tells what is wrong with them.
func (r *Run) Evaluate(data Data) ([]Score, error) {
	if err := data.checkLike(r.trainer.Data, r.trainer.Tasks); err != nil {
		return nil, err
	}
	return Evaluate(r.trainer.Model, r.trainer.Tasks, r.Theta, data)
}

// Predict returns each task's output, such as logits, for the rows of x.
func (r *Run) Predict(x *mat.Dense) []*mat.Dense {
	return Predict(r.trainer.Model, r.trainer.Tasks, r.Theta, x)
}

// Evaluate returns the score of each task for a model with the parameters theta. The error tells what is wrong with the
// data.
func Evaluate(m Model, tasks []Task, theta []float64, data Data) ([]Score, error) {
	checkTasks(tasks)
	if err := data.Check(tasks); err != nil {
		return nil, err
	}
	e := newEvaluator(m, tasks, data, autodiff.Float64)
	losses := make([]float64, len(tasks))
	e.losses(losses, theta)
	scores := make([]Score, len(tasks))
	for i, task := range tasks {
		metric := task.metric()
		output, labels := labelled(e.output(i), data.Y[i])
		scores[i] = Score{Task: task.Name, Loss: losses[i], Metric: metric.Name, Value: metric.Of(output, labels)}
	}
	return scores, nil
}

// Predict returns each task's output, such as logits, for the rows of x, for a model with the parameters theta.
func Predict(m Model, tasks []Task, theta []float64, x *mat.Dense) []*mat.Dense {
	if x == nil || x.IsEmpty() {
		panic("mtlkit: Predict: no rows to predict for")
	}
	g := autodiff.New()
	p := g.Params(m.Shapes())
	rows, cols := x.Dims()
	in := g.Input("x", rows, cols)
	xs := make([]autodiff.Value, len(tasks))
	for i := range xs {
		xs[i] = in
	}
	values := apply(m, tasks, p, xs)
	outputs := make([]autodiff.Output, len(values))
	for i, v := range values {
		outputs[i] = v
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, flat(x))
	ws.Run()
	out := make([]*mat.Dense, len(values))
	for i, v := range values {
		out[i] = mat.NewDense(rows, v.Cols(), ws.Read(v, nil))
	}
	return out
}

// Grid returns the n×n points of a square grid over [lo, hi]², one a row: row i·n + j is (xⱼ, yᵢ).
func Grid(lo, hi float64, n int) *mat.Dense {
	out := mat.NewDense(n*n, 2, nil)
	at := func(k int) float64 { return lo + (hi-lo)*float64(k)/float64(max(n-1, 1)) }
	for k := range n * n {
		out.Set(k, 0, at(k%n))
		out.Set(k, 1, at(k/n))
	}
	return out
}

// An evaluator computes losses and outputs on all the rows of some data.
type evaluator struct {
	model *traced
	ws    *autodiff.Workspace
}

func newEvaluator(m Model, tasks []Task, data Data, precision autodiff.Precision) *evaluator {
	from := newSampler(data, 0, 0, 0, 1)
	from.fill(0, 0)
	t := trace(m.Shapes(), tasks, &from.batch, from.rowsOf, func(t *traced) []autodiff.Value {
		return apply(m, tasks, t.theta, t.xs)
	})
	outputs := []autodiff.Output{t.losses}
	for _, v := range t.out {
		outputs = append(outputs, v)
	}
	e := &evaluator{model: t, ws: autodiff.CompileAs(precision, outputs...).NewWorkspace()}
	t.set(e.ws, &from.batch)
	return e
}

// losses stores the loss of each task in dst.
func (e *evaluator) losses(dst, theta []float64) {
	e.ws.Set(e.model.thetaO, theta)
	e.ws.Run()
	e.ws.Read(e.model.losses, dst)
}

// output returns a task's output for the parameters that losses was called with.
func (e *evaluator) output(task int) *mat.Dense {
	v := e.model.out[task]
	return mat.NewDense(v.Rows(), v.Cols(), e.ws.Read(v, nil))
}

// labelled returns the rows that have a label.
func labelled(output, labels *mat.Dense) (o, l *mat.Dense) {
	var index []int
	rows, _ := labels.Dims()
	for r := range rows {
		if !math.IsNaN(labels.At(r, 0)) {
			index = append(index, r)
		}
	}
	if len(index) == rows {
		return output, labels
	}
	return takeRows(output, index), takeRows(labels, index)
}

func flat(m *mat.Dense) []float64 {
	rows, cols := m.Dims()
	out := make([]float64, 0, rows*cols)
	for r := range rows {
		out = append(out, m.RawRowView(r)...)
	}
	return out
}
