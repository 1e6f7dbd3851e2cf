package mtlkit

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/settings"
	"kindred/nn"
)

// A Predictor predicts and evaluates with the same parameters again and again: its programs are made when they are first
// needed, for a few numbers of rows, and kept. More rows are taken a piece at a time, side by side, so that the memory
// needed beside inputs and outputs does not grow with them.
//
// It is safe for use by several goroutines.
type Predictor struct {
	evaluator *evaluator
	now       moment
	columns   int // of the inputs; 0 if they are not known
}

// NewPredictor returns a predictor for a model with these parameters, and running statistics in the order in which the
// model asks for them; nil where it has none. All are copied. It panics if their numbers are not those of the model. See
// [Run.Predictor] for one of what was just trained.
func NewPredictor(m Model, tasks []Task, theta, statistics []float64) *Predictor {
	return newPredictor(m, tasks, theta, statistics, nil, 0)
}

// newPredictor returns a predictor for inputs of a number of columns.
func newPredictor(m Model, tasks []Task, theta, statistics []float64, asked []*nn.Statistic, columns int) *Predictor {
	checkTasks(tasks)
	checkModel(m, tasks)
	if n := nn.Size(m.Shapes()); len(theta) != n {
		panic(fmt.Sprintf("mtlkit: NewPredictor: %d parameters, %T has %d", len(theta), m, n))
	}
	if !finite(theta) || !finite(statistics) {
		panic("mtlkit: NewPredictor: a parameter or a running statistic is not finite")
	}
	m, tasks = settings.Copy(m), settings.Copy(tasks)
	return &Predictor{newEvaluator(m, tasks, autodiff.Float64, asked),
		moment{slices.Clone(theta), slices.Clone(statistics), 1}, columns}
}

// Predict returns each task's output, such as logits, for the rows of x. It is an error if x has other columns than the
// inputs that the model was trained on, or a number that is not finite. It panics if x has no rows.
func (p *Predictor) Predict(x *mat.Dense) ([]*mat.Dense, error) {
	p.check("Predict")
	if err := checkInputs(x, p.columns); err != nil {
		return nil, err
	}
	return p.evaluator.outputs(p.now, x), nil
}

// Evaluate returns the score of each task on data. The error tells what is wrong with them.
func (p *Predictor) Evaluate(data Data) ([]Score, error) {
	p.check("Evaluate")
	if err := data.Check(p.evaluator.tasks); err != nil {
		return nil, err
	}
	for i, task := range p.evaluator.tasks {
		if _, cols := data.x(i).Dims(); p.columns > 0 && cols != p.columns {
			return nil, fmt.Errorf("mtlkit: Data: the inputs of task %q have %d columns, the model is trained on %d; give "+
				"the same columns in the same order", task.Name, cols, p.columns)
		}
	}
	return p.evaluator.scores(p.now, data), nil
}

func (p *Predictor) check(method string) {
	if p == nil || p.evaluator == nil {
		panic("mtlkit: Predictor." + method + ": the predictor was not made; NewPredictor or Run.Predictor makes one")
	}
}
