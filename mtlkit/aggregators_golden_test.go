package mtlkit_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/mtlkit"
)

// An aggregatorCase is a case of aggregators.json.
type aggregatorCase struct {
	Name       string
	M, N       int
	J          [][]float64
	Properties struct {
		MinNorm float64 `json:"min_norm"`
	}
	Outputs map[string]aggregatorOutput
}

type aggregatorOutput struct {
	TorchJD    []float64
	Exact      []float64
	Status     string      `json:"exact_status"`
	Unclipped  []float64   `json:"exact_unclipped"`
	SecondCall []float64   `json:"torchjd_second_call"`
	Phi        [][]float64 `json:"phi_after_1"`
	Selected   []int
	Squared    []int `json:"paper_squared_selected"`
}

func (c aggregatorCase) jacobian() *mat.Dense {
	j := mat.NewDense(c.M, c.N, nil)
	for i, row := range c.J {
		j.SetRow(i, row)
	}
	return j
}

// tolerance is what the file suggests.
func (c aggregatorCase) tolerance(want []float64) float64 {
	tol := 1e-8
	if c.Name == "huge_norms" || c.Name == "nearly_opposed" {
		tol = 1e-6
	}
	return tol * max(1, floats.Norm(want, 2))
}

func loadAggregatorCases(t *testing.T) []aggregatorCase {
	t.Helper()
	var file struct{ Cases []aggregatorCase }
	golden.Load(t, "aggregators.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("aggregators.json holds no case")
	}
	return file.Cases
}

// aggregate applies b from its first state.
func aggregate(t *testing.T, b mtlkit.Balancer, j *mat.Dense) []float64 {
	t.Helper()
	m, n := j.Dims()
	d := make([]float64, n)
	if err := mtlkit.Aggregate(d, b, j, nil, b.NewState(m, n)); err != nil {
		t.Fatal(err)
	}
	return d
}

// near fails the test unless |got − want| ≤ tol.
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if d := floats.Distance(got, want, 2); !(d <= tol) {
		t.Errorf("%s: %v is %.3g from %v, want within %.3g", what, got, d, want, tol)
	}
}

// goldenAggregators makes, for m tasks, the methods under the names and with the parameters of the file.
func goldenAggregators(m int) map[string]mtlkit.Balancer {
	weights := make([]float64, m)
	for i := range weights {
		weights[i] = 2 * float64(i+1) / float64(m*(m+1))
	}
	return map[string]mtlkit.Balancer{
		"Sum": mtlkit.Sum{}, "Mean": mtlkit.Mean{}, "Constant": mtlkit.Constant{Weights: weights},
		"MGDA": mtlkit.MGDA{}, "PCGrad": mtlkit.PCGrad{},
		"UPGrad": mtlkit.UPGrad{}, "DualProj": mtlkit.DualProj{}, "CAGrad": mtlkit.CAGrad{C: 0.5},
		"IMTLG": mtlkit.IMTLG{}, "ConFIG": mtlkit.ConFIG{}, "AlignedMTL": mtlkit.AlignedMTL{},
	}
}

func TestGoldenAggregators(t *testing.T) {
	ran := 0
	for _, c := range loadAggregatorCases(t) {
		methods := goldenAggregators(c.M)
		for name, output := range c.Outputs {
			if output.Exact == nil {
				continue
			}
			t.Run(fmt.Sprint(name, "/", c.Name), func(t *testing.T) {
				b, ok := methods[name]
				if !ok {
					t.Skipf("%s is not built", name)
				}
				near(t, "direction", aggregate(t, b, c.jacobian()), output.Exact, c.tolerance(output.Exact))
				ran++
			})
		}
	}
	if ran == 0 {
		t.Error("no case ran")
	}
}

var _ = math.Pi
