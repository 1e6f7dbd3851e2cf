package lessons

import (
	"slices"
	"testing"
)

// Each seed is stopped where the others are best, not where it is itself.
func TestStopped(t *testing.T) {
	curves := [][]float64{{9, 1, 0}, {9, 1, 5}, {9, 1, 5}}
	if got, want := Stopped(curves), []float64{1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("stopped at %v, want %v", got, want)
	}
	if got, want := Stopped([][]float64{{3, 2, 0}, {3, 4, 5}}), []float64{3, 5}; !slices.Equal(got, want) {
		t.Errorf("stopped at %v, want %v", got, want)
	}
}
