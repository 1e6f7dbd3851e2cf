package mtltest

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Hostile returns a small matrix, at most 5×4, drawn from kinds on which a careless method divides by nothing or runs
// out of range: rows that are zero, tiny, equal, parallel or opposed, to the last bit or nearly, and on axes, of lengths
// from 1e-165 to 1e150.
func Hostile(rng *rand.Rand) *mat.Dense {
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
		if largest := max(mat.Max(j), -mat.Min(j)); largest > 0 {
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
