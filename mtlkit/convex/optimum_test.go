package convex_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/goroutines"
	"kindred/mtlkit/convex"
)

// eachProblem calls f with every penalty on small problems of both losses, with rows of their own and shared ones.
func eachProblem(t *testing.T, f func(t *testing.T, p convex.Problem, penalty convex.Penalty)) {
	for _, loss := range []convex.Loss{convex.Squared, convex.Logistic} {
		for _, shared := range []bool{false, true} {
			for _, columns := range []int{3, 10} {
				rows := []int{20, 7, 25}
				if shared {
					rows = []int{15, 15, 15}
				}
				p := draw(5, loss, shared, columns, rows...)
				p.Intercepts = columns == 3 || loss == convex.Squared
				for name, penalty := range penalties(len(rows)) {
					if loss == convex.Logistic {
						penalty = penalty.Times(0.4)
					}
					what := fmt.Sprintf("%s/loss %d/shared %v/%d columns", name, loss, shared, columns)
					t.Run(what, func(t *testing.T) { f(t, p, penalty) })
				}
			}
		}
	}
}

func solve(t *testing.T, p convex.Problem, penalty convex.Penalty) *convex.Fit {
	t.Helper()
	fit, err := convex.Solver{Tol: 1e-9, Iterations: 100_000}.Solve(t.Context(), p, penalty)
	if err != nil {
		t.Fatal(err)
	}
	return fit
}

// column by column, as plain solutions are stored.
func byTask(m *mat.Dense) []float64 { return mat.DenseCopyOf(m.T()).RawMatrix().Data }

// The objective is that of the rows; nothing near has a lower one than the gap allows; and a plain solver that knows
// the rows alone, and moves the intercepts as it moves the weights, comes to the same W.
func TestOptimum(t *testing.T) {
	eachProblem(t, func(t *testing.T, p convex.Problem, penalty convex.Penalty) {
		r := rand.New(rand.NewPCG(6, 0))
		fit := solve(t, p, penalty)
		direct := objective(p, penalty, fit.W, fit.Intercepts, fit.Parts...)
		if !near(fit.Objective, direct, 1e-12) {
			t.Errorf("the objective is %v, computed from the rows %v", fit.Objective, direct)
		}
		if !(fit.Gap >= 0 && fit.Gap <= 1e-9*fit.Scale) {
			t.Errorf("a gap of %v at a scale of %v", fit.Gap, fit.Scale)
		}
		if zero := lossOf(p, mat.NewDense(fit.W.RawMatrix().Rows, len(p.Tasks), nil),
			fit.Intercepts); fit.Scale > zero+1e-14*zero {
			t.Errorf("the scale is %v, W = 0 with these intercepts has less: %v", fit.Scale, zero)
		}
		for range 40 {
			size := math.Pow(10, -8*r.Float64())
			parts := fit.Parts
			if parts == nil {
				parts = []*mat.Dense{fit.W}
			}
			moved, w := make([]*mat.Dense, len(parts)), mat.NewDense(fit.W.RawMatrix().Rows, len(p.Tasks), nil)
			for k, m := range parts {
				moved[k] = mat.DenseCopyOf(m)
				moved[k].Apply(func(_, _ int, v float64) float64 {
					if r.IntN(2) == 0 {
						return v * (1 - size)
					}
					return v + size*r.NormFloat64()
				}, m)
				w.Add(w, moved[k])
			}
			b := slices.Clone(fit.Intercepts)
			if p.Intercepts {
				b[r.IntN(len(b))] += size * r.NormFloat64()
			}
			if v := objective(p, penalty, w, b, moved...); v < fit.Objective-fit.Gap-1e-12 {
				t.Errorf("%v away the objective is %v, at the optimum %v with a gap of %v", size, v, fit.Objective,
					fit.Gap)
			}
		}
		parts, b := convex.Plain(p, penalty, 6000)
		dense := make([]*mat.Dense, len(parts))
		w := mat.NewDense(fit.W.RawMatrix().Rows, len(p.Tasks), nil)
		for k, part := range parts {
			dense[k] = mat.DenseCopyOf(mat.NewDense(len(p.Tasks), w.RawMatrix().Rows, part).T())
			w.Add(w, dense[k])
		}
		plain := objective(p, penalty, w, b, dense...)
		if plain < fit.Objective-fit.Gap-1e-12 || plain > fit.Objective+1e-4*fit.Scale {
			t.Errorf("the plain solver comes to %v, this one to %v with a gap of %v", plain, fit.Objective, fit.Gap)
		}
		largest := mat.Norm(fit.W, math.Inf(1))
		for i, v := range byTask(w) {
			if math.Abs(v-byTask(fit.W)[i]) > 0.03*largest {
				t.Errorf("weight %d is %v, by the plain solver %v", i, byTask(fit.W)[i], v)
			}
		}
	})
}

