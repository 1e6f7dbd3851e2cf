package convex_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/convex"
)

// Every penalty on the same three tasks of two columns: y is 2·x₁ in the first two, and −x₂ in the third, which stands apart.
// A row of W is a column of the inputs, a column of W a task.
func Example_penalties() {
	x := mat.NewDense(4, 2, []float64{1, 0, 0, 1, 1, 1, 1, -1})
	problem := convex.Problem{Tasks: []convex.Task{
		{X: x, Y: []float64{2, 0, 2, 2}}, {X: x, Y: []float64{2, 0, 2, 2}}, {X: x, Y: []float64{0, -1, -1, 1}},
	}}
	for _, penalty := range []convex.Penalty{
		convex.Alone{Ridge: 1},         // each task its own
		convex.L21{Lambda: 0.5},        // few columns count, the same for all
		convex.Mean{Mu: 1, Ridge: 0.1}, // near their mean
		convex.Graph{Edges: []convex.Edge{{S: 0, T: 1, Weight: 1}}, Mu: 1, Ridge: 0.1}, // near neighbours
		convex.Trace{Lambda: 0.5},                    // of few directions
		convex.Dirty{LambdaP: 0.6, LambdaQ: 0.4},     // common columns, and some of a task's own
		convex.Robust{LambdaL: 0.6, LambdaS: 0.5},    // few directions, and tasks that stand apart
		convex.Relations{Lambda1: 0.1, Lambda2: 0.2}, // the relations are learned
	} {
		fit, err := convex.NewSolver().Solve(context.Background(), problem, penalty)
		if err != nil {
			log.Fatal(err)
		}
		fit.W.Apply(func(_, _ int, w float64) float64 { return math.Round(100*w)/100 + 0 }, fit.W) // + 0: no −0
		fmt.Printf("%-16T %5.2f %5.2f\n", penalty, fit.W.RawRowView(0), fit.W.RawRowView(1))
	}
	// Output:
	// convex.Alone     [ 0.86  0.86  0.00] [ 0.00  0.00 -0.43]
	// convex.L21       [ 1.53  1.53  0.00] [ 0.00  0.00 -0.33]
	// convex.Mean      [ 1.45  1.45  0.64] [-0.16 -0.16 -0.56]
	// convex.Graph     [ 1.76  1.76  0.00] [ 0.00  0.00 -0.88]
	// convex.Trace     [ 1.53  1.53  0.00] [ 0.00  0.00 -0.33]
	// convex.Dirty     [ 1.60  1.60  0.00] [ 0.00  0.00 -0.47]
	// convex.Robust    [ 1.43  1.43  0.00] [ 0.00  0.00 -0.33]
	// convex.Relations [ 1.38  1.38  0.00] [ 0.00  0.00 -0.34]
}
