package datasets

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Scaler shifts and stretches columns to mean 0 and standard deviation 1. Take it from the training set, apply it to
// the test set as well.
type Scaler struct {
	Mean, Deviation []float64 // one for each column; the deviation of a constant column is 1
}

// NewScaler returns the mean and the standard deviation (dividing by n) of each column of m.
func NewScaler(m mat.Matrix) Scaler {
	rows, cols := m.Dims()
	s := Scaler{Mean: make([]float64, cols), Deviation: make([]float64, cols)}
	values := make([]float64, rows)
	for j := range cols {
		mat.Col(values, j, m)
		s.Mean[j], s.Deviation[j] = stat.PopMeanStdDev(values, nil)
		if isConstant(values) {
			s.Mean[j], s.Deviation[j] = values[0], 1
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
