package mtlkit

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// classes returns the number of classes, 0 where labels are numbers.
func (t Task) classes() int {
	switch t.Loss.Target().Kind {
	case nn.Binary:
		return 2
	case nn.Class:
		return t.width()
	}
	return 0
}

// classWeight returns what a label counts for, at most 1: its class's weight by the largest. A binary label between 0
// and 1 has a part of both.
func (t Task) classWeight(label float64) float64 {
	if len(t.ClassWeights) == 0 {
		return 1
	}
	most := slices.Max(t.ClassWeights)
	if t.Loss.Target().Kind == nn.Binary {
		return (1-label)*(t.ClassWeights[0]/most) + label*(t.ClassWeights[1]/most)
	}
	return t.ClassWeights[int(label)] / most
}

// checkClassWeights panics where a task's weights are none of its classes.
func (t Task) checkClassWeights(caller string) {
	if len(t.ClassWeights) == 0 {
		return
	}
	n := t.classes()
	if n == 0 {
		panic(fmt.Sprintf("mtlkit: %s: task %q has ClassWeights, and its labels are numbers; Data.Weights weigh rows",
			caller, t.Name))
	}
	possible := func(w float64) bool { return w >= 0 && !math.IsInf(w, 1) }
	if len(t.ClassWeights) != n || slices.Max(t.ClassWeights) == 0 ||
		slices.ContainsFunc(t.ClassWeights, func(w float64) bool { return !possible(w) }) {
		panic(fmt.Sprintf("mtlkit: %s: task %q has the ClassWeights %v; it takes one for each of its %d classes, "+
			"finite and not negative, and one above 0", caller, t.Name, t.ClassWeights, n))
	}
	if t.columns() > 1 && !t.separates() {
		panic(fmt.Sprintf("mtlkit: %s: task %q has ClassWeights and %d labels a row, and the loss of a row of %T is "+
			"not the mean of those of its labels; make each column a task, or weigh rows by Data.Weights", caller,
			t.Name, t.columns(), t.Loss))
	}
}

// checkWeights returns an error that says what is wrong with the weights of rows.
func (d Data) checkWeights(tasks []Task) error {
	if len(d.Weights) != 0 && len(d.Weights) != len(tasks) {
		return fmt.Errorf("mtlkit: Data: %d lists of weights for %d tasks; give one for each task, nil where rows "+
			"count alike, or none at all", len(d.Weights), len(tasks))
	}
	for i, weights := range d.Weights {
		if n := rowsOf(d.x(i)); weights != nil && len(weights) != n {
			return fmt.Errorf("mtlkit: Data: task %q: %d weights for %d rows of inputs; give one for each row",
				tasks[i].Name, len(weights), n)
		}
		for r, w := range weights {
			if !(w >= 0) || math.IsInf(w, 1) {
				return fmt.Errorf("mtlkit: Data: task %q: weight %v in row %d; it must be finite and not negative, "+
					"and 0 leaves the row out", tasks[i].Name, w, r)
			}
		}
	}
	return nil
}

// A measure says what a task's labels count for.
type measure struct {
	y *mat.Dense // the labels; NaN where one is missing or has a weight of 0

	// Apart tells that each label counts by itself, in the rows' order; else each row does.
	apart bool

	// Factors are what each row counts for, one column, or each label, as many as there are labels: 0 where they are
	// missing, and with a mean of 1 over the others. It is nil where these count alike.
	factors *mat.Dense
}

// measure returns what the labels of a task count for. The data were checked and are complete.
func (d Data) measure(i int, task Task) measure {
	var byRow []float64
	if len(d.Weights) > 0 {
		byRow = d.Weights[i]
	}
	if byRow == nil && len(task.ClassWeights) == 0 {
		return measure{y: d.Y[i], apart: partly(d.Y[i])}
	}
	m := measure{y: mat.DenseCopyOf(d.Y[i])}
	rows, cols := m.y.Dims()
	most := 1.0 // weights are divided by it, so that no sum of them overflows
	if byRow != nil {
		most = slices.Max(byRow)
	}
	weights := make([]float64, rows*cols)
	differ := false // in a row
	for r := range rows {
		for c, label := range m.y.RawRowView(r) {
			if math.IsNaN(label) {
				continue
			}
			w := task.classWeight(label)
			if byRow != nil && most > 0 {
				w *= byRow[r] / most
			}
			if w == 0 || most == 0 {
				m.y.Set(r, c, math.NaN())
				continue
			}
			weights[r*cols+c] = w
			differ = differ || weights[r*cols] != w
		}
	}
	m.apart = cols > 1 && (differ || partly(m.y))
	if !m.apart { // the first label of a row stands for all
		for r := range rows {
			weights[r] = weights[r*cols]
		}
		weights, cols = weights[:rows], 1
	}
	if scale(weights) {
		m.factors = mat.NewDense(rows, cols, weights)
	}
	return m
}

// scale divides weights by the mean of those above 0, and reports whether any two of these differ.
func scale(weights []float64) (differ bool) {
	sum, n, first := 0.0, 0, 0.0
	for _, w := range weights {
		if w == 0 {
			continue
		}
		if n == 0 {
			first = w
		}
		sum, n, differ = sum+w, n+1, differ || w != first
	}
	mean := sum / float64(n)
	for k := range weights {
		weights[k] /= mean
	}
	return differ
}

// partly reports whether a row has some of its labels, and lacks others.
func partly(y *mat.Dense) bool {
	rows, cols := y.Dims()
	if cols == 1 {
		return false
	}
	for r := range rows {
		if n := present(y.RawRowView(r)); n > 0 && n < cols {
			return true
		}
	}
	return false
}

// present returns the number of labels that are not missing.
func present(labels []float64) (n int) {
	for _, v := range labels {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// rowsWithLabel returns the number of rows with a label.
func rowsWithLabel(y *mat.Dense) (n int) {
	for r := range rowsOf(y) {
		if present(y.RawRowView(r)) > 0 {
			n++
		}
	}
	return n
}
