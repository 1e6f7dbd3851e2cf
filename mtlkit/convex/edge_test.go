package convex_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/convex"
)

// equal fails the test unless the matrices differ by at most tol of the largest entry.
func equal(t *testing.T, what string, got, want mat.Matrix, tol float64) {
	t.Helper()
	var d mat.Dense
	d.Sub(got, want)
	r, c := d.Dims()
	largest := 0.0
	for i := range r {
		for j := range c {
			largest = max(largest, math.Abs(want.At(i, j)))
		}
	}
	for i := range r {
		for j := range c {
			if !(math.Abs(d.At(i, j)) <= tol*largest) {
				t.Errorf("%s[%d, %d] is %v, want %v", what, i, j, got.At(i, j), want.At(i, j))
			}
		}
	}
}

// sharp solves to the last digits.
func sharp(t *testing.T, p convex.Problem, penalty convex.Penalty) *convex.Fit {
	t.Helper()
	fit, err := convex.Solver{Tol: 1e-12, Residual: 1e-11, Iterations: 200_000}.Solve(t.Context(), p, penalty)
	if err != nil {
		t.Fatal(err)
	}
	return fit
}

// Penalties that are special cases of each other give the same.
func TestSpecialCases(t *testing.T) {
	const tasks = 4
	all := convex.Graph{Mu: 0.7, Ridge: 0.1}
	for s := range tasks {
		for u := range s {
			all.Edges = append(all.Edges, convex.Edge{S: s, T: u, Weight: 1.0 / tasks})
		}
	}
	for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
		p := draw(3, loss, false, 5, 20, 30, 25, 15)
		scale := 1 - 0.8*float64(loss)
		for name, c := range map[string]struct{ a, b convex.Penalty }{
			"Mean is a complete Graph":       {convex.Mean{Mu: 0.7, Ridge: 0.1}, all},
			"Mean without μ is Alone":        {convex.Mean{Ridge: 0.1}, convex.Alone{Ridge: 0.1}},
			"a Graph without edges is Alone": {convex.Graph{Mu: 3, Ridge: 0.1}, convex.Alone{Ridge: 0.1}},
			"L21 without λ is Alone":         {convex.L21{Ridge: 0.1}, convex.Alone{Ridge: 0.1}},
			"Relations without λ₂ is Alone":  {convex.Relations{Lambda1: 0.1}, convex.Alone{Ridge: 0.1}},
			"Robust with a large λ_S is Trace": {convex.Robust{LambdaL: 0.3 * scale, LambdaS: 0.31 * scale},
				convex.Trace{Lambda: 0.3 * scale}},
		} {
			equal(t, name, sharp(t, p, c.a).W, sharp(t, p, c.b).W, 1e-9)
		}
		// Of one task, rows are entries: L21 is the lasso, and so is Dirty, whichever of its two is the cheaper.
		one := p
		one.Tasks = p.Tasks[:1]
		lasso := sharp(t, one, convex.L21{Lambda: 0.1}).W
		equal(t, "Dirty by Q", sharp(t, one, convex.Dirty{LambdaP: 0.2, LambdaQ: 0.1}).W, lasso, 1e-8)
		equal(t, "Dirty by P", sharp(t, one, convex.Dirty{LambdaP: 0.1, LambdaQ: 0.2}).W, lasso, 1e-8)
		// and the trace norm is the length of w, which Robust takes by the column.
		equal(t, "Robust by S", sharp(t, one, convex.Robust{LambdaL: 0.2, LambdaS: 0.1}).W,
			sharp(t, one, convex.Trace{Lambda: 0.1}).W, 1e-8)
	}
}

// Missing labels are rows that are not there; tasks with a weight of 0 are tasks without rows; a weight is as so many
// times the loss.
func TestMissingAndWeights(t *testing.T) {
	for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
		x := draw(4, loss, true, 4, 30, 30, 30)
		holes := x
		holes.Tasks, holes.Weights = nil, []float64{2, 0, 1}
		less := convex.Problem{Loss: loss, Intercepts: true, Tasks: make([]convex.Task, 3), Weights: []float64{2, 1, 1}}
		for k, task := range x.Tasks {
			y := append([]float64(nil), task.Y...)
			var kept []float64
			var labels []float64
			for i := range y {
				if (i+k)%4 == 0 {
					y[i] = math.NaN()
				} else {
					kept, labels = append(kept, task.X.RawRowView(i)...), append(labels, y[i])
				}
			}
			holes.Tasks = append(holes.Tasks, convex.Task{X: task.X, Y: y})
			if k != 1 {
				less.Tasks[k] = convex.Task{X: mat.NewDense(len(labels), 4, kept), Y: labels}
			}
		}
		for name, penalty := range penalties(3) {
			a, b := sharp(t, holes, penalty), sharp(t, less, penalty)
			equal(t, name, a.W, b.W, 1e-8)
			for k, v := range a.Intercepts {
				if k != 1 && !near(v, b.Intercepts[k], 1e-8) || k == 1 && b.Intercepts[k] != 0 {
					t.Errorf("%s: intercept %d is %v, want %v", name, k, v, b.Intercepts[k])
				}
			}
		}
		// Of a penalty without a common strength for the tasks, a weight of 2 is half the penalty.
		double := less
		double.Weights = []float64{2, 2, 2}
		equal(t, "weights", sharp(t, double, convex.Trace{Lambda: 0.2}).W, sharp(t, convex.Problem{
			Tasks: less.Tasks, Loss: loss, Intercepts: true}, convex.Trace{Lambda: 0.1}).W, 1e-8)
	}
}

