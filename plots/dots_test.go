package plots

import (
	"math"
	"testing"
)

// On a logarithmic axis no number is written as 0, and none with more digits than tell.
func TestDotsNumbers(t *testing.T) {
	for v, want := range map[float64]string{1.59e-6: "1.6e−6", 8.9e-4: "8.9e−4", 0.0034: "0.0034", 1.9022: "1.9022",
		-2.5e-4: "−2.5e−4", 308292.5: "3.1e5", 0: "0.0000", math.Inf(1): "∞"} {
		if got := (Dots{LogX: true, Decimals: 4}).number(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
	if got := (Dots{Decimals: 4}).number(1.59e-6); got != "0.0000" {
		t.Errorf("on a linear axis %q", got)
	}
}
