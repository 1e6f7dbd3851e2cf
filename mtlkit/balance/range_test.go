package balance_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// Where squares, ratios and inverses run out of range, and the answer does not.
func TestAnswersAtTheEndsOfTheRange(t *testing.T) {
	for _, c := range []struct {
		name         string
		b            balance.Balancer
		jac          [][]float64
		losses, want []float64
		tol          float64
	}{
		{"CAGrad, one short gradient against", balance.CAGrad{C: 0.4}, [][]float64{{1}, {-1e-9}}, nil, []float64{0.3 * (1 - 1e-9)}, 1e-14},
		{"CAGrad, 1e-99 against", balance.CAGrad{C: 0.4}, [][]float64{{1e150}, {-1e51}}, nil, []float64{0.3e150}, 1e-14},
		// Equal projections p on (1, 0) and on (1, δ)/√(1 + δ²), δ = 1e-5: d₁ = p, d₂ = p(√(1 + δ²) − 1)/δ = pδ/2 but
		// for δ². The weights are p/2 and pδ/2e-155, and add up to 1. The angle of 1e-5 costs ten digits of inner
		// products.
		{"IMTLG, inverses of 1e310", balance.IMTLG{}, [][]float64{{1, 0}, {1e-150, 1e-155}}, nil, []float64{2e-150, 1e-155}, 1e-5},
		{"DBMTL, a ratio of 1e315", balance.DBMTL{}, [][]float64{{1e150, 0}, {0, 1e-165}}, []float64{1, 1}, []float64{1e150, 1e150}, 1e-14},
		// The scaled gradients are 1e200 and half of that long, at right angles: weights as one over the squares.
		{"MGDA, losses of 1e-200", balance.MGDA{Scale: balance.MGDAByLoss}, [][]float64{{1, 0}, {0, 1}}, []float64{1e-200, 2e-200},
			[]float64{0.2, 0.8}, 1e-14},
		{"ExcessMTL, squares of 1e-330", balance.NewExcessMTL(), [][]float64{{1e-165, 0}, {0, 1e-165}}, nil,
			[]float64{0.5e-165, 0.5e-165}, 1e-14},
		{"SDMGrad, squares of 5e-324", balance.NewSDMGrad(), [][]float64{{2.3e-162}, {1e-170}}, nil, nil, 0}, // any that is finite
	} {
		t.Run(c.name, func(t *testing.T) {
			j := dense(c.jac)
			m, n := j.Dims()
			d := make([]float64, n)
			if err := apply(new(balance.Aggregation), d, c.b, j, c.losses, start(c.b, m, n)); err != nil {
				t.Fatal(err)
			}
			if c.want == nil {
				return
			}
			for k := range d { // entry by entry: their sizes differ
				if tol := c.tol * math.Abs(c.want[k]); !(math.Abs(d[k]-c.want[k]) <= tol) {
					t.Errorf("%v, want %v", d, c.want)
				}
			}
		})
	}
}

// Gradients shorter than 2⁻⁵¹¹, or than that times the longest, count as zero to methods of inner products, whose
// digits would be lost; longer ones keep theirs.
func TestGradientsBeyondInnerProducts(t *testing.T) {
	pair := func(first, second int) *mat.Dense {
		return mat.NewDense(2, 2, []float64{math.Ldexp(1, first), 0, math.Ldexp(0.6, second), math.Ldexp(0.8, second)})
	}
	both := aggregate(t, balance.NashMTL{}, pair(0, 0))
	for _, c := range []struct {
		first, second int
		want          []float64
	}{
		{-500, -500, both}, {0, -500, both}, {500, 0, both}, {250, -250, both},
		{-515, -515, []float64{0, 0}}, {0, -515, []float64{1, 0}}, {500, -15, []float64{1, 0}}, {-15, 500, []float64{0.6, 0.8}},
	} {
		d := aggregate(t, balance.NashMTL{}, pair(c.first, c.second))
		if floats.Distance(d, c.want, 2) > 1e-14 {
			t.Errorf("lengths 2^%d and 2^%d: %v, want %v", c.first, c.second, d, c.want)
		}
	}
}

// A loss whose gradient has a square beyond the range does not stop what learns from it: s falls by the rate in the
// step that sees it, and goes on afterwards.
func TestLearnedStateOutlivesAHugeLoss(t *testing.T) {
	for _, b := range []balance.Scalarizer{
		balance.Uncertainty{Rate: 0.1, Adam: true}, balance.IMTLL{Rate: 0.1, Adam: true},
	} {
		s, w := start(b, 1, 0), make([]float64, 1)
		b.Scalarize(w, []float64{1e300}, s)
		for _, v := range s.Memory {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%T remembers %v", b, s.Memory)
			}
		}
		if math.Abs(math.Abs(s.Memory[0])-0.1) > 1e-12 {
			t.Errorf("%T: s = %v after a step, want a step of 0.1", b, s.Memory[0])
		}
	}
}

// The mean loss of an epoch is over the steps that a task took part in, and stays where there were none.
func TestDWAOfAbsentTasks(t *testing.T) {
	b := balance.DWA{Temperature: 1}
	s := balance.Start(b, balance.Setting{Tasks: 2, StepsPerEpoch: 2})
	step := func(present []int, losses ...float64) []float64 {
		s.Present = present
		w := make([]float64, len(losses))
		b.Scalarize(w, losses, s)
		return w
	}
	step(nil, 1, 8) // means 2 and 8
	step([]int{0}, 3)
	step(nil, 1, 2) // 1 and 4
	step(nil, 1, 6)
	w := step(nil, 1, 1)
	near(t, "weights of equal ratios", w, []float64{1, 1}, 1e-15)
	step([]int{0}, 1) // 1 and 1
	step([]int{0}, 4) // 4; none, so that 1 after 4 stays
	step([]int{0}, 4) //
	ratios := []float64{4, 0.25}
	sum := math.Exp(ratios[0]) + math.Exp(ratios[1])
	want := []float64{2 * math.Exp(ratios[0]) / sum, 2 * math.Exp(ratios[1]) / sum}
	near(t, "weights after an epoch without the second", step(nil, 1, 1), want, 1e-14)
}
