package mtlkit

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Score tells how well a model does on a task.
type Score struct {
	Task   string
	Rows   int     // that have a label with a weight above 0; with none, Loss and Value are NaN
	Loss   float64 // mean over these, as rows and classes are weighed (see [Data])
	Metric string  // what Value is
	Value  float64 // of these, all alike whatever their weight
}

// String returns, for example, "price: loss 0.2104, R² 0.8", or "price: no labels".
func (s Score) String() string {
	if s.Rows == 0 {
		return s.Task + ": no labels"
	}
	return fmt.Sprintf("%s: loss %.4g, %s %.4g", s.Task, s.Loss, s.Metric, s.Value)
}

// scores returns the score of each task on data that were checked. The error is that of ctx, if it ended.
func (e *evaluator) scores(ctx context.Context, now moment, data Data) ([]Score, error) {
	s := newSheet(data, e.tasks)
	s.wantOutputs(e.tasks)
	if err := e.run(ctx, now, s); err != nil {
		return nil, ctx.Err()
	}
	losses := make([]float64, len(e.tasks))
	s.means(losses)
	scores := make([]Score, len(e.tasks))
	for i, task := range e.tasks {
		metric := task.metric()
		output, labels := labelled(s.out[i], s.labels[i].y)
		scores[i] = Score{Task: task.Name, Rows: rowsOf(labels), Loss: losses[i], Metric: metric.Name, Value: math.NaN()}
		if scores[i].Rows > 0 {
			scores[i].Value = metric.Of(output, labels)
		}
	}
	return scores, nil
}

// outputs returns each task's output for the rows of x, which were checked: one matrix for all tasks, or one for each,
// nil for those that are not wanted.
func (e *evaluator) outputs(now moment, x []*mat.Dense) []*mat.Dense {
	s := &sheet{x: x}
	s.wantOutputs(e.tasks)
	_ = e.run(context.Background(), now, s) // which never ends
	return s.out
}

// shown returns what the model shows for the rows of x, which was checked.
func (e *evaluator) shown(now moment, x *mat.Dense) (values []Shown) {
	rows, cols := x.Dims()
	p := e.pass(passKey{rows: rows, cols: cols, task: -1, shown: true}, &sheet{e: e, x: []*mat.Dense{x}})
	if p.p == nil {
		return nil // it shows nothing
	}
	p.model.checkStatistics(now.statistics)
	space := p.take(now)
	space.ws.Set(p.x, rowsView(x, piece{rows: rows}))
	space.ws.Run()
	for _, s := range p.shown {
		values = append(values, Shown{s.Name, mat.NewDense(s.Value.Rows(), s.Value.Cols(), space.ws.Read(s.Value, nil))})
	}
	p.giveBack(space)
	return values
}

// labelled returns the rows that have a label, nil if none has.
func labelled(output, labels *mat.Dense) (o, l *mat.Dense) {
	var index []int
	rows := rowsOf(labels)
	for r := range rows {
		if present(labels.RawRowView(r)) > 0 {
			index = append(index, r)
		}
	}
	switch len(index) {
	case 0:
		return nil, nil
	case rows:
		return output, labels
	}
	return takeRows(output, index), takeRows(labels, index)
}

// checkShared is checkInputs for inputs that are those of every task.
func (e *evaluator) checkShared(method string, x *mat.Dense) error {
	for i, cols := range e.columns {
		if cols != e.columns[0] {
			panic(fmt.Sprintf("mtlkit: %s: the inputs of task %q have %d columns, those of %q %d; Predictor.PredictTask "+
				"predicts for one of them", method, e.tasks[i].Name, cols, e.tasks[0].Name, e.columns[0]))
		}
	}
	if err := e.checkInputs(method, 0, x); err != nil {
		return err
	}
	for i := 1; i < len(e.tasks); i++ {
		if err := checkInputs(e.model, i, x); err != nil {
			return fmt.Errorf("mtlkit: %s: x: %w", method, err)
		}
	}
	return nil
}

// checkInputs returns an error unless x is rows of finite numbers, of as many columns as a task's inputs if that is
// known. It panics if x has no rows.
func (e *evaluator) checkInputs(method string, task int, x *mat.Dense) error {
	if x == nil || x.IsEmpty() {
		panic("mtlkit: " + method + ": no rows to predict for")
	}
	if _, cols := x.Dims(); e.columns != nil && cols != e.columns[task] {
		return fmt.Errorf("mtlkit: %s: inputs of %d columns; the model is trained on %d: give the same columns in the "+
			"same order", method, cols, e.columns[task])
	}
	if r, c, ok := find(x, notFinite); ok {
		return fmt.Errorf("mtlkit: %s: x holds %v in row %d, column %d; fill it in or remove the row", method, x.At(r, c),
			r, c)
	}
	if err := checkInputs(e.model, task, x); err != nil {
		return fmt.Errorf("mtlkit: %s: x: %w", method, err)
	}
	return nil
}

func flat(m *mat.Dense) []float64 {
	rows, cols := m.Dims()
	out := make([]float64, 0, rows*cols)
	for r := range rows {
		out = append(out, m.RawRowView(r)...)
	}
	return out
}
