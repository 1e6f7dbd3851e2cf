package balance_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/race"
	"kindred/mtlkit/balance"
)

// hostile returns a small matrix of the kinds that divide by nothing: rows that are zero, tiny, equal, parallel or
// opposed, to the last bit or nearly, on axes, and all of it at scales from 1e-150 to 1e150.
func hostile(rng *rand.Rand) *mat.Dense {
	m, n := 1+rng.IntN(5), 1+rng.IntN(4)
	j := mat.NewDense(m, n, nil)
	for i := range m {
		row := j.RawRowView(i)
		for k := range row {
			row[k] = rng.NormFloat64()
			if rng.IntN(4) == 0 {
				row[k] = float64(rng.IntN(3) - 1)
			}
		}
		if i > 0 {
			other := j.RawRowView(rng.IntN(i))
			switch rng.IntN(8) {
			case 0:
				copy(row, other)
			case 1:
				floats.ScaleTo(row, -math.Pow(10, float64(rng.IntN(21)-10)), other)
			case 2: // nearly opposed
				floats.ScaleTo(row, -1, other)
				row[rng.IntN(n)] += math.Pow(10, -float64(rng.IntN(18)))
			case 3:
				floats.ScaleTo(row, math.Pow(10, float64(rng.IntN(21)-10)), other)
			}
		}
		shorten(row)
		switch rng.IntN(10) {
		case 0:
			clear(row)
		case 1:
			floats.Scale(math.Pow(10, float64(rng.IntN(41)-20)), row)
		case 2:
			floats.Scale(math.Pow(10, float64(rng.IntN(301)-150)), row)
		}
		shorten(row)
	}
	if rng.IntN(3) == 0 { // the whole as short, or as long, as that
		largest := mat.Max(j)
		if least := mat.Min(j); -least > largest {
			largest = -least
		}
		if largest > 0 {
			j.Scale([]float64{1e150, 1e-150, 1e-160, 1e-165}[rng.IntN(4)]/largest, j)
		}
	}
	return j
}

// shorten makes x no longer than 1e150.
func shorten(x []float64) {
	if largest := floats.Norm(x, math.Inf(1)); largest > 1e150 {
		floats.Scale(1e150/largest, x)
	}
}

// No finite Jacobian gives a weight or a direction that is not finite, by any method, in any of three steps.
func TestFiniteJacobiansGiveFiniteDirections(t *testing.T) {
	trials := 20_000
	if testing.Short() || race.Enabled {
		trials = 2_000
	}
	for _, c := range choices() {
		if _, ok := c.of([]int{0, 1, 2, 3}).(balance.Scalarizer); ok {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			failures := 0
			for trial := range trials {
				j := hostile(rng)
				m, n := j.Dims()
				tasks := []int{0, 1, 2, 3, 0}[:m]
				b := c.of(tasks)
				switch method := b.(type) {
				case balance.Krum:
					method.Select = min(method.Select, m)
					b = method
				case balance.TrimmedMean:
					method.Trim = min(method.Trim, (m-1)/2)
					b = method
				}
				var a balance.Aggregation
				d, s := make([]float64, n), start(b, m, n)
				losses := make([]float64, m)
				for i := range losses {
					losses[i] = math.Exp(rng.NormFloat64())
				}
				for step := range 3 {
					err := apply(&a, d, b, j, losses, s)
					if err == nil {
						for i, v := range s.Memory {
							if math.IsNaN(v) || math.IsInf(v, 0) {
								err = fmt.Errorf("number %d of the memory is %v", i, v)
							}
						}
					}
					if err != nil && failures < 3 {
						failures++
						t.Errorf("trial %d, step %d: %v for %v", trial, step, err, j.RawMatrix())
						break
					}
				}
			}
		})
	}
}
