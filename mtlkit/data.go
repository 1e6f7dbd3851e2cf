package mtlkit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Data are the examples of every task. Row k of a task's inputs goes with row k of its labels.
//
// X holds one matrix of inputs that all tasks share, or one for each task, each of any number of rows. Y holds one
// matrix of labels for each task, nil for a task without any. A label of NaN is missing: its row still serves the other
// tasks, and the labels that it has. A task without a label is not trained, and not measured.
//
// Weights say what rows count for in a task's loss; nil, or nil for a task, lets all count alike. With the weight wᵣ of
// row r, times that of the class of its label ([Task.ClassWeights]), the loss over rows R is
//
//	L = Σᵣ wᵣ·lᵣ / (w̄·n),  r in R
//
// where lᵣ is the loss of a row with a label, n the number of such rows in R, and w̄ the mean weight of all rows with a
// label: of the data to train on for a batch of theirs, and else of R. Over all rows that is Σ wᵣlᵣ/Σ wᵣ, and on the
// way there a batch of heavy rows counts for more than one of light ones: the gradients of batches of equal n have the
// gradient of all rows as their mean. Only the ratios of weights matter, and weights that are all alike are none, to
// the bit. A row of weight 0 is as if it had no label.
//
// A row of several columns may lack some of its labels. If any row does, or if labels are of classes with different
// weights, every label of the task counts by itself: r above is a label, and n the number of labels. That is the
// likelihood of independent labels, and the mean over rows again where all labels are there. It takes a loss whose rows
// are the means of their labels, as all of package nn are; with another one, a row that lacks some is an error.
//
// PyTorch's CrossEntropyLoss(weight) divides by the weights of the batch, Σᵣ wᵣlᵣ/Σᵣ wᵣ: rare classes then weigh too
// little in small batches, and nothing in a batch of one row. Keras divides the sum by the number of rows, whatever w̄
// is.
//
// Inputs and regressions in units of their own train badly. [Standardize], or a [datasets.Scaler] taken from the rows
// to train on, brings them to mean 0 and deviation 1.
type Data struct {
	X []*mat.Dense
	Y []*mat.Dense

	Weights [][]float64 // of each task's rows; finite, not negative
}

// SharedInputs returns data of tasks that share their inputs, a row of x for each of their labels, which are one number
// a row, and are copied. It panics if there are no labels for a task.
func SharedInputs(x *mat.Dense, labels ...[]float64) Data {
	d := Data{X: []*mat.Dense{x}}
	for i, y := range labels {
		if len(y) == 0 {
			panic(fmt.Sprintf("mtlkit: SharedInputs: no labels for task %d", i))
		}
		d.Y = append(d.Y, mat.NewDense(len(y), 1, slices.Clone(y)))
	}
	return d
}

// Rows returns a matrix of the given rows, which are copied. It panics unless they have one length, at least 1.
func Rows(rows ...[]float64) *mat.Dense {
	if len(rows) == 0 || len(rows[0]) == 0 {
		panic("mtlkit: Rows: no numbers")
	}
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for r, row := range rows {
		if len(row) != len(rows[0]) {
			panic(fmt.Sprintf("mtlkit: Rows: row %d has %d numbers, row 0 has %d", r, len(row), len(rows[0])))
		}
		m.SetRow(r, row)
	}
	return m
}

// x returns the inputs of a task.
func (d Data) x(task int) *mat.Dense {
	if len(d.X) == 1 {
		return d.X[0]
	}
	return d.X[task]
}

// empty reports whether there are no data at all.
func (d Data) empty() bool { return len(d.X) == 0 && len(d.Y) == 0 }

