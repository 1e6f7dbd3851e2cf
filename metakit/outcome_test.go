package metakit

import (
	"math"
	"testing"
)

func TestOutcome(t *testing.T) {
	o := outcome(3, []float64{1, 3, 101, math.Inf(1), math.NaN()}, "accuracy", []float64{0, 1, 1, 0, 0.5}, "")
	if o.Steps != 3 || o.Median != 101 || o.Above100 != 3 || o.Below100.Mean != 2 || !math.IsNaN(o.Mean) || o.N != 5 {
		t.Errorf("%+v", o)
	}
	if o.Score.Name != "accuracy" || o.Score.Mean != 0.5 || o.Score.N != 5 {
		t.Errorf("%+v", o.Score)
	}
}
