package mtlkit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Score tells how well a model does on a task.
type Score struct {
	Task   string
	Rows   int     // that have a label; with none, Loss and Value are NaN
	Loss   float64 // mean over the labelled rows
	Metric string  // what Value is
	Value  float64
}

// String returns, for example, "price: loss 0.2104, R² 0.8", or "price: no labels".
func (s Score) String() string {
	if s.Rows == 0 {
		return s.Task + ": no labels"
	}
	return fmt.Sprintf("%s: loss %.4g, %s %.4g", s.Task, s.Loss, s.Metric, s.Value)
}

// scores returns the score of each task on data that were checked.
func (e *evaluator) scores(now moment, data Data) []Score {
	s := newSheet(data, e.tasks)
	s.wantOutputs(e.tasks)
	e.run(now, s)
	losses := make([]float64, len(e.tasks))
	s.means(losses)
	scores := make([]Score, len(e.tasks))
	for i, task := range e.tasks {
		metric := task.metric()
		output, labels := labelled(s.out[i], s.y[i], s.missing[i])
		scores[i] = Score{Task: task.Name, Rows: rowsOf(labels), Loss: losses[i], Metric: metric.Name, Value: math.NaN()}
		if scores[i].Rows > 0 {
			scores[i].Value = metric.Of(output, labels)
		}
	}
	return scores
}

// outputs returns each task's output for the rows of x, which was checked.
func (e *evaluator) outputs(now moment, x *mat.Dense) []*mat.Dense {
	s := &sheet{x: []*mat.Dense{x}}
	s.wantOutputs(e.tasks)
	e.run(now, s)
	return s.out
}

// labelled returns the rows that have a label, nil if none has.
func labelled(output, labels *mat.Dense, missing []bool) (o, l *mat.Dense) {
	if missing == nil {
		return output, labels
	}
	var index []int
	for r, m := range missing {
		if !m {
			index = append(index, r)
		}
	}
	if len(index) == 0 {
		return nil, nil
	}
	return takeRows(output, index), takeRows(labels, index)
}

// checkInputs returns an error unless x is rows of finite numbers, of so many columns; 0 stands for any number of them.
func checkInputs(x *mat.Dense, columns int) error {
	if x == nil || x.IsEmpty() {
		panic("mtlkit: Predict: no rows to predict for")
	}
	if _, cols := x.Dims(); columns > 0 && cols != columns {
		return fmt.Errorf("mtlkit: Predict: inputs of %d columns; the model is trained on %d: give the same columns in the "+
			"same order", cols, columns)
	}
	if r, c, ok := find(x, notFinite); ok {
		return fmt.Errorf("mtlkit: Predict: x holds %v in row %d, column %d; fill it in or remove the row", x.At(r, c), r, c)
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
