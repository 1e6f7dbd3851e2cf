package nn

import (
	"math"
	"slices"
	"testing"

	"kindred/autodiff"
)

// The mean of 1 dropped out is 1, whatever the rate; a mean over n entries has the standard deviation
// √(rate/(1 − rate)/n), of which five are allowed.
func TestDropout(t *testing.T) {
	const n = 40_000
	for _, rate := range []float64{0, 0.1, 0.5, 0.9} {
		g := autodiff.New()
		x := g.Input("x", 200, n/200)
		y := Dropout(NewTrace(g, true), x, rate)
		slope := autodiff.Grad(y.Square().Sum().Scale(0.5), x)
		ws := autodiff.Compile(y, slope).NewWorkspace()
		ws.Set(x, slices.Repeat([]float64{1}, n))
		draw := func(step uint64) []float64 {
			ws.SetNoise(1, step, 0)
			ws.Run()
			return ws.Read(y, nil)
		}
		first := draw(0)
		sum := 0.0
		for k, v := range first {
			if v != 0 && math.Abs(v-1/(1-rate)) > 1e-15 {
				t.Fatalf("rate %v: entry %d is %v", rate, k, v)
			}
			sum += v / n
		}
		if bound := 5*math.Sqrt(rate/(1-rate)/n) + n*0x1p-53; math.Abs(sum-1) > bound { // and a rounding each
			t.Errorf("rate %v: the mean is %v, want 1 within %v", rate, sum, bound)
		}
		for k, s := range ws.Read(slope, nil) { // ½y² by x, with the same entries dropped: y·m/(1 − rate)
			if want := first[k] / (1 - rate); math.Abs(s-want) > 1e-12*want {
				t.Fatalf("rate %v: slope %d is %v, want %v", rate, k, s, want)
			}
		}
		if again, next := draw(0), draw(1); !slices.Equal(again, first) || rate > 0 && slices.Equal(next, first) {
			t.Errorf("rate %v: a step draws the same each time, and others in the next", rate)
		}
		for _, tr := range []*Trace{nil, NewTrace(g, false)} {
			if Dropout(tr, x, rate) != x {
				t.Errorf("rate %v: dropped out in evaluation", rate)
			}
		}
	}
}
