package baseline_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// The mean is the best constant for the points it was taken of: any other has a larger squared error.
func TestMeansAreTheBestConstants(t *testing.T) {
	set := metakit.NewSet(3, []float64{0, 1, 2}, []float64{1, 10, 3, 20, 8, 60})
	x := mat.NewDense(2, 1, nil)
	got := baseline.Mean{}.Predict(set, x)
	if want := mat.NewDense(2, 2, []float64{4, 30, 4, 30}); !mat.EqualApprox(got, want, 1e-14) {
		t.Errorf("means %v, want 4 and 30", mat.Formatted(got))
	}
	other := metakit.NewSet(3, []float64{0, 1, 2}, []float64{0, 0, 0, 0, 6, 0})
	both := metakit.Collection{{Support: other, Query: set}, {Support: set, Query: other}}
	best := baseline.BestConstant(both)
	if math.Abs(best.Y[0]-3) > 1e-14 || math.Abs(best.Y[1]-15) > 1e-14 { // (4 + 2)/2 and (30 + 0)/2
		t.Errorf("the best constant is %v, want 3 and 15", best.Y)
	}
	if got := best.Predict(set, x); got.At(1, 1) != best.Y[1] || got.At(1, 0) != best.Y[0] {
		t.Errorf("it predicts %v", mat.Formatted(got))
	}
	if got := (baseline.Zero{}).Predict(set, x); !mat.Equal(got, mat.NewDense(2, 2, nil)) {
		t.Errorf("zero predicts %v", mat.Formatted(got))
	}
}

// Where fewer points than weights leave the fit open, least squares takes the smallest weights.
func TestLeastSquaresOfOnePoint(t *testing.T) {
	support := metakit.NewSet(1, []float64{3, 4}, []float64{50})
	got := baseline.LeastSquares{}.Predict(support, mat.NewDense(2, 2, []float64{1, 0, 0, 1}))
	if math.Abs(got.At(0, 0)-6) > 1e-12 || math.Abs(got.At(1, 0)-8) > 1e-12 { // w = 50·(3, 4)/25
		t.Errorf("weights %v, want 6 and 8", mat.Formatted(got))
	}
}

func TestMisuse(t *testing.T) {
	set, x := metakit.NewSet(2, []float64{0, 1}, []float64{0, 1}), mat.NewDense(2, 1, nil)
	all := []metakit.Predictor{baseline.Zero{}, baseline.Mean{}, baseline.Constant{Y: []float64{1}},
		baseline.Func(func(x []float64) []float64 { return x }), baseline.LeastSquares{}}
	calls := map[string]func(){
		"Y has 2 numbers for 1":     func() { baseline.Constant{Y: []float64{1, 2}}.Predict(set, x) },
		"Y has 0 numbers for 1":     func() { baseline.Constant{}.Predict(set, x) },
		"Func: it is nil":           func() { baseline.Func(nil).Predict(set, x) },
		"0 numbers for 2 rows":      func() { baseline.Func(func([]float64) []float64 { return nil }).Predict(set, x) },
		"BestConstant: no episodes": func() { baseline.BestConstant(nil) },
		"Episode: it is nil":        func() { baseline.BestConstant(metakit.Collection{nil}) },
		"0 features of 2 points": func() {
			baseline.LeastSquares{Features: func(dst, _ []float64) []float64 { return dst }}.Predict(set, x)
		},
		"x has 3 columns, the support X 1": func() { baseline.LeastSquares{}.Predict(set, mat.NewDense(1, 3, nil)) },
	}
	for _, p := range all {
		calls["x, or X or Y of the support set, is nil or empty"] = func() { p.Predict(metakit.Set{}, x) }
		for _, f := range []func(){calls["x, or X or Y of the support set, is nil or empty"], func() { p.Predict(set, nil) }} {
			refused(t, "is nil or empty", f)
		}
		p.Predict(set, x) // a negative control
	}
	for want, f := range calls {
		refused(t, want, f)
	}
}

func refused(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if got, ok := recover().(string); !ok || !strings.Contains(got, want) {
			t.Errorf("panic %q, want a sentence that says %q", got, want)
		}
	}()
	f()
}