// A task without rows has the weights that the penalty gives: none, or those of the others.
func TestTaskWithoutRows(t *testing.T) {
	for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
		p := draw(4, loss, false, 4, 30, 20)
		p.Tasks = append(p.Tasks, convex.Task{})
		for name, penalty := range penalties(3) {
			fit := sharp(t, p, penalty)
			length := mat.Norm(fit.W.ColView(2), 2)
			switch penalty.(type) {
			case convex.Mean, convex.Graph:
				if length < 0.1*mat.Norm(fit.W.ColView(0), 2) {
					t.Errorf("%s: a task without rows has weights of length %v", name, length)
				}
			case convex.Dirty: // the maximum of a row of P costs no more with one more entry below it: any is as good
			default:
				if length > 1e-12 {
					t.Errorf("%s: a task without rows has weights of length %v", name, length)
				}
			}
			if fit.Intercepts[2] != 0 {
				t.Errorf("%s: its intercept is %v", name, fit.Intercepts[2])
			}
		}
	}
}

// What is singular: columns that are constant, equal or 0, more columns than rows, a single row.
func TestSingular(t *testing.T) {
	p := draw(8, convex.Squared, false, 6, 12, 4, 1)
	for _, task := range p.Tasks {
		n, _ := task.X.Dims()
		for i := range n {
			task.X.Set(i, 1, 0.1)
			task.X.Set(i, 2, 0)
			task.X.Set(i, 4, task.X.At(i, 3))
		}
	}
	for name, penalty := range penalties(3) {
		fit := sharp(t, p, penalty)
		for _, j := range []int{1, 2} {
			if v := mat.Norm(fit.W.RowView(j), 2); v > 1e-12 {
				t.Errorf("%s: the constant column %d has weights of length %v", name, j, v)
			}
		}
	}
	for name, penalty := range map[string]convex.Penalty{"Alone": convex.Alone{}, "L21": convex.L21{},
		"Trace": convex.Trace{},
		"Mean":  convex.Mean{}, "Graph": convex.Graph{}, "Relations": convex.Relations{}} {
		fit := sharp(t, p, penalty)
		equal(t, name+" without penalty, equal columns", fit.W.RowView(3), fit.W.RowView(4), 1e-10)
		for k, task := range p.Tasks {
			var residual, along mat.VecDense
			residual.SubVec(mat.NewVecDense(len(task.Y), fit.Predict(k, task.X)), mat.NewVecDense(len(task.Y), task.Y))
			along.MulVec(task.X.T(), &residual)
			if v := mat.Norm(&along, 2); v > 1e-10 {
				t.Errorf("%s without penalty: task %d has a gradient of %v", name, k, v)
			}
		}
		if v := mat.Norm(fit.W.ColView(2), 2); v > 0 {
			t.Errorf("%s without penalty: of the least weights for one row and an intercept the length is %v", name, v)
		}
		if !math.IsInf(fit.Gap, 1) {
			t.Errorf("%s without penalty has a gap of %v", name, fit.Gap)
		}
	}
	// The common part is held by all rows together: four columns are not constant or equal.
	if fit := sharp(t, draw(8, convex.Squared, false, 3, 12, 9, 9), convex.Mean{Mu: 1}); !math.IsInf(fit.Gap, 1) ||
		fit.Residual > 1e-11 {
		t.Errorf("Mean without a ridge: a gap of %v, a residual of %v", fit.Gap, fit.Residual)
	}
}

// Columns of scales that are millions apart: an answer, or an error with the gap that it has.
func TestIllConditioned(t *testing.T) {
	p := draw(8, convex.Squared, false, 4, 30, 30)
	for _, task := range p.Tasks {
		for i := range 30 {
			task.X.Set(i, 0, task.X.At(i, 0)*1e6)
			task.X.Set(i, 3, task.X.At(i, 3)*1e-3)
		}
	}
	for name, penalty := range penalties(2) {
		fit, err := convex.Solver{Tol: 1e-9, Iterations: 2000}.Solve(t.Context(), p, penalty)
		var unsolved *convex.Unsolved
		if err != nil && !(errors.As(err, &unsolved) &&
			strings.Contains(err.Error(), "bring the columns to one scale")) {
			t.Errorf("%s: %v", name, err)
		}
		if direct := objective(p, penalty, fit.W, fit.Intercepts, fit.Parts...); !near(direct, fit.Objective, 1e-7) ||
			!(fit.Gap >= 0 && fit.Gap < fit.Scale) {
			t.Errorf("%s: objective %v, from the rows %v, gap %v", name, fit.Objective, direct, fit.Gap)
		}
	}
}

