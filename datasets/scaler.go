package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/interval"
)

// A Scaler shifts and stretches columns to mean 0 and standard deviation 1. Take it from the training set, apply it to
// the test set as well, and take predictions of scaled targets back with Undo. A NaN is missing: it does not count, and
// stays.
//
// It is a plain value that can be kept, in JSON for example, and used again. Copies of it share their numbers.
type Scaler struct {
	Mean      []float64 // of each column; 0 if all of it is missing
	Deviation []float64 // of each column, positive; 1 if all of it is missing, or constant
}

// constantRoundings is how many roundings of a column's largest number its deviation may be and still come from nothing
// but rounding, as the same quantity has it that was computed in a dozen ways.
const constantRoundings = 16

// NewScaler returns the mean x̄ = Σxᵢ/n and the standard deviation d = √(Σ(xᵢ − x̄)²/n) of each column of m, for any
// finite numbers: nothing overflows or underflows on the way, and a large offset does not cancel.
//
// A column counts as constant if
//
//	d ≤ 16·ulp(max |xᵢ|),
//
// where ulp(a) is the step from a to the next smaller float64, about 1e-16·a. It is shifted to mean 0 and not
// stretched: its Deviation is 1. What varies by so little are roundings, which would be blown up to the size of data.
//
// It panics if m is nil or empty, or a number is infinite; a missing one is NaN.
func NewScaler(m mat.Matrix) Scaler {
	_, cols := filled("NewScaler", m)
	s := Scaler{Mean: make([]float64, cols), Deviation: make([]float64, cols)}
	for j := range cols {
		column := mat.Col(nil, j, m)
		if i := slices.IndexFunc(column, func(v float64) bool { return math.IsInf(v, 0) }); i >= 0 {
			panic(fmt.Sprintf("datasets: NewScaler: row %d, column %d is %v; numbers must be finite, a missing one is NaN",
				i, j, column[i]))
		}
		s.Mean[j], s.Deviation[j] = moments(slices.DeleteFunc(column, math.IsNaN))
	}
	return s
}

// moments returns what a [Scaler] keeps of a column without its missing numbers.
func moments(values []float64) (mean, deviation float64) {
	if len(values) == 0 {
		return 0, 1
	}
	largest := 0.0
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	mean, deviation = interval.Moments(values)
	if ulp := largest - math.Nextafter(largest, 0); deviation <= constantRoundings*ulp {
		deviation = 1
	}
	return mean, deviation
}

// Apply returns (m − Mean)/Deviation, a matrix of its own. It is infinite only where that is beyond float64. It panics
// if m is nil, empty or of other columns, and if Mean or Deviation cannot be those of a column.
func (s Scaler) Apply(m mat.Matrix) *mat.Dense {
	return s.each("Apply", m, func(v, mean, deviation float64) float64 {
		d := v - mean
		if math.IsInf(d, 0) { // the difference may be beyond float64 where the quotient is not
			return (v/2 - mean/2) / (deviation / 2)
		}
		return d / deviation
	})
}

// Undo returns m·Deviation + Mean, rounded once, a matrix of its own: scaled predictions in the unit of the target. It
// takes back what Apply did, up to three roundings of numbers as large as v − Mean and v. It panics where Apply does.
func (s Scaler) Undo(m mat.Matrix) *mat.Dense {
	return s.each("Undo", m, func(v, mean, deviation float64) float64 { return math.FMA(v, deviation, mean) })
}

func (s Scaler) each(method string, m mat.Matrix, f func(v, mean, deviation float64) float64) *mat.Dense {
	rows, cols := filled("Scaler."+method, m)
	s.check(method, cols)
	out := mat.NewDense(rows, cols, nil)
	for i := range rows {
		for j := range cols {
			out.Set(i, j, f(m.At(i, j), s.Mean[j], s.Deviation[j]))
		}
	}
	return out
}

// check panics unless s can be applied to matrices with that many columns.
func (s Scaler) check(method string, cols int) {
	if len(s.Mean) == 0 {
		panic(fmt.Sprintf("datasets: Scaler.%s: a Scaler without columns; NewScaler makes one", method))
	}
	if len(s.Mean) != len(s.Deviation) {
		panic(fmt.Sprintf("datasets: Scaler.%s: %d means and %d deviations", method, len(s.Mean), len(s.Deviation)))
	}
	if cols != len(s.Mean) {
		panic(fmt.Sprintf("datasets: Scaler.%s: a matrix of %d columns, want %d", method, cols, len(s.Mean)))
	}
	for j, d := range s.Deviation {
		if !(d > 0) || math.IsInf(d, 0) {
			panic(fmt.Sprintf("datasets: Scaler.%s: Deviation[%d] is %v; it must be positive and finite", method, j, d))
		}
		if mean := s.Mean[j]; math.IsNaN(mean) || math.IsInf(mean, 0) {
			panic(fmt.Sprintf("datasets: Scaler.%s: Mean[%d] is %v; it must be finite", method, j, mean))
		}
	}
}
