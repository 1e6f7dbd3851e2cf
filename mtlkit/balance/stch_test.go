package balance

import (
	"fmt"
	"math"
	"testing"

	"kindred/internal/golden"
)

func TestGoldenSTCH(t *testing.T) {
	type known struct {
		Mu                        float64
		Weights, Reference, Nadir []float64
		Losses                    []float64
		Value                     float64
		LossWeights               []float64 `json:"loss_weights"`
	}
	var file struct {
		Weightings struct {
			STCH struct {
				Cases  []known
				LibMTL struct{ Cases []known } `json:"libmtl_variant"`
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	cases := file.Weightings.STCH
	if len(cases.Cases)+len(cases.LibMTL.Cases) == 0 {
		t.Fatal("no case of STCH in weightings.json")
	}
	for k, c := range cases.Cases {
		t.Run(fmt.Sprint("case ", k), func(t *testing.T) {
			weights := make([]float64, len(c.Losses))
			value := STCH{Mu: c.Mu, Weights: c.Weights, Reference: c.Reference}.Scalarize(weights, c.Losses,
				State{Setting: Setting{Tasks: len(weights)}})
			golden.Within(t, "value", []float64{value}, []float64{c.Value}, weightingTol)
			// Weights of 1e-26 and less are compared too.
			within(t, "loss_weights", weights, c.LossWeights)
		})
	}
	for k, c := range cases.LibMTL.Cases {
		t.Run(fmt.Sprint("LibMTL's variant ", k), func(t *testing.T) {
			weights := make([]float64, len(c.Losses))
			value := STCH{Mu: c.Mu, Nadir: c.Nadir}.Scalarize(weights, c.Losses, State{Setting: Setting{Tasks: len(weights)}})
			largest := math.Inf(-1)
			for i, l := range c.Losses {
				largest = max(largest, math.Log(l/c.Nadir[i]))
			}
			// LibMTL leaves the largest term out of the value.
			shifted := value - float64(len(c.Losses))*largest
			golden.Within(t, "value", []float64{shifted}, []float64{c.Value}, weightingTol)
			within(t, "loss_weights", weights, c.LossWeights)
		})
	}
}

// within compares ratios, however small the numbers are.
func within(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= weightingTol*math.Abs(want[i])) {
			t.Errorf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}
