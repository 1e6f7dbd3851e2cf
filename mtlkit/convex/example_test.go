package convex_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/convex"
)

// Five tasks of 20 rows, of whose ten columns the same two count. The strength is chosen on rows left out, and the
// answer says how far from the best it can be.
func Example() {
	r := rand.New(rand.NewPCG(1, 0))
	var problem convex.Problem
	for range 5 {
		x, y := mat.NewDense(20, 10, nil), make([]float64, 20)
		a, b := 1+r.Float64(), 2+r.Float64()
		for i := range y {
			for j := range 10 {
				x.Set(i, j, r.NormFloat64())
			}
			y[i] = a*x.At(i, 0) - b*x.At(i, 1) + r.NormFloat64()
		}
		problem.Tasks = append(problem.Tasks, convex.Task{X: x, Y: y})
	}
	ctx, solver := context.Background(), convex.NewSolver()
	for name, penalty := range map[string]convex.Penalty{"alone": convex.Alone{Ridge: 1},
		"together": convex.L21{Lambda: 1}} {
		largest, err := convex.Largest(problem, penalty)
		if err != nil {
			log.Fatal(err)
		}
		cv, err := solver.CrossValidate(ctx, problem, penalty, convex.Geometric(largest, largest/1000, 30), 5, 1)
		if err != nil {
			log.Fatal(err)
		}
		rows := 0
		for j := range 10 {
			if mat.Norm(cv.Fit.W.RowView(j), 2) > 0 {
				rows++
			}
		}
		fmt.Printf("%-8s  loss left out %.2f a task, %d columns count, gap below 1e-8: %v\n", name, cv.Loss[cv.Best]/5,
			rows, cv.Fit.Gap <= 1e-8*cv.Fit.Scale)
	}
	// Unordered output:
	// alone     loss left out 1.45 a task, 10 columns count, gap below 1e-8: true
	// together  loss left out 0.52 a task, 4 columns count, gap below 1e-8: true
}
