package balance

import (
	"testing"

	"kindred/internal/golden"
)

func TestGoldenGLS(t *testing.T) {
	var file struct {
		Weightings struct {
			GLS *struct {
				Losses, Weights []float64
				Value           float64
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	want := file.Weightings.GLS
	if want == nil || len(want.Losses) == 0 {
		t.Fatal("no case of GLS in weightings.json")
	}
	t.Run("case", func(t *testing.T) {
		weights := make([]float64, len(want.Losses))
		value := GLS{}.Scalarize(weights, want.Losses, Start(GLS{}, Setting{Tasks: len(weights)}))
		golden.Within(t, "value", []float64{value}, []float64{want.Value}, weightingTol)
		golden.Within(t, "weights", weights, want.Weights, weightingTol)
	})
}

// The product of many losses overflows where their mean does not.
func TestGLSDoesNotOverflow(t *testing.T) {
	losses, weights := make([]float64, 10), make([]float64, 10)
	for i := range losses {
		losses[i] = 1e200
	}
	value := GLS{}.Scalarize(weights, losses, Start(GLS{}, Setting{Tasks: len(weights)}))
	golden.Within(t, "V", []float64{value}, []float64{1e200}, 1e-12)
	golden.Within(t, "weight", weights[:1], []float64{0.1}, 1e-12)
}
