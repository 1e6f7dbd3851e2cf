package balance_test

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/mtlkit/balance"
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
func aggregate(t *testing.T, b balance.Balancer, j *mat.Dense) []float64 {
	t.Helper()
	m, n := j.Dims()
	d := make([]float64, n)
	if err := balance.Aggregate(d, b, j, nil, start(b, m, n)); err != nil {
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
func goldenAggregators(m int) map[string]balance.Balancer {
	weights := make([]float64, m)
	for i := range weights {
		weights[i] = 2 * float64(i+1) / float64(m*(m+1))
	}
	return map[string]balance.Balancer{
		"Sum": balance.Sum{}, "Mean": balance.Mean{}, "Constant": balance.Constant{Weights: weights},
		"MGDA": balance.MGDA{}, "PCGrad": balance.PCGrad{},
		"UPGrad": balance.UPGrad{}, "DualProj": balance.DualProj{}, "CAGrad": balance.CAGrad{C: 0.5},
		"NashMTL":         balance.NashMTL{MaxNorm: 1},
		"FairGrad_alpha1": balance.FairGrad{Alpha: 1}, "FairGrad_alpha2": balance.FairGrad{Alpha: 2},
		"Krum": balance.Krum{Byzantine: max(0, min(1, m-3)), Select: 1, Euclidean: true}, "TrimmedMean": balance.TrimmedMean{Trim: min(1, (m-1)/2)},
		"IMTLG": balance.IMTLG{}, "ConFIG": balance.ConFIG{}, "AlignedMTL": balance.AlignedMTL{},
	}
}

func TestGoldenAggregators(t *testing.T) {
	ran := 0
	for _, c := range loadAggregatorCases(t) {
		methods := goldenAggregators(c.M)
		for name, output := range c.Outputs {
			if output.Exact == nil || name == "Krum" {
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

// GradVac has no exact value: its first and second call against TorchJD's, with TorchJD's 1e-8 in the denominators.
func TestGoldenGradVac(t *testing.T) {
	ran := 0
	b := balance.GradVac{Beta: 0.5, Eps: 1e-8}
	for _, c := range loadAggregatorCases(t) {
		output, ok := c.Outputs["GradVac"]
		if !ok {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			ran++
			j, d, state := c.jacobian(), make([]float64, c.N), balance.Start(b, balance.Setting{Tasks: c.M, Params: c.N})
			for _, want := range [][]float64{output.TorchJD, output.SecondCall} {
				if err := balance.Aggregate(d, b, j, nil, state); err != nil {
					t.Fatal(err)
				}
				near(t, "direction", d, want, c.tolerance(want))
				if output.Phi == nil {
					continue
				}
				for i, phi := range output.Phi {
					near(t, "phi", state.Memory[i*c.M:(i+1)*c.M], phi, c.tolerance(phi))
				}
				output.Phi = nil // that of the first call
			}
		})
	}
	if ran == 0 {
		t.Error("no case ran")
	}
}

// Krum takes one of the gradients that the file allows, by distances and by their squares.
func TestGoldenKrum(t *testing.T) {
	ran := 0
	for _, c := range loadAggregatorCases(t) {
		output, ok := c.Outputs["Krum"]
		if !ok {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			ran++
			for euclidean, allowed := range map[bool][]int{true: output.Selected, false: output.Squared} {
				d := aggregate(t, balance.Krum{Byzantine: 1, Select: 1, Euclidean: euclidean}, c.jacobian())
				if !slices.ContainsFunc(allowed, func(i int) bool { return slices.Equal(d, c.J[i]) }) {
					t.Errorf("Euclidean %v: took %v, want one of the gradients %v", euclidean, d, allowed)
				}
			}
		})
	}
	if ran == 0 {
		t.Error("no case ran")
	}
}

// Where the file has no exact value, the documented behaviour.
func TestGoldenNoSolution(t *testing.T) {
	ran := 0
	for _, c := range loadAggregatorCases(t) {
		j := c.jacobian()
		for name, b := range goldenAggregators(c.M) {
			output, ok := c.Outputs[name]
			if !ok || output.Exact != nil {
				continue
			}
			t.Run(fmt.Sprint(name, "/", c.Name), func(t *testing.T) {
				ran++
				d := aggregate(t, b, j)
				switch name {
				case "CAGrad": // the optimum nearest to the mean, which is its projection on the dual cone
					nearest := aggregate(t, balance.DualProj{}, j)
					near(t, "direction", d, nearest, 1e-12*floats.Norm(j.RawMatrix().Data, 2))
				case "NashMTL", "FairGrad_alpha1", "FairGrad_alpha2": // that of the gradients that are not zero, or 0
					want := make([]float64, c.N)
					if rest := withoutZeroRows(j); rest != nil && rest.RawMatrix().Rows < c.M {
						want = aggregate(t, b, rest)
					}
					near(t, "direction", d, want, 1e-12*max(1, floats.Norm(want, 2)))
				default:
					t.Errorf("no behaviour is documented for %s: %s", name, output.Status)
				}
			})
		}
	}
	if ran == 0 {
		t.Error("no case ran")
	}
}

// withoutZeroRows returns nil if all rows are zero.
func withoutZeroRows(j *mat.Dense) *mat.Dense {
	m, n := j.Dims()
	var data []float64
	for i := range m {
		if floats.Norm(j.RawRowView(i), 2) > 0 {
			data = append(data, j.RawRowView(i)...)
		}
	}
	if data == nil {
		return nil
	}
	return mat.NewDense(len(data)/n, n, data)
}
