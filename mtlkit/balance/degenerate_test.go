package balance_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
)

// degenerate returns the kit's matrices and random ones with more rows than columns, of rank below full, with equal,
// opposed and zero rows.
func degenerate() []mtltest.Matrix {
	all := mtltest.Matrices()
	rng := rand.New(rand.NewPCG(6, 0))
	for k := range 60 {
		m, n := 2+rng.IntN(11), 1+rng.IntN(4)
		j := mat.NewDense(m, n, nil)
		for i := range m {
			scale := math.Exp(rng.NormFloat64())
			for c := range n {
				j.Set(i, c, scale*(rng.NormFloat64()+float64(k%3)))
			}
		}
		for i := range m {
			other := j.RawRowView(rng.IntN(m))
			switch rng.IntN(8) {
			case 0:
				copy(j.RawRowView(i), other)
			case 1:
				floats.ScaleTo(j.RawRowView(i), -1.5, other)
			case 2:
				clear(j.RawRowView(i))
			}
		}
		all = append(all, mtltest.Matrix{Name: fmt.Sprintf("degenerate %d, %d×%d", k, m, n), J: j})
	}
	return all
}

// The optimality conditions on matrices for which weights are not unique or the result is 0, up to rounding beside the
// longest gradient.
func TestDegenerateJacobians(t *testing.T) {
	for _, in := range degenerate() {
		t.Run(in.Name, func(t *testing.T) {
			m, _ := in.J.Dims()
			_, g0, _, norm := weigh(t, balance.Mean{}, in.J)
			tiny := 1e-13 * float64(m) * floats.Max(norm)

			_, shortest, gain, _ := weigh(t, balance.MGDA{}, in.J)
			for i, v := range gain {
				if v < floats.Dot(shortest, shortest)-tiny*(norm[i]+floats.Norm(shortest, 2)) {
					t.Errorf("MGDA, task %d: g·d = %v, |d|² = %v", i, v, floats.Dot(shortest, shortest))
				}
			}

			v, d, gain, _ := weigh(t, balance.DualProj{}, in.J)
			for i := range gain {
				if gain[i] < -tiny*norm[i] || v[i] < 1/float64(m) || v[i] > 1/float64(m) && gain[i] > tiny*norm[i] {
					t.Errorf("DualProj, task %d: weight %v, g·d = %v", i, v[i], gain[i])
				}
			}
			projected := floats.Distance(d, g0, 2)

			const c = 0.5
			v, d, gain, _ = weigh(t, balance.CAGrad{C: c}, in.J)
			radius := c * floats.Norm(g0, 2)
			if off := floats.Distance(d, g0, 2); off > radius+tiny {
				t.Errorf("CAGrad: |d − g₀| = %v, at most %v", off, radius)
			}
			dual := make([]float64, m)
			for i := range dual {
				dual[i] = v[i] - 1/float64(m)
			}
			bound := 0.0 // if the dual's optimum is gw = 0, which then is a bound on what the worst-off task gains
			if !(projected <= radius+tiny && floats.Norm(shortest, 2) <= 1e-7*floats.Max(norm)) && radius > tiny {
				floats.Scale(1/floats.Sum(dual), dual)
				_, gw, _, _ := weigh(t, balance.Constant{Weights: dual}, in.J)
				bound = floats.Dot(gw, g0) + radius*floats.Norm(gw, 2)
			}
			if worst := floats.Min(gain); math.Abs(worst-bound) > 100*tiny*floats.Max(norm) {
				t.Errorf("CAGrad: the worst-off task gains %v, the dual says %v", worst, bound)
			}

			w, d, gain, _ := weigh(t, balance.FairGrad{Alpha: 2}, in.J)
			stationary := true
			if rest := withoutZeroRows(in.J); rest != nil {
				for i := range rest.RawMatrix().Rows {
					floats.Scale(1/floats.Norm(rest.RawRowView(i), 2), rest.RawRowView(i))
				}
				stationary = floats.Norm(aggregate(t, balance.MGDA{}, rest), 2) < 1e-7
			}
			if stationary != (floats.Norm(d, 2) == 0) {
				t.Errorf("FairGrad: d = %v, but 0 in the hull is %v", d, stationary)
			}
			for i := range w {
				if w[i] > 0 && !(math.Abs(gain[i]*math.Sqrt(w[i])-1) < 1e-5) { // nearly opposed: 1e-16 over 1e-8, twice
					t.Errorf("FairGrad, task %d: w = %v, g·d√w = %v", i, w[i], gain[i]*math.Sqrt(w[i]))
				}
			}
		})
	}
}
