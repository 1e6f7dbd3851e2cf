package autodiff

import "fmt"

// MatMul returns the matrix product v·w.
func (v Value) MatMul(w Value) Value { return matmul(v, w, false, false) }

// MatMulT returns v·wᵀ.
func (v Value) MatMulT(w Value) Value { return matmul(v, w, false, true) }

// TMatMul returns vᵀ·w.
func (v Value) TMatMul(w Value) Value { return matmul(v, w, true, false) }

func matmul(v, w Value, transV, transW bool) Value {
	return apply(opMatMul, node{i: b2i(transV), j: b2i(transW)}, v, w)
}

// T returns the transpose.
func (v Value) T() Value { return apply(opTranspose, node{}, v) }

// Reshape returns the same entries, in row-major order, as a rows × cols matrix.
func (v Value) Reshape(rows, cols int) Value {
	checkSize("Reshape", rows, cols)
	return apply(opReshape, node{i: rows, j: cols}, v)
}

// BroadcastTo repeats v's row, column or single entry to a rows × cols matrix.
func (v Value) BroadcastTo(rows, cols int) Value {
	checkSize("BroadcastTo", rows, cols)
	return apply(opBroadcast, node{i: rows, j: cols}, v)
}

// Sum returns the sum of all entries, 1×1.
func (v Value) Sum() Value { return apply(opSum, node{i: allAxes}, v) }

// Mean returns the mean of all entries, 1×1.
func (v Value) Mean() Value { return v.Sum().Scale(1 / float64(v.Size())) }

// SumAxis sums along an axis as numpy does: axis 0 sums over the rows and returns 1×cols, axis 1 sums over the columns
// and returns rows×1.
func (v Value) SumAxis(axis int) Value {
	checkAxis("SumAxis", axis)
	return apply(opSum, node{i: axis}, v)
}

// MeanAxis is [Value.SumAxis] divided by the number of entries summed.
func (v Value) MeanAxis(axis int) Value {
	checkAxis("MeanAxis", axis)
	return v.SumAxis(axis).Scale(1 / float64(v.axisLen(axis)))
}

// MaxAxis returns the maximum along an axis, shaped as in [Value.SumAxis]. Entries that attain it share the derivative
// equally.
func (v Value) MaxAxis(axis int) Value {
	checkAxis("MaxAxis", axis)
	return apply(opMaxAxis, node{i: axis}, v)
}

// LogSumExp returns log Σ exp(v) along an axis, shaped as in [Value.SumAxis], without overflow.
func (v Value) LogSumExp(axis int) Value {
	checkAxis("LogSumExp", axis)
	m := v.MaxAxis(axis).StopGradient()
	return v.Sub(m).Exp().SumAxis(axis).Log().Add(m)
}

// Softmax returns exp(v) / Σ exp(v) along an axis; axis 1 makes each row sum to 1.
func (v Value) Softmax(axis int) Value { return v.LogSoftmax(axis).Exp() }

// LogSoftmax returns v − LogSumExp(v) along an axis.
func (v Value) LogSoftmax(axis int) Value { return v.Sub(v.LogSumExp(axis)) }

// Slice returns rows r0 to r1−1 and columns c0 to c1−1.
func (v Value) Slice(r0, r1, c0, c1 int) Value {
	if r0 < 0 || r1 <= r0 || r1 > v.Rows() || c0 < 0 || c1 <= c0 || c1 > v.Cols() {
		panic(fmt.Sprintf("autodiff: Slice: rows %d to %d and columns %d to %d of %v", r0, r1, c0, c1, v))
	}
	return apply(opSlice, node{i: r0, j: c0, x: float64(r1 - r0), y: float64(c1 - c0)}, v)
}

// SliceRows returns rows r0 to r1−1.
func (v Value) SliceRows(r0, r1 int) Value { return v.Slice(r0, r1, 0, v.Cols()) }

// SliceCols returns columns c0 to c1−1.
func (v Value) SliceCols(c0, c1 int) Value { return v.Slice(0, v.Rows(), c0, c1) }

// Pad places v in a rows × cols matrix of zeros, its first entry at row r0, column c0.
func (v Value) Pad(r0, c0, rows, cols int) Value {
	checkSize("Pad", rows, cols)
	if r0 < 0 || c0 < 0 || r0 > rows-v.Rows() || c0 > cols-v.Cols() {
		panic(fmt.Sprintf("autodiff: Pad: %v at row %d, column %d does not fit into %d×%d", v, r0, c0, rows, cols))
	}
	return apply(opPad, node{i: r0, j: c0, x: float64(rows), y: float64(cols)}, v)
}

// ConcatRows stacks values of equal width on top of each other.
func ConcatRows(values ...Value) Value { return concat(0, values) }

// ConcatCols places values of equal height side by side.
func ConcatCols(values ...Value) Value { return concat(1, values) }

func concat(axis int, values []Value) Value {
	if len(values) == 0 {
		panic("autodiff: " + [...]string{"ConcatRows", "ConcatCols"}[axis] + ": no values")
	}
	return apply(opConcat, node{i: axis}, values...)
}

// GatherRows returns the rows of v that index names: row k of the result is row index[k] of v. index is n×1 and holds
// whole numbers from 0; a number outside v's rows panics when the program runs.
func (v Value) GatherRows(index Value) Value { return apply(opGatherRows, node{}, v, index) }

// ScatterRows returns a matrix of the given number of rows, zero but for the rows that index names: row k of v is
// added to row index[k]. It is the adjoint of [Value.GatherRows].
func (v Value) ScatterRows(index Value, rows int) Value {
	return apply(opScatterRows, node{i: rows}, v, index)
}

// Gather returns the n×1 column whose entry k is entry index[k] of row k of v, an n×c matrix. index is n×1 and holds
// whole numbers from 0; a number outside v's columns panics when the program runs.
func (v Value) Gather(index Value) Value { return apply(opGather, node{}, v, index) }

// Scatter returns an n×cols matrix, zero but for entry index[k] of row k, which is entry k of v, an n×1 column. It is
// the adjoint of [Value.Gather].
func (v Value) Scatter(index Value, cols int) Value { return apply(opScatter, node{i: cols}, v, index) }

// OneHot returns an n×classes matrix with a 1 at entry index[k] of row k and 0 elsewhere. index is n×1.
func OneHot(index Value, classes int) Value {
	return index.g.Fill(index.Rows(), 1, 1).Scatter(index, classes)
}

func (v Value) axisLen(axis int) int {
	if axis == 0 {
		return v.Rows()
	}
	return v.Cols()
}

func checkAxis(what string, axis int) {
	if axis != 0 && axis != 1 {
		panic(fmt.Sprintf("autodiff: %s: axis %d; 0 is along the rows, 1 along the columns", what, axis))
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