// Separable classes without penalty have no best weights.
func TestSeparable(t *testing.T) {
	p := convex.Problem{Loss: convex.Logistic, Tasks: []convex.Task{{X: mat.NewDense(2, 1, []float64{-1, 1}),
		Y: []float64{0, 1}}}}
	fit, err := convex.Solver{Tol: 1e-9, Iterations: 500}.Solve(t.Context(), p, convex.Alone{})
	var unsolved *convex.Unsolved
	if !errors.As(err, &unsolved) || !strings.Contains(err.Error(), "the residual is") || !(fit.W.At(0, 0) > 3) {
		t.Errorf("%v, W %v", err, fit.W)
	}
}

// There is nothing to learn from no labels, from labels that are all the same, and from columns that are 0.
func TestNothingToLearn(t *testing.T) {
	nan := math.NaN()
	x, zeros := mat.NewDense(2, 1, []float64{1, 2}), mat.NewDense(2, 1, nil)
	for name, p := range map[string]convex.Problem{
		"no labels": {Tasks: []convex.Task{{X: x, Y: []float64{nan, nan}}, {X: x, Y: []float64{nan, nan}}}},
		"no labels of classes": {Tasks: []convex.Task{{X: x, Y: []float64{nan, nan}}, {X: x, Y: []float64{nan, nan}}},
			Loss: convex.Logistic, Intercepts: true},
		"zeros":       {Tasks: []convex.Task{{X: zeros, Y: []float64{1, 2}}, {X: zeros, Y: []float64{5, 2}}}},
		"zero labels": {Tasks: []convex.Task{{X: x, Y: []float64{0, 0}}, {X: x, Y: []float64{0, 0}}}},
		"equal labels": {Tasks: []convex.Task{{X: x, Y: []float64{3, 3}}, {X: x, Y: []float64{7, 7}}},
			Intercepts: true},
	} {
		for kind, penalty := range penalties(2) {
			if fit := sharp(t, p, penalty); mat.Norm(fit.W, 2) != 0 || fit.Gap != 0 || fit.Objective != fit.Scale {
				t.Errorf("%s, %s: %+v", name, kind, fit)
			}
		}
	}
}

// What the world does wrong is an error with the place.
func TestFaults(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := convex.Task{X: mat.NewDense(2, 2, []float64{1, 2, 3, 4}), Y: []float64{0, 1}}
	with := func(i, j int, v float64, y ...float64) convex.Task {
		x := mat.DenseCopyOf(good.X)
		x.Set(i, j, v)
		return convex.Task{X: x, Y: y}
	}
	for _, c := range []struct {
		task  convex.Task
		loss  convex.Loss
		words string
	}{
		{with(1, 0, nan, 0, 1), convex.Squared, "task 1: column 0 of row 1 is NaN; want finite numbers"},
		{with(0, 1, -inf, 0, 1), convex.Logistic, "task 1: column 1 of row 0 is -Inf"},
		{with(0, 0, 1, 0, inf), convex.Squared, "task 1: the label of row 1 is +Inf"},
		{with(0, 0, 1, 2, 1), convex.Logistic, "task 1: the label of row 0 is 2; the logistic loss takes 0 and 1"},
		{with(0, 0, 1, 1, 1), convex.Logistic, "task 1: all 2 labels are 1, so that no intercept is best"},
		{with(0, 0, 1, nan, 0), convex.Logistic, "task 1: all 1 labels are 0, so that no intercept is best"},
		{with(0, 0, 1e200, 0, 1), convex.Squared, "their squares overflow"},
		{with(0, 0, 1, 0, 1e200), convex.Squared, "their squares overflow"},
	} {
		p := convex.Problem{Tasks: []convex.Task{good, c.task}, Loss: c.loss, Intercepts: true}
		for name, penalty := range penalties(2) {
			if fit, err := convex.NewSolver().Solve(t.Context(), p, penalty); fit != nil || err == nil ||
				!strings.Contains(err.Error(), c.words) {
				t.Errorf("%s: %v, want %q", name, err, c.words)
			}
		}
	}
	// No intercept, no fault.
	p := convex.Problem{Tasks: []convex.Task{with(0, 0, 1, 1, 1)}, Loss: convex.Logistic}
	if _, err := convex.NewSolver().Solve(t.Context(), p, convex.Alone{Ridge: 1}); err != nil {
		t.Error(err)
	}
}

// The data stay as they are.
func TestDataUntouched(t *testing.T) {
	for _, shared := range []bool{false, true} {
		for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
			p, q := draw(1, loss, shared, 9, 12, 12), draw(1, loss, shared, 9, 12, 12)
			if _, err := convex.NewSolver().CrossValidate(t.Context(), p, convex.L21{Lambda: 0.1}, []float64{1, 0.5}, 3,
				1); err != nil {
				t.Fatal(err)
			}
			for k, task := range p.Tasks {
				if !mat.Equal(task.X, q.Tasks[k].X) ||
					!mat.Equal(mat.NewVecDense(12, task.Y), mat.NewVecDense(12, q.Tasks[k].Y)) {
					t.Errorf("shared %v: the data of task %d have changed", shared, k)
				}
			}
		}
	}
}
