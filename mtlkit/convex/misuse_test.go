package convex_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/exported"
	"kindred/mtlkit/convex"
)

// Every exported function and field with its senseless values, and the sentence that it panics with.
func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	x := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	two := []convex.Task{{X: x, Y: []float64{1, 2}}, {X: x, Y: []float64{1, 2}}}
	good, plain := convex.Problem{Tasks: two}, convex.NewSolver()
	solve := func(p convex.Problem, penalty convex.Penalty) func() {
		return func() { _, _ = convex.NewSolver().Solve(t.Context(), p, penalty) }
	}
	with := func(penalty convex.Penalty) func() { return solve(good, penalty) }
	solver := func(s convex.Solver) func() {
		return func() { _, _ = s.Solve(t.Context(), good, convex.Trace{Lambda: 1}) }
	}
	fit, err := convex.NewSolver().Solve(t.Context(), good, convex.Trace{Lambda: 1})
	if err != nil {
		t.Fatal(err)
	}
	const strengths = "; it must be finite and not negative"
	var tested []string
	for name, c := range map[string]struct {
		call func()
		says string
	}{
		"Problem.Tasks": {solve(convex.Problem{}, convex.Alone{}),
			"Solver.Solve: Tasks is empty; give one task at least"},
		"Problem.Tasks, empty": {solve(convex.Problem{Tasks: make([]convex.Task, 2)}, convex.Alone{}),
			"Solver.Solve: no task has rows; give X and Y of one at least"},
		"Problem.Loss": {solve(convex.Problem{Tasks: two, Loss: 2}, convex.Alone{}),
			"Solver.Solve: no Loss 2; there are Squared and Logistic"},
		"Problem.Weights": {solve(convex.Problem{Tasks: two, Weights: []float64{1}}, convex.Alone{}),
			"Solver.Solve: 1 numbers in Weights for 2 tasks"},
		"Problem.Weights, bad": {solve(convex.Problem{Tasks: two, Weights: []float64{1, -1}}, convex.Alone{}),
			"Solver.Solve: Weights[1] is -1" + strengths},
		"Task.X": {solve(convex.Problem{Tasks: []convex.Task{{Y: []float64{1}}}}, convex.Alone{}),
			"Solver.Solve: task 0 has 1 labels in Y and no rows in X"},
		"Task.X, columns": {solve(convex.Problem{Tasks: []convex.Task{two[0],
			{X: mat.NewDense(1, 3, nil), Y: []float64{1}}}}, convex.Alone{}),
			"Solver.Solve: task 1 has 3 columns in X, a task before it 2; all must have as many"},
		"Task.Y": {solve(convex.Problem{Tasks: []convex.Task{{X: x, Y: []float64{1}}}}, convex.Alone{}),
			"Solver.Solve: task 0 has 2 rows in X and 1 labels in Y; want one for each row"},
		"Shared": {func() { convex.Shared(nil, x) },
			"Shared: x or y is nil; give a matrix of rows × columns and one of rows × tasks"},
		"Shared, rows": {func() { convex.Shared(x, mat.NewDense(3, 1, nil)) },
			"Shared: x has 2 rows, y 3; they must have as many"},

		"Alone.Ridge":  {with(convex.Alone{Ridge: -1}), "Alone: Ridge is -1" + strengths},
		"L21.Lambda":   {with(convex.L21{Lambda: nan}), "L21: Lambda is NaN" + strengths},
		"L21.Ridge":    {with(convex.L21{Ridge: inf}), "L21: Ridge is +Inf" + strengths},
		"Trace.Lambda": {with(convex.Trace{Lambda: -1}), "Trace: Lambda is -1" + strengths},
		"Mean.Mu":      {with(convex.Mean{Mu: -1}), "Mean: Mu is -1" + strengths},
		"Mean.Ridge":   {with(convex.Mean{Ridge: nan}), "Mean: Ridge is NaN" + strengths},
		"Graph.Mu":     {with(convex.Graph{Mu: inf}), "Graph: Mu is +Inf" + strengths},
		"Graph.Ridge":  {with(convex.Graph{Ridge: -1}), "Graph: Ridge is -1" + strengths},
		"Graph.Edges": {with(convex.Graph{Edges: []convex.Edge{{S: 0, T: 1}, {S: 0, T: 2}}}),
			"Graph: Edges[1] joins 0 and 2; want two different ones of 2 tasks"},
		"Edge.S": {with(convex.Graph{Edges: []convex.Edge{{S: -1, T: 1}}}),
			"Graph: Edges[0] joins -1 and 1; want two different ones of 2 tasks"},
		"Edge.T": {with(convex.Graph{Edges: []convex.Edge{{S: 1, T: 1}}}),
			"Graph: Edges[0] joins 1 and 1; want two different ones of 2 tasks"},
		"Edge.Weight": {with(convex.Graph{Edges: []convex.Edge{{S: 0, T: 1, Weight: -2}}}),
			"Graph: the Weight of Edges[0] is -2" + strengths},
		"Dirty.LambdaP": {with(convex.Dirty{LambdaQ: 1}),
			"Dirty: LambdaP is 0; it must be finite and positive, or P has no penalty"},
		"Dirty.LambdaQ": {with(convex.Dirty{LambdaP: 1}),
			"Dirty: LambdaQ is 0; it must be finite and positive, or Q has no penalty"},
		"Robust.LambdaL": {with(convex.Robust{LambdaL: inf, LambdaS: 1}),
			"Robust: LambdaL is +Inf; it must be finite and positive, or L has no penalty"},
		"Robust.LambdaS": {with(convex.Robust{LambdaL: 1, LambdaS: -1}),
			"Robust: LambdaS is -1; it must be finite and positive, or S has no penalty"},
		"Relations.Lambda1": {with(convex.Relations{Lambda1: -1}), "Relations: Lambda1 is -1" + strengths},
		"Relations.Lambda2": {with(convex.Relations{Lambda2: nan}), "Relations: Lambda2 is NaN" + strengths},
		"Solver.Tol": {solver(convex.Solver{Iterations: 1}),
			"Solver: Tol is 0; it must be finite and positive, as NewSolver sets it"},
		"Solver.Residual": {solver(convex.Solver{Tol: 1, Iterations: 1, Residual: -1}), "Solver: Residual is -1" +
			strengths},
		"Solver.Iterations": {solver(convex.Solver{Tol: 1}),
			"Solver: Iterations is 0; it must be 1 or more, as NewSolver sets it"},
		"Solver.Solve": {with(nil), "Solver.Solve: the penalty is nil; give one, such as L21{Lambda: 0.1}"},
		"Solver.Solve, context": {func() {
			var none context.Context
			_, _ = convex.NewSolver().Solve(none, good, convex.Alone{})
		}, "Solver.Solve: the context is nil; give context.Background()"},
		"Largest": {func() { _, _ = convex.Largest(good, nil) },
			"Largest: the penalty is nil; give one, such as L21{Lambda: 0.1}"},
		"Geometric": {func() { convex.Geometric(1, 0.1, 1) }, "Geometric: n is 1; it must be 2 or more"},
		"Geometric, from 0": {func() { convex.Geometric(0, 0.1, 2) },
			"Geometric: from 0 to 0.1; both must be finite and positive"},
		"Solver.Path": {func() { _, _ = plain.Path(t.Context(), good, convex.Alone{}, nil) },
			"Solver.Path: no factors; give one at least, such as Geometric(1, 0.001, 20)"},
		"Solver.Path, factor": {func() { _, _ = plain.Path(t.Context(), good, convex.Alone{}, []float64{1, 0}) },
			"Solver.Path: factor 1 is 0; it must be finite and positive"},
		"Solver.CrossValidate": {func() {
			_, _ = plain.CrossValidate(t.Context(), good, convex.Alone{}, []float64{1}, 1, 1)
		}, "Solver.CrossValidate: 1 folds; it takes 2 or more"},
		"Solver.CrossValidate, factors": {func() {
			_, _ = plain.CrossValidate(t.Context(), good, convex.Alone{}, nil, 2, 1)
		}, "Solver.CrossValidate: no factors; give one at least, such as Geometric(1, 0.001, 20)"},
		"Fit.Predict": {func() { fit.Predict(2, x) }, "Fit.Predict: task 2 of 2"},
		"Fit.Predict, nil": {func() { fit.Predict(0, nil) },
			"Fit.Predict: x is nil; give a matrix of rows × columns"},
		"Fit.Predict, columns": {func() { fit.Predict(0, mat.NewDense(1, 3, nil)) },
			"Fit.Predict: x has 3 columns, W has weights for 2"},
	} {
		exported.Says(t, name, c.call, "convex: "+c.says)
		of, _, _ := strings.Cut(name, ",")
		tested = append(tested, of)
	}
	for kind, penalty := range map[string]convex.Penalty{
		"Alone": convex.Alone{}, "L21": convex.L21{}, "Trace": convex.Trace{}, "Mean": convex.Mean{},
		"Graph": convex.Graph{},
		"Dirty": convex.Dirty{}, "Robust": convex.Robust{}, "Relations": convex.Relations{},
	} {
		exported.Says(t, kind+".Times", func() { penalty.Times(0) },
			"convex: "+kind+".Times: the factor is 0; it must be finite and positive")
		tested = append(tested, kind+".Times")
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"NewSolver": "takes nothing", "Problem.Intercepts": "yes or no", "Fit.W": "a result",
		"Fit.Intercepts": "a result",
		"Fit.Parts":      "a result", "Fit.Relations": "a result", "Fit.Objective": "a result", "Fit.Gap": "a result",
		"Fit.Residual": "a result", "Fit.Scale": "a result", "Fit.Iterations": "a result", "Unsolved": "a result",
		"CrossValidation": "a result",
	})
}
