package balance

import (
	"slices"
	"testing"
)

func TestFixed(t *testing.T) {
	weights := make([]float64, 3)
	f := Fixed{Weights: []float64{0.5, 0, 2}}
	value := f.Scalarize(weights, []float64{3, 7, 0.25}, Start(f, Setting{Tasks: 3}))
	if want := 0.5*3 + 2*0.25; value != want {
		t.Errorf("V = %v, want %v", value, want)
	}
	if want := []float64{0.5, 0, 2}; !slices.Equal(weights, want) {
		t.Errorf("weights %v, want %v", weights, want)
	}
}
