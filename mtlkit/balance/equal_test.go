package balance

import (
	"testing"

	"kindred/internal/golden"
)

func TestGoldenEqual(t *testing.T) {
	type result struct {
		Value   float64
		Weights []float64
	}
	var file struct {
		Weightings struct {
			EW *struct {
				Losses    []float64
				Sum, Mean *result
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	ew := file.Weightings.EW
	if ew == nil || ew.Sum == nil && ew.Mean == nil {
		t.Fatal("no case of EW in weightings.json")
	}
	check := func(name string, e Equal, want *result) {
		t.Run(name, func(t *testing.T) {
			if want == nil {
				t.Skip("not in the file")
			}
			weights := make([]float64, len(ew.Losses))
			value := e.Scalarize(weights, ew.Losses, Start(e, Setting{Tasks: len(weights)}))
			golden.Within(t, "value", []float64{value}, []float64{want.Value}, weightingTol)
			golden.Within(t, "weights", weights, want.Weights, weightingTol)
		})
	}
	check("sum", Equal{}, ew.Sum)
	check("mean", Equal{Mean: true}, ew.Mean)
}
