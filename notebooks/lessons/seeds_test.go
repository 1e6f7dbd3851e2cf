package lessons

import (
	"slices"
	"testing"

	"kindred/plots"
)

func TestQuantile(t *testing.T) {
	v := []float64{1, 2, 4, 8}
	for p, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 3, 1: 8} {
		if got := quantile(v, p); got != want {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
}

// Of runs that broke off the line ends where fewer than half are left.
func TestOverSeedsOfRunsThatBrokeOff(t *testing.T) {
	s := OverSeeds(plots.Series{}, [][]float64{{1, 10, 100, 7}, {3}, {5, 30, 300, 8, 9}, {}})
	if want := []float64{3, 20, 200, 7.5}; !slices.Equal(s.Y, want) {
		t.Errorf("medians %v, want %v", s.Y, want)
	}
	if s := OverSeeds(plots.Series{}, [][]float64{{}, {}}); s.Y != nil {
		t.Errorf("medians %v of runs that never began", s.Y)
	}
}