// Check returns an error that says what is wrong with the data for the given tasks, where, and what to do about it: a
// number of rows, columns or weights that does not fit, inputs that are not finite, a weight that is not or is
// negative, labels that the task's loss cannot take, no label at all.
func (d Data) Check(tasks []Task) error {
	if len(d.Y) != len(tasks) {
		return fmt.Errorf("mtlkit: Data: %d matrices of labels for %d tasks; give one for each task",
			len(d.Y), len(tasks))
	}
	if len(d.X) != 1 && len(d.X) != len(tasks) {
		return fmt.Errorf("mtlkit: Data: %d matrices of inputs for %d tasks; give one that all share, or one for each",
			len(d.X), len(tasks))
	}
	for i, x := range d.X {
		whose := "the shared inputs"
		if len(d.X) > 1 {
			whose = fmt.Sprintf("the inputs of task %q", tasks[i].Name)
		}
		if x == nil || x.IsEmpty() {
			return fmt.Errorf("mtlkit: Data: %s are missing", whose)
		}
		if r, c, ok := find(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }); ok {
			return fmt.Errorf("mtlkit: Data: %s hold %v in row %d, column %d; fill it in or remove the row",
				whose, x.At(r, c), r, c)
		}
	}
	if err := d.checkWeights(tasks); err != nil {
		return err
	}
	labelled, counts := 0, 0
	for i, y := range d.Y {
		if y == nil {
			continue
		}
		if err := checkLabels(tasks[i], d.x(i), y); err != nil {
			return fmt.Errorf("mtlkit: Data: task %q: %w", tasks[i].Name, err)
		}
		n := rowsWithLabel(y)
		labelled += n
		if m := d.measure(i, tasks[i]); m.y != y {
			n = rowsWithLabel(m.y)
		}
		counts += n
	}
	if labelled == 0 {
		return fmt.Errorf("mtlkit: Data: no task has a label; give at least one")
	}
	if counts == 0 {
		return fmt.Errorf("mtlkit: Data: every label has a weight of 0, by its row or its class; give at least one that " +
			"counts")
	}
	return nil
}

// complete returns the data with labels for every task: all of them missing where there are none.
func (d Data) complete(tasks []Task) Data {
	d.Y = slices.Clone(d.Y)
	for i, y := range d.Y {
		if y == nil {
			missing := mat.NewDense(rowsOf(d.x(i)), tasks[i].columns(), nil)
			fill(missing.RawMatrix().Data, math.NaN())
			d.Y[i] = missing
		}
	}
	return d
}

// checkLabels returns what is wrong with the labels of a task.
func checkLabels(task Task, x, y *mat.Dense) error {
	rows, cols := y.Dims()
	if n := rowsOf(x); rows != n {
		return fmt.Errorf("%d rows of labels for %d rows of inputs; mark a missing label by NaN", rows, n)
	}
	if want := task.columns(); cols != want {
		return fmt.Errorf("%d columns of labels, want %d for %T and Width %d", cols, want, task.Loss, task.Width)
	}
	if r, c, ok := find(y, func(v float64) bool { return task.checkLabel(v) != nil }); ok {
		label := y.At(r, c)
		return fmt.Errorf("label %v in row %d, column %d: %w; mend it, or mark it as missing by NaN",
			label, r, c, task.checkLabel(label))
	}
	if !partly(y) || task.separates() {
		return nil
	}
	for r := range rows {
		if n := present(y.RawRowView(r)); n > 0 && n < cols {
			return fmt.Errorf("row %d has some of its labels, and the loss of a row of %T is not the mean of those of its "+
				"labels; give all or none, or make each column a task", r, task.Loss)
		}
	}
	return nil
}

// checkFor is Check, and then what the model has to say of the inputs.
func (d Data) checkFor(m Model, tasks []Task) error {
	if err := d.Check(tasks); err != nil {
		return err
	}
	for i, task := range tasks {
		if err := checkInputs(m, i, d.x(i)); err != nil {
			return fmt.Errorf("mtlkit: Data: the inputs of task %q: %w; mend it, or the model", task.Name, err)
		}
	}
	return nil
}

// checkLike is checkFor for other data than the model is trained on; the inputs of each task have so many columns, nil if
// that is not known.
func (d Data) checkLike(m Model, columns []int, tasks []Task) error {
	if err := d.checkFor(m, tasks); err != nil {
		return err
	}
	for i, want := range columns {
		if _, cols := d.x(i).Dims(); cols != want {
			return fmt.Errorf("mtlkit: Data: the inputs of task %q have %d columns, those that it is trained on %d; give "+
				"the same columns in the same order", tasks[i].Name, cols, want)
		}
	}
	return nil
}

// columns returns the number of columns of each task's inputs.
func (d Data) columns() []int {
	columns := make([]int, len(d.Y))
	for i := range columns {
		columns[i] = d.x(i).RawMatrix().Cols
	}
	return columns
}

// find returns the first entry of m for which bad holds.
func find(m *mat.Dense, bad func(v float64) bool) (r, c int, ok bool) {
	rows, _ := m.Dims()
	for r := range rows {
		if c := slices.IndexFunc(m.RawRowView(r), bad); c >= 0 {
			return r, c, true
		}
	}
	return 0, 0, false
}

