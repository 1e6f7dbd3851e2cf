package lessons

import "testing"

func TestQuantile(t *testing.T) {
	v := []float64{1, 2, 4, 8}
	for p, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 3, 1: 8} {
		if got := quantile(v, p); got != want {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
}
