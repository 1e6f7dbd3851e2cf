package balance

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"kindred/internal/golden"
)

func TestGoldenRLW(t *testing.T) {
	var file struct {
		Weightings struct {
			RLW struct {
				Facts struct {
					ByK map[string]struct {
						Mean          float64
						Variance      float64 `json:"variance_of_one_weight"`
						VarianceErr   float64 `json:"standard_error_of_that"`
						Covariance    float64 `json:"covariance_of_two"`
						Samples       float64
						MeanOfLargest float64 `json:"mean_of_largest"`
					} `json:"by_K"`
				}
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	facts := file.Weightings.RLW.Facts.ByK
	if len(facts) == 0 {
		t.Fatal("no case of RLW in weightings.json")
	}
	const samples = 100_000
	for name, want := range facts {
		t.Run("K = "+name, func(t *testing.T) {
			k, err := strconv.Atoi(name)
			if err != nil {
				t.Fatal(err)
			}
			first, second, largest := make([]float64, samples), make([]float64, samples), make([]float64, samples)
			losses, weights, state := make([]float64, k), make([]float64, k), Start(RLW{}, Setting{Tasks: k, Params: 0})
			for i := range samples {
				RLW{Seed: 1}.Scalarize(weights, losses, state)
				if sum := floats.Sum(weights); math.Abs(sum-1) > 1e-15*float64(k) {
					t.Fatalf("the weights of step %d add up to %v", i, sum)
				}
				first[i], second[i], largest[i] = weights[0], weights[k-1], slices.Max(weights)
			}
			// Each within four standard errors, those of the file's own samples included.
			sampled := func(what string, x []float64, want, wantErr float64) {
				mean, deviation := stat.MeanStdDev(x, nil)
				if e := math.Hypot(deviation/math.Sqrt(samples), wantErr); math.Abs(mean-want) > 4*e {
					t.Errorf("%s %v, want %v; that is %.1f standard errors", what, mean, want, math.Abs(mean-want)/e)
				}
			}
			squares, products := make([]float64, samples), make([]float64, samples)
			for i := range first {
				squares[i] = (first[i] - want.Mean) * (first[i] - want.Mean)
				products[i] = (first[i] - want.Mean) * (second[i] - want.Mean)
			}
			sampled("mean", first, want.Mean, 0)
			sampled("variance", squares, want.Variance, want.VarianceErr)
			sampled("covariance", products, want.Covariance, want.VarianceErr/float64(k-1))
			sampled("mean of the largest", largest, want.MeanOfLargest, stat.StdDev(largest, nil)/math.Sqrt(want.Samples))
		})
	}
}

// For two tasks w₁ = 1/(1 + exp(−√2 Z)), whose quantiles weightings.json states.
func TestRLWQuantiles(t *testing.T) {
	const samples = 100_000
	first, weights, state := make([]float64, samples), make([]float64, 2), Start(RLW{}, Setting{Tasks: 2, Params: 0})
	for i := range first {
		RLW{Seed: 2}.Scalarize(weights, []float64{1, 1}, state)
		first[i] = weights[0]
	}
	for p, q := range map[float64]float64{
		0.05: 0.088978291069, 0.25: 0.278106687678, 0.5: 0.5, 0.75: 0.721893312322, 0.95: 0.911021708931,
	} {
		below := 0.0
		for _, w := range first {
			if w < q {
				below++
			}
		}
		if e := math.Sqrt(p * (1 - p) / samples); math.Abs(below/samples-p) > 4*e {
			t.Errorf("%v of the weights are below the quantile at %v", below/samples, p)
		}
	}
}

// A step's weights depend on the seed and on the step's number, and on nothing else.
func TestDeterminismRLW(t *testing.T) {
	draw := func(seed uint64, step float64) []float64 {
		weights := make([]float64, 3)
		RLW{Seed: seed}.Scalarize(weights, []float64{1, 1, 1}, State{Setting: Setting{Tasks: 3}, Memory: []float64{step}})
		return weights
	}
	if !slices.Equal(draw(1, 5), draw(1, 5)) {
		t.Error("two draws of step 5 differ")
	}
	if slices.Equal(draw(1, 5), draw(1, 6)) || slices.Equal(draw(1, 5), draw(2, 5)) {
		t.Error("another step or another seed draws the same weights")
	}
}
