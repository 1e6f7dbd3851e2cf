package convex

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Fit is a solution, and how far from the best it can be.
type Fit struct {
	W          *mat.Dense    // columns × tasks
	Intercepts []float64     // bₜ; zeros where the problem has none
	Parts      []*mat.Dense  // P and Q of Dirty, L and S of Robust, whose sum is W; else nil
	Relations  *mat.SymDense // Ω of the penalty Relations, tasks × tasks; else nil

	Objective float64 // loss and penalty at W

	// Gap is at least how far Objective lies above the least value, up to rounding, which is some 1e-15 of Scale: the
	// difference to the best value of the dual problem that was met (Fenchel). It is infinite where there is none at
	// hand: without any penalty, and with Mean and Graph without a ridge.
	Gap float64

	// Residual is the length of the step that a proximal gradient step of length 1/curvature would still make, times
	// the curvature, as a share of the gradient at W = 0; or itself, if that is 0. It is 0 at the optimum alone.
	Residual float64

	Scale      float64 // the objective at W = 0 with the best intercepts, which Solver.Tol is a share of
	Iterations int     // proximal gradient steps, or steps of conjugate gradients

	parts [][]float64 // to go on from
}

// Predict returns x·wₜ + bₜ for each row of x: for the logistic loss the log odds of label 1.
func (f *Fit) Predict(task int, x *mat.Dense) []float64 {
	columns, tasks := f.W.Dims()
	if task < 0 || task >= tasks {
		panic(fmt.Sprintf("convex: Fit.Predict: task %d of %d", task, tasks))
	}
	if x == nil {
		panic("convex: Fit.Predict: x is nil; give a matrix of rows × columns")
	}
	n, d := x.Dims()
	if d != columns {
		panic(fmt.Sprintf("convex: Fit.Predict: x has %d columns, W has weights for %d", d, columns))
	}
	w, z := mat.Col(nil, task, f.W), make([]float64, n)
	for i := range z {
		z[i] = floats.Dot(w, x.RawRowView(i)) + f.Intercepts[task]
	}
	return z
}

// Unsolved is the error of a solution that did not come within the tolerance. It carries the best that was found.
type Unsolved struct {
	Fit *Fit
	Tol float64
}

// Error says how far it came, and what can be done.
func (u *Unsolved) Error() string {
	what, far := "gap", u.Fit.Gap/u.Fit.Scale
	if !(far < 1) {
		what, far = "residual", u.Fit.Residual
	}
	return fmt.Sprintf("convex: the %s is %.2g of its scale after %d iterations, want %.2g; allow more iterations or "+
		"a larger tolerance, bring the columns to one scale, or raise the penalty", what, far, u.Fit.Iterations, u.Tol)
}

// dense returns the matrix columns × tasks of what is stored task by task.
func (s size) dense(w []float64) *mat.Dense {
	m := mat.NewDense(s.columns, s.tasks, nil)
	for t := range s.tasks {
		m.SetCol(t, s.task(w, t))
	}
	return m
}
