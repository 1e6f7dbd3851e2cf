package convex

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/team"
)

// A CrossValidation is how well each strength predicts rows that it has not seen.
type CrossValidation struct {
	Factors []float64
	Losses  [][]float64 // of each factor, of each task: the mean loss of its rows, each left out; NaN without rows
	Loss    []float64   // of each factor: Σₜ cₜ·loss of task t, over the tasks with rows
	Best    int         // the factor with the least loss, the first of equals
	Fit     *Fit        // all rows with that factor
}

// CrossValidate solves the problem, for each factor of the penalty's strengths, without each of the folds in turn,
// predicts the rows of that fold, and at last solves the problem with the best factor on all rows, as the path leads
// there.
//
// Folds are dealt within each task: its rows with a label are shuffled by the seed and dealt in turns, for the logistic
// loss each class by itself, so that all folds have their share of every task and class. A task with fewer rows than
// folds is missing from some folds, and without its only row it is a task without rows. What a task's folds are depends
// on no other task.
//
// Folds are solved side by side, on all processors, to the same bits on any number of them. Errors are as in
// [Solver.Path], and say which fold. One of a fold may be that a task has labels of one class only.
func (s Solver) CrossValidate(ctx context.Context, p Problem, penalty Penalty, factors []float64, folds int,
	seed uint64) (*CrossValidation, error) {
	const caller = "Solver.CrossValidate"
	s.check(caller, ctx)
	checkFactors(caller, factors)
	if folds < 2 {
		panic(fmt.Sprintf("convex: %s: %d folds; it takes 2 or more", caller, folds))
	}
	all, err := prepare(caller, p, penalty)
	if err != nil {
		return nil, err
	}
	fold := p.deal(folds, seed)
	cv := &CrossValidation{Factors: append([]float64(nil), factors...), Losses: stack(len(factors), len(p.Tasks))}
	left, errs := make([][][]float64, folds), make([]error, folds)
	var job team.Job
	job.Do(folds, runtime.GOMAXPROCS(0), func(_, k int) {
		left[k], errs[k] = s.leaveOut(ctx, p, penalty, factors, fold, k)
	})
	for k, losses := range left {
		if errs[k] != nil {
			return nil, fmt.Errorf("fold %d: %w", k, errs[k])
		}
		for i := range losses {
			floats.Add(cv.Losses[i], losses[i])
		}
	}
	cv.Loss = make([]float64, len(factors))
	for i, losses := range cv.Losses {
		for t := range losses {
			rows := 0
			for _, y := range p.Tasks[t].Y {
				if !math.IsNaN(y) {
					rows++
				}
			}
			losses[t] /= float64(rows)
			if rows > 0 {
				cv.Loss[i] += p.weight(t) * losses[t]
			}
		}
	}
	cv.Best = floats.MinIdx(cv.Loss)
	fits, err := s.path(ctx, all, penalty, factors[:cv.Best+1])
	if err != nil {
		return nil, err
	}
	cv.Fit = fits[cv.Best]
	return cv, nil
}

// deal returns the fold of each row of each task; rows without a label have one too, which is never used.
func (p Problem) deal(folds int, seed uint64) [][]int {
	fold := make([][]int, len(p.Tasks))
	for t, task := range p.Tasks {
		fold[t] = make([]int, len(task.Y))
		order := rand.New(rand.NewPCG(seed, uint64(t))).Perm(len(task.Y))
		next := 0
		take := func(wanted func(y float64) bool) {
			for _, i := range order {
				if wanted(task.Y[i]) {
					fold[t][i] = next % folds
					next++
				}
			}
		}
		if p.Loss == Logistic {
			take(func(y float64) bool { return y == 1 })
			take(func(y float64) bool { return y == 0 })
		} else {
			take(func(y float64) bool { return !math.IsNaN(y) })
		}
	}
	return fold
}

// leaveOut returns, of each factor, of each task, the sum of the losses of the rows of fold k, predicted by fits
// without them.
func (s Solver) leaveOut(ctx context.Context, p Problem, penalty Penalty, factors []float64, fold [][]int, k int) (
	losses [][]float64, err error) {
	rest := p
	rest.Tasks = make([]Task, len(p.Tasks))
	for t, task := range p.Tasks {
		rest.Tasks[t] = Task{task.X, append([]float64(nil), task.Y...)}
		for i, f := range fold[t] {
			if f == k {
				rest.Tasks[t].Y[i] = math.NaN()
			}
		}
	}
	r, err := prepare("Solver.CrossValidate", rest, penalty)
	if err != nil {
		return nil, err
	}
	fits, err := s.path(ctx, r, penalty, factors)
	if err != nil {
		return nil, err
	}
	losses = stack(len(factors), len(p.Tasks))
	for i, fit := range fits {
		for t, task := range p.Tasks {
			w := mat.Col(nil, t, fit.W)
			for row, y := range task.Y {
				if fold[t][row] != k || math.IsNaN(y) {
					continue
				}
				z := floats.Dot(w, task.X.RawRowView(row)) + fit.Intercepts[t]
				if p.Loss == Logistic {
					losses[i][t] += softplus(z) - y*z
				} else {
					losses[i][t] += (y - z) * (y - z) / 2
				}
			}
		}
	}
	return losses, nil
}
