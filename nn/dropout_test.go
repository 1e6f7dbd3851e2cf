package nn

import (
	"math"
	"testing"

	"kindred/autodiff"
)

// An entry is 0 with probability rate; the others are scaled by 1/(1 − rate). The gradient is the mask.
func TestDropout(t *testing.T) {
	const rate, rows, cols = 0.25, 200, 100
	run := func(tr func(*autodiff.Graph) *Trace, step uint64) (out, grad []float64) {
		g := autodiff.New()
		h := g.Input("h", rows, cols)
		y := Dropout(tr(g), h, rate)
		d := autodiff.Grad(y.Sum(), h)
		ws := autodiff.Compile(y, d).NewWorkspace()
		ws.SetNoise(1, step, 0)
		ones := make([]float64, rows*cols)
		for k := range ones {
			ones[k] = 1
		}
		ws.Set(h, ones)
		ws.Run()
		return ws.Read(y, nil), ws.Read(d, nil)
	}
	training := func(g *autodiff.Graph) *Trace { return NewTrace(g, true) }
	out, grad := run(training, 0)
	next, _ := run(training, 1)
	zeros, same := 0, 0
	for k, v := range out {
		if v != grad[k] {
			t.Fatalf("entry %d is %v, its derivative %v", k, v, grad[k])
		}
		switch {
		case v == 0:
			zeros++
		case math.Abs(v-1/(1-rate)) > 1e-15:
			t.Fatalf("entry %d is %v, want 0 or %v", k, v, 1/(1-rate))
		}
		if next[k] == v {
			same++
		}
	}
	// Of n = 20,000 entries rate·n, with a deviation of √(n·rate·(1 − rate)) = 61; four of these are allowed. Two masks agree
	// in a share of rate² + (1 − rate)² = 0.625 of them, with a deviation of 69.
	if n := float64(rows * cols); math.Abs(float64(zeros)-rate*n) > 245 || math.Abs(float64(same)-0.625*n) > 274 {
		t.Errorf("%d zeros, and %d entries are the same in the next step", zeros, same)
	}
	for name, tr := range map[string]func(*autodiff.Graph) *Trace{
		"evaluation":  func(g *autodiff.Graph) *Trace { return NewTrace(g, false) },
		"a nil trace": func(*autodiff.Graph) *Trace { return nil },
	} {
		if out, _ := run(tr, 0); out[0] != 1 || out[rows*cols-1] != 1 {
			t.Errorf("in %s entries change", name)
		}
	}
}