// Split deals the rows out at random: the given share of them to train on, the others to be held out, at least one to
// each. Rows keep their order. Shared inputs are dealt out once for all tasks, separate ones task by task. The same
// seed deals the same way. Weights go with their rows. It panics unless 0 < share < 1 and there are two rows or more of
// all inputs, with as many rows of labels, or none, and as many weights, or none.
func (d Data) Split(share float64, seed uint64) (train, held Data) {
	if !(share > 0 && share < 1) {
		panic(fmt.Sprintf("mtlkit: Data.Split: the share to train on is %v, want between 0 and 1", share))
	}
	if len(d.X) == 0 || len(d.X) != 1 && len(d.X) != len(d.Y) {
		panic(fmt.Sprintf("mtlkit: Data.Split: %d matrices of inputs and %d of labels", len(d.X), len(d.Y)))
	}
	for i, x := range d.X {
		if rowsOf(x) < 2 {
			panic(fmt.Sprintf("mtlkit: Data.Split: matrix %d of the inputs has %d rows; it takes two", i, rowsOf(x)))
		}
	}
	for i, y := range d.Y {
		if n := rowsOf(d.x(i)); y != nil && rowsOf(y) != n {
			panic(fmt.Sprintf("mtlkit: Data.Split: task %d has %d rows of inputs and %d of labels; it takes as many of "+
				"both", i, n, rowsOf(y)))
		}
	}
	for i, weights := range d.Weights {
		if len(d.Weights) != len(d.Y) || weights != nil && len(weights) != rowsOf(d.x(i)) {
			panic(fmt.Sprintf("mtlkit: Data.Split: %d lists of weights for %d tasks, list %d of %d weights; it takes one "+
				"for each row of each task, or nil", len(d.Weights), len(d.Y), i, len(weights)))
		}
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	var kept, taken [][]int
	for _, x := range d.X {
		n := rowsOf(x)
		order := rng.Perm(n)
		k := n - min(max(int(math.Round(share*float64(n))), 1), n-1)
		slices.Sort(order[:k])
		slices.Sort(order[k:])
		taken, kept = append(taken, order[:k]), append(kept, order[k:])
	}
	return d.rows(kept), d.rows(taken)
}

// rowsOf returns the number of rows, 0 if there is no matrix.
func rowsOf(m *mat.Dense) int {
	if m == nil {
		return 0
	}
	return m.RawMatrix().Rows
}

// rows returns the given rows of each matrix of inputs, with their labels.
func (d Data) rows(index [][]int) Data {
	var out Data
	for i, x := range d.X {
		out.X = append(out.X, takeRows(x, index[i]))
	}
	for i, y := range d.Y {
		out.Y = append(out.Y, takeRows(y, index[min(i, len(index)-1)]))
	}
	for i, weights := range d.Weights {
		var taken []float64
		if weights != nil {
			for _, r := range index[min(i, len(index)-1)] {
				taken = append(taken, weights[r])
			}
		}
		out.Weights = append(out.Weights, taken)
	}
	return out
}

func takeRows(m *mat.Dense, index []int) *mat.Dense {
	if m == nil {
		return nil
	}
	_, cols := m.Dims()
	out := mat.NewDense(len(index), cols, nil)
	for k, r := range index {
		copy(out.RawRowView(k), m.RawRowView(r))
	}
	return out
}

// SquareGrid returns the n×n points of a square grid over [lo, hi]², one a row: row i·n + j is (xⱼ, yᵢ). It is for
// drawing what a network of two inputs makes of a plane. It panics unless n is positive and lo and hi are finite.
func SquareGrid(lo, hi float64, n int) *mat.Dense {
	const most = 1 << 13 // a side of so many points takes a gigabyte
	if n < 1 || n > most || notFinite(lo) || notFinite(hi) {
		panic(fmt.Sprintf("mtlkit: SquareGrid: %d points a side from %v to %v; a side has 1 to %d, and finite ends",
			n, lo, hi, most))
	}
	out := mat.NewDense(n*n, 2, nil)
	at := func(k int) float64 { return lo + (hi-lo)*float64(k)/float64(max(n-1, 1)) }
	for k := range n * n {
		out.Set(k, 0, at(k%n))
		out.Set(k, 1, at(k/n))
	}
	return out
}
