package balance_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// MoCo, recomputed with matrices: the paper's, and LibMTL's with its parameters.
func TestMoCoByDefinition(t *testing.T) {
	const m, n = 3, 7
	losses := []float64{0.5, 2, 1}
	for _, b := range []balance.MoCo{
		balance.NewMoCo(), {Beta: 0.3, Rate: 1, Rho: 0.2}, {Beta: 0.5, BetaDecay: 0.5, Rate: 0.1, RateDecay: 0.5, Softmax: true, LossLengths: true},
	} {
		t.Run(fmt.Sprintf("%+v", b), func(t *testing.T) {
			state := start(b, m, n)
			y, w := mat.NewDense(m, n, nil), []float64{1. / m, 1. / m, 1. / m}
			for step := 1; step <= 6; step++ {
				j, d := normal(m, n, uint64(step)), make([]float64, n)
				if err := balance.Aggregate(d, b, j, losses, state); err != nil {
					t.Fatal(err)
				}
				if b.LossLengths {
					for i := range m {
						floats.Scale(losses[i]/floats.Norm(j.RawRowView(i), 2), j.RawRowView(i))
					}
				}
				beta := b.Beta / math.Pow(float64(step), b.BetaDecay)
				rate := b.Rate / math.Pow(float64(step), b.RateDecay)
				y.Scale(1-beta, y)
				j.Scale(beta, j)
				y.Add(y, j)
				var h mat.Dense
				h.Mul(y, y.T())
				for i := range m {
					h.Set(i, i, h.At(i, i)+b.Rho)
				}
				var slope mat.VecDense
				slope.MulVec(&h, mat.NewVecDense(m, w))
				floats.AddScaled(w, -rate, slope.RawVector().Data)
				if b.Softmax {
					sum := floats.LogSumExp(w)
					for i, v := range w {
						w[i] = math.Exp(v - sum)
					}
				} else {
					w = nearestOnSimplex(w)
				}
				near(t, "weights", state.Memory[1:1+m], w, 1e-13)
				near(t, "direction", d, transposeTimes(y, w), 1e-12)
			}
		})
	}
}
