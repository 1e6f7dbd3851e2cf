package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Scaler shifts and stretches columns to mean 0 and standard deviation 1. Take it from the training set, apply it to
// the test set as well. A NaN is missing: it does not count, and stays.
type Scaler struct {
	Mean, Deviation []float64 // one for each column; 0 and 1 if all is missing, and 1 for what is constant
}

// NewScaler returns the mean and the standard deviation (dividing by n) of each column of m.
func NewScaler(m mat.Matrix) Scaler {
	_, cols := m.Dims()
	s := Scaler{Mean: make([]float64, cols), Deviation: make([]float64, cols)}
	for j := range cols {
		values := slices.DeleteFunc(mat.Col(nil, j, m), math.IsNaN)
		switch {
		case len(values) == 0:
			s.Deviation[j] = 1
		case isConstant(values):
			s.Mean[j], s.Deviation[j] = values[0], 1
		default:
			s.Mean[j], s.Deviation[j] = stat.PopMeanStdDev(values, nil)
		}
	}
	return s
}

func isConstant(values []float64) bool {
	for _, v := range values {
		if v != values[0] {
			return false
		}
	}
	return true
}

// Apply returns (m − Mean)/Deviation.
func (s Scaler) Apply(m mat.Matrix) *mat.Dense {
	return s.each(m, "Apply", func(j int, v float64) float64 { return (v - s.Mean[j]) / s.Deviation[j] })
}

// Undo returns m·Deviation + Mean, which takes scaled predictions back to the unit of the target.
func (s Scaler) Undo(m mat.Matrix) *mat.Dense {
	return s.each(m, "Undo", func(j int, v float64) float64 { return v*s.Deviation[j] + s.Mean[j] })
}

func (s Scaler) each(m mat.Matrix, method string, f func(j int, v float64) float64) *mat.Dense {
	if _, cols := m.Dims(); cols != len(s.Mean) {
		panic(fmt.Sprintf("datasets: Scaler.%s: a matrix of %d columns, want %d", method, cols, len(s.Mean)))
	}
	out := new(mat.Dense)
	out.Apply(func(_, j int, v float64) float64 { return f(j, v) }, m)
	return out
}
