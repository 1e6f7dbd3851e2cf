package mtlkit

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/settings"
	"kindred/nn"
)

// A Predictor predicts and evaluates with the same parameters again and again: its programs are made when they are
// first needed, for a few numbers of rows, and kept. More rows are taken a piece at a time, side by side, so that the
// memory needed beside inputs and outputs does not grow with them; only a model that looks at all rows together
// ([nn.Trace.AllRows]) is given them together, by a program for each number of rows.
//
// It is safe for use by several goroutines.
type Predictor struct {
	evaluator *evaluator
	now       moment
}

// NewPredictor returns a predictor, in float64, for a model with these parameters, and running statistics in the order
// in which the model asks for them; nil where it has none. All are copied. It panics if their numbers are not those of
// the model. See [Run.Predictor] for one of what was just trained, which also knows the columns of the inputs.
func NewPredictor(m Model, tasks []Task, theta, statistics []float64) *Predictor {
	checkTasks("NewPredictor", tasks)
	checkModel("NewPredictor", m, tasks)
	if n := nn.Size(m.Shapes()); len(theta) != n {
		panic(fmt.Sprintf("mtlkit: NewPredictor: %d parameters, %T has %d", len(theta), m, n))
	}
	if !finite(theta) || !finite(statistics) {
		panic("mtlkit: NewPredictor: a parameter or a running statistic is not finite")
	}
	return &Predictor{newEvaluator(settings.Copy(m), settings.Copy(tasks), autodiff.Float64),
		moment{slices.Clone(theta), slices.Clone(statistics), 1}}
}

// Predict returns each task's output, such as logits, for the rows of x. It is an error if x has other columns than the
// inputs that the model was trained on, or a number that is not finite. It panics if x has no rows, or if the tasks
// have inputs of different columns; see [Predictor.PredictTask].
func (p *Predictor) Predict(x *mat.Dense) ([]*mat.Dense, error) {
	p.check("Predict")
	if err := p.evaluator.checkShared("Predict", x); err != nil {
		return nil, err
	}
	return p.evaluator.outputs(p.now, []*mat.Dense{x}), nil
}

// PredictTask returns a task's output for rows of its inputs. The error is that of [Predictor.Predict].
func (p *Predictor) PredictTask(task int, x *mat.Dense) (*mat.Dense, error) {
	p.check("PredictTask")
	m := len(p.evaluator.tasks)
	if task < 0 || task >= m {
		panic(fmt.Sprintf("mtlkit: Predictor.PredictTask: task %d of %d", task, m))
	}
	if err := p.evaluator.checkInputs("PredictTask", task, x); err != nil {
		return nil, err
	}
	xs := make([]*mat.Dense, m)
	xs[task] = x
	return p.evaluator.outputs(p.now, xs)[task], nil
}

// Evaluate returns the score of each task on data. The error tells what is wrong with them.
func (p *Predictor) Evaluate(data Data) ([]Score, error) {
	p.check("Evaluate")
	return p.evaluate(context.Background(), data)
}

// evaluate is Evaluate, given up with ctx's error when it ends.
func (p *Predictor) evaluate(ctx context.Context, data Data) ([]Score, error) {
	if err := data.checkLike(p.evaluator.model, p.evaluator.columns, p.evaluator.tasks); err != nil {
		return nil, err
	}
	return p.evaluator.scores(ctx, p.now, data)
}

// A Shown is a value that a model hands out to be looked at ([nn.Trace.Show]), such as gates, attention or a
// representation, under its name in full.
type Shown struct {
	Name  string
	Value *mat.Dense
}

// Shown returns what the model shows for the rows of x, the inputs of every task, in the order in which it shows it. A
// program of its own computes these values, of all rows at once, as they may have any shape. The error is that of
// [Predictor.Predict].
func (p *Predictor) Shown(x *mat.Dense) ([]Shown, error) {
	p.check("Shown")
	if err := p.evaluator.checkShared("Shown", x); err != nil {
		return nil, err
	}
	return p.evaluator.shown(p.now, x), nil
}

func (p *Predictor) check(method string) {
	if p == nil || p.evaluator == nil {
		panic("mtlkit: Predictor." + method + ": the predictor was not made; NewPredictor or Run.Predictor makes one")
	}
}
