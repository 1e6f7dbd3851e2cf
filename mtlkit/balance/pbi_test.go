package balance

import (
	"fmt"
	"math"
	"testing"

	"kindred/internal/golden"
)

// preferenceTol is what preferences.json asks for.
const preferenceTol = 1e-9

func TestGoldenPBI(t *testing.T) {
	var file struct {
		PBI []struct {
			Theta        float64
			W, Z, Losses []float64
			Value        float64
			Weights      []float64 `json:"weights_of_losses"`
		}
	}
	golden.Load(t, "preferences.json", &file)
	if len(file.PBI) == 0 {
		t.Fatal("no case of PBI in preferences.json")
	}
	for k, c := range file.PBI {
		t.Run(fmt.Sprintf("case %d, theta %v", k, c.Theta), func(t *testing.T) {
			b, weights := PBI{Theta: c.Theta, Weights: c.W, Reference: c.Z}, make([]float64, len(c.Losses))
			value := b.Scalarize(weights, c.Losses, Start(b, Setting{Tasks: len(weights)}))
			golden.Within(t, "value", []float64{value}, []float64{c.Value}, preferenceTol)
			golden.Within(t, "weights", weights, c.Weights, preferenceTol)
		})
	}
}

// By hand: beside the ray (3, 4)/5, the losses (2, 1) + (1, 0) lie at d₁ = (3·3 + 4·1)/5, d₂ = |3·4 − 1·3|/5, to the
// right of it, where the unit vector across is (4, −3)/5.
func TestPBIByHand(t *testing.T) {
	b, weights := PBI{Theta: 2, Weights: []float64{30, 40}, Reference: []float64{-1, 0}}, make([]float64, 2)
	value := b.Scalarize(weights, []float64{2, 1}, Start(b, Setting{Tasks: 2}))
	within(t, "value", []float64{value}, []float64{13./5 + 2*9./5})
	within(t, "weights", weights, []float64{3./5 + 2*4./5, 4./5 - 2*3./5})
}

// On the ray, and as near to it as rounding tells, the distance from it has no slope: the step goes along the ray.
func TestPBIOnTheRay(t *testing.T) {
	w := []float64{0.1, 0.7, 0.3}
	for _, scale := range []float64{1e-200, 1. / 3, 1, 1e200} {
		losses, weights := make([]float64, 3), make([]float64, 3)
		for i := range w {
			losses[i] = scale * w[i]
		}
		b := PBI{Theta: 5, Weights: w}
		value := b.Scalarize(weights, losses, Start(b, Setting{Tasks: 3}))
		length := math.Sqrt(0.01 + 0.49 + 0.09)
		within(t, "value", []float64{value}, []float64{scale * length})
		within(t, "weights", weights, []float64{0.1 / length, 0.7 / length, 0.3 / length})
	}
}

// Where only tasks are present that the ray says nothing of, there is no ray, and the distance is that from the reference.
func TestPBIOfTasksWithoutPreference(t *testing.T) {
	b, weights := PBI{Theta: 5, Weights: []float64{1, 0, 0}}, make([]float64, 2)
	s := Start(b, Setting{Tasks: 3})
	s.Present = []int{1, 2}
	value := b.Scalarize(weights, []float64{3, 4}, s)
	within(t, "value", []float64{value}, []float64{25})
	within(t, "weights", weights, []float64{3, 4})
}
