package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
)

// Both systems have one solution and one derivative, and the smaller is taken.
func TestPrimalIsWoodbury(t *testing.T) {
	type solver = func(x, y, lambda autodiff.Value) autodiff.Value
	run := func(solve solver, rows, cols int) (w, gradient []float64) {
		g := autodiff.New()
		x, y, lambda := g.Input("x", rows, cols), g.Input("y", rows, 2), g.Input("lambda", 1, 1)
		p := autodiff.ParamsOf([]string{"x", "y", "lambda"}, []autodiff.Value{x, y, lambda})
		out := solve(x, y, lambda)
		slope := autodiff.GradParams(out.Sin().Sum(), p)
		ws := autodiff.Compile(out, slope).NewWorkspace()
		rng, numbers := rand.New(rand.NewPCG(1, 2)), make([]float64, rows*(cols+2)+1)
		for i := range numbers {
			numbers[i] = rng.NormFloat64()
		}
		numbers[len(numbers)-1] = 0.3
		ws.Set(p, numbers)
		ws.Run()
		return ws.Read(out, nil), ws.Read(slope, nil)
	}
	for _, size := range [][2]int{{1, 1}, {1, 6}, {3, 7}, {5, 5}, {9, 4}, {8, 1}} {
		primal, slopePrimal := run(ridgePrimal, size[0], size[1])
		woodbury, slopeWoodbury := run(ridgeWoodbury, size[0], size[1])
		both := slices.Concat(woodbury, slopeWoodbury)
		for i, v := range slices.Concat(primal, slopePrimal) { // systems of a condition of some 100
			if !(math.Abs(v-both[i]) <= 1e-12*(1+math.Abs(v))) {
				t.Errorf("%d points of %d features: weight or slope %d is %v and %v", size[0], size[1], i, v, both[i])
			}
		}
		chosen, _ := run(ridge, size[0], size[1])
		smaller := primal
		if size[0] < size[1] {
			smaller = woodbury
		}
		if !slices.Equal(chosen, smaller) {
			t.Errorf("%d points of %d features: the larger system is solved", size[0], size[1])
		}
	}
}
