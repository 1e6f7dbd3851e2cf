package balance

import (
	"fmt"
	"math"
	"testing"

	"kindred/internal/golden"
)

func TestGoldenCOSMOS(t *testing.T) {
	var file struct {
		COSMOS []struct {
			Lambda    float64
			R, Losses []float64
			Value     float64
			Weights   []float64 `json:"weights_of_losses"`
		}
	}
	golden.Load(t, "preferences.json", &file)
	if len(file.COSMOS) == 0 {
		t.Fatal("no case of COSMOS in preferences.json")
	}
	for k, c := range file.COSMOS {
		t.Run(fmt.Sprintf("case %d, lambda %v", k, c.Lambda), func(t *testing.T) {
			b, weights := COSMOS{Lambda: c.Lambda, Weights: c.R}, make([]float64, len(c.Losses))
			value := b.Scalarize(weights, c.Losses, Start(b, Setting{Tasks: len(weights)}))
			golden.Within(t, "value", []float64{value}, []float64{c.Value}, preferenceTol)
			golden.Within(t, "weights", weights, c.Weights, preferenceTol)
		})
	}
}

// By hand: r = (3, 4) and L = (5, 12) have the cosine 63/65, and |L| = 13.
func TestCOSMOSByHand(t *testing.T) {
	b, weights := COSMOS{Lambda: 26, Weights: []float64{3, 4}}, make([]float64, 2)
	value := b.Scalarize(weights, []float64{5, 12}, Start(b, Setting{Tasks: 2}))
	within(t, "value", []float64{value}, []float64{63 - 26*63./65})
	within(t, "weights", weights, []float64{3 - 2*(3./5-63./65*5/13), 4 - 2*(4./5-63./65*12/13)})
}

// Without losses, and for tasks without a preference, there is no angle; for losses of any size it is the same.
func TestCOSMOSAtTheEndsOfTheRange(t *testing.T) {
	b, weights := COSMOS{Lambda: 1, Weights: []float64{1, 0, 0}}, make([]float64, 2)
	s := Start(b, Setting{Tasks: 3})
	s.Present = []int{0, 2}
	value := b.Scalarize(weights, []float64{0, 0}, s)
	within(t, "value without losses", []float64{value}, []float64{0})
	within(t, "weights without losses", weights, []float64{1, 0})
	for _, scale := range []float64{1e-300, 1e-160, 1e160, 1e300} {
		value = b.Scalarize(weights, []float64{3 * scale, 4 * scale}, s)
		if want := 3*scale - 0.6; math.Abs(value-want) > 1e-15*math.Abs(want) {
			t.Errorf("losses of %v: V = %v, want %v", scale, value, want)
		}
	}
	s.Present = []int{1, 2}
	value = b.Scalarize(weights, []float64{3, 4}, s)
	within(t, "value without a preference", []float64{value}, []float64{0})
	within(t, "weights without a preference", weights, []float64{0, 0})
}
