package convex

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Task is the rows of one task. Neither is changed or kept.
type Task struct {
	X *mat.Dense // rows × columns, finite; nil, with an empty Y, is a task without rows
	Y []float64  // a label for each row: a number, or 0 or 1 for the logistic loss; a row without one (NaN) is left out
}

// Shared returns tasks that have their rows in common, one for each column of y, which is rows × tasks. A NaN in y is a
// missing label. Tasks without missing labels share their factors too, so that many cost little more than one.
func Shared(x, y *mat.Dense) []Task {
	if x == nil || y == nil {
		panic("convex: Shared: x or y is nil; give a matrix of rows × columns and one of rows × tasks")
	}
	rows, _ := x.Dims()
	n, count := y.Dims()
	if n != rows {
		panic(fmt.Sprintf("convex: Shared: x has %d rows, y %d; they must have as many", rows, n))
	}
	tasks := make([]Task, count)
	for t := range tasks {
		tasks[t] = Task{x, mat.Col(nil, t, y)}
	}
	return tasks
}

// A Loss says how a prediction z = x·w + b is held against a label y.
type Loss int

const (
	Squared  Loss = iota // ½(y − z)²
	Logistic             // log(1 + eᶻ) − y·z, z being the log odds of label 1
)

// A Problem is what a penalty is added to:
//
//	F(W, b) = Σₜ cₜ · 1/nₜ · Σᵢ ℓ(yₜᵢ, xₜᵢ·wₜ + bₜ)
//
// the mean over the nₜ rows of a task whose label is not missing. A task without any adds nothing: its weights are what
// the penalty makes of them, its intercept is 0.
//
// To minimise the mean over all rows of all tasks instead, give cₜ = nₜ/Σₛnₛ.
type Problem struct {
	Tasks      []Task    // one at least; all have as many columns
	Loss       Loss      // of all tasks
	Intercepts bool      // whether each task has an intercept bₜ, which is not penalised; without, it is 0
	Weights    []float64 // cₜ for each task, finite and not negative; nil is 1 for all
}

// columns panics unless the problem makes sense, and returns how many columns each task has.
func (p Problem) columns(caller string) int {
	say := func(format string, args ...any) { panic("convex: " + caller + ": " + fmt.Sprintf(format, args...)) }
	if len(p.Tasks) == 0 {
		say("Tasks is empty; give one task at least")
	}
	if p.Loss != Squared && p.Loss != Logistic {
		say("no Loss %d; there are Squared and Logistic", p.Loss)
	}
	if p.Weights != nil && len(p.Weights) != len(p.Tasks) {
		say("%d numbers in Weights for %d tasks", len(p.Weights), len(p.Tasks))
	}
	for t, c := range p.Weights {
		if !(c >= 0) || math.IsInf(c, 1) {
			say("Weights[%d] is %v; it must be finite and not negative", t, c)
		}
	}
	columns := 0
	for t, task := range p.Tasks {
		if task.X == nil || task.X.IsEmpty() {
			if len(task.Y) > 0 {
				say("task %d has %d labels in Y and no rows in X", t, len(task.Y))
			}
			continue
		}
		n, d := task.X.Dims()
		if len(task.Y) != n {
			say("task %d has %d rows in X and %d labels in Y; want one for each row", t, n, len(task.Y))
		}
		if columns != 0 && d != columns {
			say("task %d has %d columns in X, a task before it %d; all must have as many", t, d, columns)
		}
		columns = d
	}
	if columns == 0 {
		say("no task has rows; give X and Y of one at least")
	}
	return columns
}

// weight returns cₜ.
func (p Problem) weight(t int) float64 {
	if p.Weights == nil {
		return 1
	}
	return p.Weights[t]
}

// faults returns the first number that is no use, or nil.
func (p Problem) faults() error {
	for t, task := range p.Tasks {
		if task.X == nil || task.X.IsEmpty() || t > 0 && task.X == p.Tasks[t-1].X {
			continue
		}
		n, d := task.X.Dims()
		for i := range n {
			for j, v := range task.X.RawRowView(i)[:d] {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("convex: task %d: column %d of row %d is %v; want finite numbers: fill the "+
						"cell or leave out the row", t, j, i, v)
				}
			}
		}
	}
	for t, task := range p.Tasks {
		count := [2]int{}
		for i, y := range task.Y {
			switch {
			case math.IsNaN(y):
			case p.Loss == Logistic && y != 0 && y != 1:
				return fmt.Errorf("convex: task %d: the label of row %d is %v; the logistic loss takes 0 and 1, and "+
					"NaN for a missing one", t, i, y)
			case p.Loss == Squared && math.IsInf(y, 0):
				return fmt.Errorf("convex: task %d: the label of row %d is %v; want a finite number, or NaN for a "+
					"missing one", t, i, y)
			case p.Loss == Logistic:
				count[int(y)]++
			}
		}
		if p.Loss == Logistic && p.Intercepts && (count[0] == 0) != (count[1] == 0) && p.weight(t) > 0 {
			one := 0
			if count[1] > 0 {
				one = 1
			}
			return fmt.Errorf("convex: task %d: all %d labels are %d, so that no intercept is best; leave the labels "+
				"out (NaN), or the intercepts", t, count[one], one)
		}
	}
	return nil
}

// present is the rows of a task that have a label, less their means where there is an intercept.
type present struct {
	n      int
	x      []float64 // n × columns
	y      []float64 // less its mean for the squared loss
	xMeans []float64 // zeros without intercept
	yMean  float64
}

// present copies them. A column that is constant becomes exactly 0 by the loss of its mean.
func (p Problem) present(t, columns int) present {
	task := p.Tasks[t]
	rows := present{xMeans: make([]float64, columns)}
	for i, y := range task.Y {
		if !math.IsNaN(y) {
			rows.x = append(rows.x, task.X.RawRowView(i)[:columns]...)
			rows.y = append(rows.y, y)
		}
	}
	rows.n = len(rows.y)
	if rows.n == 0 || !p.Intercepts {
		return rows
	}
	for j := range rows.xMeans {
		rows.xMeans[j] = center(rows.x[j:], columns)
	}
	if p.Loss == Squared {
		rows.yMean = center(rows.y, 1)
	}
	return rows
}

// center takes the mean off every stride-th number of x and returns it.
func center(x []float64, stride int) float64 {
	n, sum, constant := 0, 0.0, true
	for i := 0; i < len(x); i += stride {
		n++
		sum += x[i] / 16 // so that it does not overflow
		constant = constant && x[i] == x[0]
	}
	mean := sum / float64(n) * 16
	if constant {
		mean = x[0]
	}
	for i := 0; i < len(x); i += stride {
		x[i] -= mean
	}
	return mean
}
