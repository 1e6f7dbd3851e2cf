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

// Of families that fit alike the first is taken, and a parameter is found between the values of the grid: y =
// 2·sin(1.37·x).
func TestBestFitAndProfile(t *testing.T) {
	var x, y []float64
	for k := range 7 {
		x = append(x, float64(k)/2)
		y = append(y, 2*math.Sin(1.37*x[k]))
	}
	support, at := metakit.NewSet(7, x, y), mat.NewDense(2, 1, []float64{0.3, 5})
	wave := func(dst []float64, p float64, x []float64) []float64 { return append(dst, math.Sin(p*x[0])) }
	sine := baseline.LeastSquares{Features: func(dst, x []float64) []float64 { return wave(dst, 1.37, x) }}
	for name, p := range map[string]metakit.Predictor{
		"profile": baseline.Profile{Low: 1, High: 2, Grid: 10, Features: wave},
		"edge":    baseline.Profile{Low: 1.37, High: 2, Grid: 10, Features: wave},
		"one":     baseline.Profile{Low: 1.37, High: 1.37, Grid: 2, Features: wave},
		"best":    baseline.BestFit{{}, sine, {}},
	} {
		got := p.Predict(support, at)
		for i := range 2 {
			if want := 2 * math.Sin(1.37*at.At(i, 0)); math.Abs(got.At(i, 0)-want) > 1e-6 {
				t.Errorf("%s: %v at %v, want %v", name, got.At(i, 0), at.At(i, 0), want)
			}
		}
	}
}

func TestMisuse(t *testing.T) {
	set, x := metakit.NewSet(2, []float64{0, 1}, []float64{0, 1}), mat.NewDense(2, 1, nil)
	one := mat.NewSymDense(1, []float64{1})
	profile := baseline.Profile{Low: 1, High: 2, Grid: 3,
		Features: func(dst []float64, p float64, x []float64) []float64 { return append(dst, p*x[0]) }}
	process := baseline.GaussianProcess{Length: 1, Scale: 1, Noise: 1}
	bayes := baseline.BayesianLinear{Covariance: one, Noise: 1}
	all := []metakit.Predictor{baseline.Zero{}, baseline.Mean{}, baseline.Constant{Y: []float64{1}},
		baseline.Func(func(x []float64) []float64 { return x }), baseline.LeastSquares{}, baseline.BestFit{{}}, profile,
		process, bayes}
	with := func(change func(g *baseline.GaussianProcess)) func() {
		return func() { g := process; change(&g); g.Predict(set, x) }
	}
	fit := func(change func(p *baseline.Profile)) func() {
		return func() { p := profile; change(&p); p.Predict(set, x) }
	}
	posterior := func(change func(b *baseline.BayesianLinear)) func() {
		return func() { b := bayes; change(&b); b.Predict(set, x) }
	}
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
		"x has 3 columns, the support X 1":                  func() { baseline.LeastSquares{}.Predict(set, mat.NewDense(1, 3, nil)) },
		"BestFit: it has no family":                         func() { baseline.BestFit{}.Predict(set, x) },
		"Profile: 1 values from 1 to 2":                     fit(func(p *baseline.Profile) { p.Grid = 1 }),
		"Profile: 3 values from 3 to 2":                     fit(func(p *baseline.Profile) { p.Low = 3 }),
		"Profile: 3 values from 1 to +I":                    fit(func(p *baseline.Profile) { p.High = math.Inf(1) }),
		"interval, and Features":                            fit(func(p *baseline.Profile) { p.Features = nil }),
		"Length 0, Scale 1, Noise 1":                        with(func(g *baseline.GaussianProcess) { g.Length = 0 }),
		"Length 1, Scale NaN, Noise 1":                      with(func(g *baseline.GaussianProcess) { g.Scale = math.NaN() }),
		"Length 1, Scale 1, Noise 0":                        with(func(g *baseline.GaussianProcess) { g.Noise = 0 }),
		"is too small beside it":                            with(func(g *baseline.GaussianProcess) { g.Noise, g.Length = 1e-30, 1e30 }),
		"GaussianProcess: x has 3 columns, the support X 1": func() { process.Predict(set, mat.NewDense(1, 3, nil)) },
		"BayesianLinear: x has 3 columns, the support X 1":  func() { bayes.Predict(set, mat.NewDense(1, 3, nil)) },
		"BayesianLinear: Noise is -1":                       posterior(func(b *baseline.BayesianLinear) { b.Noise = -1 }),
		"Covariance <nil>":                                  posterior(func(b *baseline.BayesianLinear) { b.Covariance = nil }),
		"1 features, a Covariance of 1 and a Mean of 2":     posterior(func(b *baseline.BayesianLinear) { b.Mean = []float64{1, 2} }),
		"1 features, a Covariance of 2 and a Mean of 0": posterior(func(b *baseline.BayesianLinear) {
			b.Covariance = mat.NewSymDense(2, nil)
		}),
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
