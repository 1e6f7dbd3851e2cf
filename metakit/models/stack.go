package models

import (
	"kindred/autodiff"
	"kindred/nn"
)

// rowByRow reports whether it is known that a network makes each row of what it returns of one row of what it is given,
// the same of the same, in training too.
func rowByRow(network nn.Network) bool {
	m, ok := network.(nn.MLP)
	if _, layer := m.Norm.(nn.LayerNorm); m.Norm != nil && !layer {
		return false
	}
	return ok && m.Dropout == 0
}

// meanOfEach returns the mean of the rows of each of n stacked matrices of the same size, n rows.
func meanOfEach(v autodiff.Value, n int) autodiff.Value {
	return belongs(v.Graph(), n, v.Rows()/n, 1/float64(v.Rows()/n)).TMatMul(v)
}

// repeatRows returns each row of v so many times, one below the other.
func repeatRows(v autodiff.Value, times int) autodiff.Value {
	return belongs(v.Graph(), v.Rows(), times, 1).MatMul(v)
}

// belongs returns the matrix with a row for each row of n stacked matrices, and value in the column of its matrix.
func belongs(g *autodiff.Graph, n, rows int, value float64) autodiff.Value {
	data := make([]float64, n*rows*n)
	for k := range n * rows {
		data[k*n+k/rows] = value
	}
	return g.Const(n*rows, n, data)
}
