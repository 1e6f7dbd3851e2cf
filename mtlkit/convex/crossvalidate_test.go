package convex_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/convex"
)

// Each row with a label is in one fold; the folds of a task, and of a class for the logistic loss, differ by one row at
// most; and they are the same whatever the other tasks are.
func TestFolds(t *testing.T) {
	for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
		p := draw(2, loss, false, 2, 31, 3, 50)
		for i := range p.Tasks[2].Y {
			if i%5 == 0 {
				p.Tasks[2].Y[i] = math.NaN()
			}
		}
		folds := convex.Deal(p, 4, 7)
		for k, task := range p.Tasks {
			counts := map[float64][]int{}
			for i, y := range task.Y {
				if math.IsNaN(y) {
					continue
				}
				if loss == convex.Squared {
					y = 0
				}
				if counts[y] == nil {
					counts[y] = make([]int, 4)
				}
				counts[y][folds[k][i]]++
			}
			for y, count := range counts {
				if least, most := slices.Min(count), slices.Max(count); most-least > 1 {
					t.Errorf("task %d, class %v: folds of %v rows", k, y, count)
				}
			}
		}
		q := p
		q.Tasks = slices.Clone(p.Tasks)
		q.Tasks[0] = convex.Task{}
		for k, fold := range convex.Deal(q, 4, 7)[1:] {
			if !slices.Equal(fold, folds[k+1]) {
				t.Errorf("the folds of task %d depend on those of another", k+1)
			}
		}
		if slices.Equal(convex.Deal(p, 4, 8)[0], folds[0]) {
			t.Error("another seed deals the same folds")
		}
	}
}

// The losses are those of fits without the fold, one by one; the best one is the least.
func TestCrossValidate(t *testing.T) {
	for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
		p := draw(11, loss, false, 4, 30, 24, 40)
		p.Tasks = append(p.Tasks, convex.Task{})
		p.Weights = []float64{1, 3, 1, 1}
		s := convex.Solver{Tol: 1e-11, Iterations: 100_000}
		penalty, factors := convex.Trace{Lambda: 1}, []float64{1, 0.1, 0.01}
		cv, err := s.CrossValidate(t.Context(), p, penalty, factors, 3, 5)
		if err != nil {
			t.Fatal(err)
		}
		folds := convex.Deal(p, 3, 5)
		for i, factor := range factors {
			total := 0.0
			want := make([]float64, 4)
			for k := range 3 {
				rest := p
				rest.Tasks = nil
				for j, task := range p.Tasks {
					y := slices.Clone(task.Y)
					for row, f := range folds[j] {
						if f == k {
							y[row] = math.NaN()
						}
					}
					rest.Tasks = append(rest.Tasks, convex.Task{X: task.X, Y: y})
				}
				fit, err := s.Solve(t.Context(), rest, penalty.Times(factor))
				if err != nil {
					t.Fatal(err)
				}
				for j, task := range p.Tasks[:3] {
					z := fit.Predict(j, task.X)
					for row, y := range task.Y {
						if folds[j][row] != k {
							continue
						}
						if loss == convex.Squared {
							want[j] += (y - z[row]) * (y - z[row]) / 2 / float64(len(task.Y))
						} else {
							want[j] += (math.Log(1+math.Exp(z[row])) - y*z[row]) / float64(len(task.Y))
						}
					}
				}
			}
			for j, v := range want[:3] {
				total += p.Weights[j] * v
				if !near(cv.Losses[i][j], v, 1e-5) {
					t.Errorf("factor %v, task %d: loss %v, want %v", factor, j, cv.Losses[i][j], v)
				}
			}
			if !math.IsNaN(cv.Losses[i][3]) || !near(cv.Loss[i], total, 1e-5) {
				t.Errorf("factor %v: a task without rows has the loss %v, all %v, want %v", factor, cv.Losses[i][3],
					cv.Loss[i], total)
			}
		}
		if cv.Loss[cv.Best] != slices.Min(cv.Loss) {
			t.Errorf("the best of %v is %d", cv.Loss, cv.Best)
		}
		best, err := s.Solve(t.Context(), p, penalty.Times(factors[cv.Best]))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "W", cv.Fit.W, best.W, 1e-4)
	}
}

// A class that has one row is missing from a fold: the error says where.
func TestCrossValidateOneClass(t *testing.T) {
	p := convex.Problem{Loss: convex.Logistic, Intercepts: true, Tasks: []convex.Task{
		{X: mat.NewDense(4, 1, []float64{1, 2, 3, 4}), Y: []float64{0, 0, 0, 1}},
	}}
	_, err := convex.NewSolver().CrossValidate(t.Context(), p, convex.Alone{Ridge: 1}, []float64{1}, 2, 1)
	const want = "fold 0: convex: task 0: all 2 labels are 0, so that no intercept is best; leave the labels out " +
		"(NaN), or the intercepts"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %q", err, want)
	}
}
