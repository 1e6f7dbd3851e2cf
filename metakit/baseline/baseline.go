// Package baseline has predictors that are not meta-learned, to hold a learner against: what it does not beat, it did
// not learn.
package baseline

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
)

// Zero predicts 0 everywhere.
type Zero struct{}

// Mean predicts the mean of the support targets, column by column: the best constant, by the squared error, that can be
// told from the support set alone.
type Mean struct{}

// Constant predicts Y, of one number for each column of the targets, whatever the task and the input.
type Constant struct{ Y []float64 }

// Func predicts one row for each row of x by a function of it, whatever the task, such as the mean of a family.
type Func func(x []float64) []float64

var _ = []metakit.Predictor{Zero{}, Mean{}, Constant{}, Func(nil), LeastSquares{}}

// Predict implements [metakit.Predictor].
func (Zero) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	rows, cols := size("Zero", support, x)
	return mat.NewDense(rows, cols, nil)
}

// Predict implements [metakit.Predictor].
func (Mean) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	rows, cols := size("Mean", support, x)
	return repeat(rows, means(support.Y, make([]float64, cols)))
}

// Predict implements [metakit.Predictor]. It panics unless Y has a number for each column of the targets.
func (c Constant) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	rows, cols := size("Constant", support, x)
	if len(c.Y) != cols {
		panic(fmt.Sprintf("baseline: Constant: Y has %d numbers for %d columns of targets", len(c.Y), cols))
	}
	return repeat(rows, c.Y)
}

// Predict implements [metakit.Predictor].
func (f Func) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	rows, _ := size("Func", support, x)
	if f == nil {
		panic("baseline: Func: it is nil")
	}
	var y []float64
	for i := range rows {
		y = append(y, f(x.RawRowView(i))...)
	}
	if len(y) == 0 || len(y)%rows != 0 {
		panic(fmt.Sprintf("baseline: Func: %d numbers for %d rows; each must have equally many, at least one", len(y), rows))
	}
	return mat.NewDense(rows, len(y)/rows, y)
}

// BestConstant returns the constant with the least mean squared error on the query sets of tasks: what can be known
// without a look at the support set and at x. Take training tasks.
func BestConstant(c metakit.Collection) Constant {
	if len(c) == 0 {
		panic("baseline: BestConstant: no episodes")
	}
	var sum []float64
	for k, e := range c {
		out := e.Size().Out
		if sum == nil {
			sum = make([]float64, out)
		}
		if len(sum) != out {
			panic(fmt.Sprintf("baseline: BestConstant: episode %d has %d columns of targets, the first %d", k, out, len(sum)))
		}
		for j, m := range means(e.Query.Y, make([]float64, out)) {
			sum[j] += m / float64(len(c))
		}
	}
	return Constant{sum}
}

// means returns the means of the columns of m, in dst.
func means(m *mat.Dense, dst []float64) []float64 {
	rows, _ := m.Dims()
	for i := range rows {
		for j, v := range m.RawRowView(i) {
			dst[j] += v / float64(rows)
		}
	}
	return dst
}

func repeat(rows int, row []float64) *mat.Dense {
	y := mat.NewDense(rows, len(row), nil)
	for i := range rows {
		y.SetRow(i, row)
	}
	return y
}

// size returns the number of rows of x and of columns of the targets.
func size(of string, support metakit.Set, x *mat.Dense) (rows, cols int) {
	for _, m := range []*mat.Dense{support.X, support.Y, x} {
		if m == nil || m.IsEmpty() {
			panic("baseline: " + of + ": x, or X or Y of the support set, is nil or empty")
		}
	}
	rows, _ = x.Dims()
	_, cols = support.Y.Dims()
	return rows, cols
}
