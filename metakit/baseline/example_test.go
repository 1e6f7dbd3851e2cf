package baseline_test

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// What predictors without meta-learning say at x = 4 after five points of y = 2x + 1, of which each knows something else.
func Example() {
	support := metakit.NewSet(5, []float64{-2, -1, 0, 1, 2}, []float64{-3, -1, 1, 3, 5})
	line := func(dst, x []float64) []float64 { return append(dst, 1, x[0]) }
	wave := func(dst []float64, frequency float64, x []float64) []float64 {
		return append(dst, math.Sin(frequency*x[0]), math.Cos(frequency*x[0]))
	}
	for _, p := range []metakit.Predictor{
		baseline.Zero{},
		baseline.Mean{},                    // of the support points
		baseline.Constant{Y: []float64{2}}, // whatever the points
		baseline.LeastSquares{Features: line},
		baseline.BayesianLinear{Features: line, Mean: []float64{0, 0}, Covariance: mat.NewDiagDense(2, []float64{1, 1}), Noise: 0.5},
		baseline.GaussianProcess{Scale: 3, Length: 2, Noise: 0.1},
		baseline.Profile{Low: 0.2, High: 2, Grid: 20, Features: wave}, // the best frequency
	} {
		fmt.Printf("%-24T %5.2f\n", p, p.Predict(support, mat.NewDense(1, 1, []float64{4})).At(0, 0))
	}
	// Output:
	// baseline.Zero             0.00
	// baseline.Mean             1.00
	// baseline.Constant         2.00
	// baseline.LeastSquares     9.00
	// baseline.BayesianLinear   8.76
	// baseline.GaussianProcess  5.12
	// baseline.Profile          8.06
}