// What is not yet solved carries a gap that bounds how far the objective is off, and what it asked for.
func TestUnsolved(t *testing.T) {
	eachProblem(t, func(t *testing.T, p convex.Problem, penalty convex.Penalty) {
		best := solve(t, p, penalty)
		for _, iterations := range []int{1, 3, 30} {
			fit, err := convex.Solver{Tol: 1e-14, Residual: 1e-300, Iterations: iterations}.Solve(t.Context(), p,
				penalty)
			var unsolved *convex.Unsolved
			if !errors.As(err, &unsolved) || unsolved.Fit != fit || unsolved.Error() == "" {
				t.Fatalf("after %d iterations: %v", iterations, err)
			}
			off := fit.Objective - best.Objective
			if !(off <= fit.Gap+best.Gap+1e-14*fit.Scale) || off < -1e-9*fit.Scale || fit.Iterations > iterations {
				t.Errorf("after %d of %d iterations the objective is %v off, with a gap of %v", fit.Iterations,
					iterations, off, fit.Gap)
			}
		}
	})
}

// An ended context gives what there is, with its error.
func TestCancelled(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, penalty := range penalties(2) {
		p := draw(1, convex.Squared, false, 5, 10, 10)
		s := convex.Solver{Tol: 1e-15, Iterations: 1000}
		if fit, err := s.Solve(gone, p, penalty); !errors.Is(err, context.Canceled) || fit == nil ||
			fit.Objective > fit.Scale {
			t.Errorf("%s: %v, %+v", name, err, fit)
		}
		if _, err := s.CrossValidate(gone, p, penalty, []float64{1}, 2, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, in cross-validation: %v", name, err)
		}
	}
}

// A path comes to the same as solving each by itself, within the gaps; and at the factor where it begins W is 0 for
// norms, a little below it is not.
func TestPath(t *testing.T) {
	eachProblem(t, func(t *testing.T, p convex.Problem, penalty convex.Penalty) {
		most, err := convex.Largest(p, penalty)
		if err != nil {
			t.Fatal(err)
		}
		factors := convex.Geometric(most*(1+1e-9), most/20, 4)
		factors[1] = most * 0.99
		fits, err := convex.Solver{Tol: 1e-7, Iterations: 100_000}.Path(t.Context(), p, penalty, factors)
		if err != nil || len(fits) != len(factors) {
			t.Fatal(len(fits), err)
		}
		switch penalty.(type) {
		case convex.L21, convex.Trace, convex.Dirty, convex.Robust:
			if a, b := mat.Norm(fits[0].W, 2), mat.Norm(fits[1].W, 2); a != 0 || b == 0 {
				t.Errorf("‖W‖ is %v at the largest factor, %v below", a, b)
			}
		case convex.Alone, convex.Relations:
			if a, b := mat.Norm(fits[0].W, 2), mat.Norm(fits[3].W, 2); !(a > 0 && a < b/5) {
				t.Errorf("‖W‖ is %v at the largest factor, %v at the least", a, b)
			}
		}
		for i, factor := range factors {
			alone := solve(t, p, penalty.Times(factor))
			if d := math.Abs(alone.Objective - fits[i].Objective); d > alone.Gap+fits[i].Gap+1e-14*alone.Scale {
				t.Errorf("factor %v: %v on the path, %v alone", factor, fits[i].Objective, alone.Objective)
			}
		}
	})
}

// The same bits, on any number of processors.
func TestDeterminismSolve(t *testing.T) {
	p := draw(9, convex.Squared, true, 40, slices.Repeat([]int{300}, 70)...) // products that gonum divides
	q := draw(9, convex.Logistic, false, 10, 50, 60)
	for _, name := range []string{"Trace", "Mean", "Dirty"} {
		var bits [2][]float64
		for k, processors := range []int{1, 3} {
			func() {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
				for _, problem := range []convex.Problem{p, q} {
					fit, err := convex.Solver{Tol: 1e-4, Iterations: 1000}.Solve(t.Context(), problem,
						penalties(len(problem.Tasks))[name])
					if err != nil {
						t.Fatal(err)
					}
					bits[k] = append(append(bits[k], fit.W.RawMatrix().Data...), fit.Objective, fit.Gap, fit.Residual)
				}
				cv, err := convex.Solver{Tol: 1e-4, Iterations: 1000}.CrossValidate(t.Context(), q, penalties(2)[name],
					[]float64{1, 0.5}, 3, 1)
				if err != nil {
					t.Fatal(err)
				}
				for _, losses := range cv.Losses {
					bits[k] = append(bits[k], losses...)
				}
			}()
		}
		if !slices.Equal(bits[0], bits[1]) {
			t.Errorf("%s: other bits on another number of processors", name)
		}
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	p := draw(1, convex.Squared, true, 40, slices.Repeat([]int{100}, 70)...)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for what, ctx := range map[string]context.Context{"CrossValidate": t.Context(), "CrossValidate, cancelled": gone} {
		goroutines.NoneLeft(t, what, func() {
			_, _ = convex.Solver{Tol: 1e-2, Iterations: 100}.CrossValidate(ctx, p, convex.L21{Lambda: 1}, []float64{1},
				3, 1)
		})
	}
}
