//go:build !noasm

package kernel

import "unsafe"

// simdRows computes an operation on a matrix or a row with a matrix, a row or a column.
func simdRows[T Float](op BinaryOp, o, a, b []T, rows, cols int, ea, eb Extent) bool {
	isRows := (ea == Full || ea == Row) && (eb == Full || eb == Row)
	if !simd || rows == 0 || cols == 0 || !isRows && !(ea == Full && eb == Col) && !(ea == Col && eb == Full) {
		return false
	}
	backA, backB := back[T](ea, cols), back[T](eb, cols)
	if is64[T]() {
		o, a, b := at64(o), at64(a), at64(b)
		switch {
		case isRows:
			switch op {
			case Add:
				addRR64(o, a, b, rows, cols, backA, backB)
			case Sub:
				subRR64(o, a, b, rows, cols, backA, backB)
			case Mul:
				mulRR64(o, a, b, rows, cols, backA, backB)
			case Div:
				divRR64(o, a, b, rows, cols, backA, backB)
			case Max:
				maxRR64(o, a, b, rows, cols, backA, backB)
			case Min:
				minRR64(o, a, b, rows, cols, backA, backB)
			case Greater:
				greaterRR64(o, a, b, rows, cols, backA, backB)
			case Equal:
				equalRR64(o, a, b, rows, cols, backA, backB)
			}
		case eb == Col:
			switch op {
			case Add:
				addVC64(o, a, b, rows, cols)
			case Sub:
				subVC64(o, a, b, rows, cols)
			case Mul:
				mulVC64(o, a, b, rows, cols)
			case Div:
				divVC64(o, a, b, rows, cols)
			case Max:
				maxVC64(o, a, b, rows, cols)
			case Min:
				minVC64(o, a, b, rows, cols)
			case Greater:
				greaterVC64(o, a, b, rows, cols)
			case Equal:
				equalVC64(o, a, b, rows, cols)
			}
		default:
			switch op {
			case Add:
				addVC64(o, b, a, rows, cols)
			case Sub:
				subCV64(o, a, b, rows, cols)
			case Mul:
				mulVC64(o, b, a, rows, cols)
			case Div:
				divCV64(o, a, b, rows, cols)
			case Max:
				maxVC64(o, b, a, rows, cols)
			case Min:
				minVC64(o, b, a, rows, cols)
			case Greater:
				greaterCV64(o, a, b, rows, cols)
			case Equal:
				equalVC64(o, b, a, rows, cols)
			}
		}
		return true
	}
	{
		o, a, b := at32(o), at32(a), at32(b)
		switch {
		case isRows:
			switch op {
			case Add:
				addRR32(o, a, b, rows, cols, backA, backB)
			case Sub:
				subRR32(o, a, b, rows, cols, backA, backB)
			case Mul:
				mulRR32(o, a, b, rows, cols, backA, backB)
			case Div:
				divRR32(o, a, b, rows, cols, backA, backB)
			case Max:
				maxRR32(o, a, b, rows, cols, backA, backB)
			case Min:
				minRR32(o, a, b, rows, cols, backA, backB)
			case Greater:
				greaterRR32(o, a, b, rows, cols, backA, backB)
			case Equal:
				equalRR32(o, a, b, rows, cols, backA, backB)
			}
		case eb == Col:
			switch op {
			case Add:
				addVC32(o, a, b, rows, cols)
			case Sub:
				subVC32(o, a, b, rows, cols)
			case Mul:
				mulVC32(o, a, b, rows, cols)
			case Div:
				divVC32(o, a, b, rows, cols)
			case Max:
				maxVC32(o, a, b, rows, cols)
			case Min:
				minVC32(o, a, b, rows, cols)
			case Greater:
				greaterVC32(o, a, b, rows, cols)
			case Equal:
				equalVC32(o, a, b, rows, cols)
			}
		default:
			switch op {
			case Add:
				addVC32(o, b, a, rows, cols)
			case Sub:
				subCV32(o, a, b, rows, cols)
			case Mul:
				mulVC32(o, b, a, rows, cols)
			case Div:
				divCV32(o, a, b, rows, cols)
			case Max:
				maxVC32(o, b, a, rows, cols)
			case Min:
				minVC32(o, b, a, rows, cols)
			case Greater:
				greaterCV32(o, a, b, rows, cols)
			case Equal:
				equalVC32(o, b, a, rows, cols)
			}
		}
	}
	return true
}

// back returns by how many bytes an operand is taken back after a row.
func back[T Float](e Extent, cols int) int {
	if e == Full {
		return 0
	}
	return cols * int(unsafe.Sizeof(T(0)))
}

func simdAddMul[T Float](o, a, b, column []T, cols int) bool {
	if !simd || len(o) == 0 {
		return false
	}
	if is64[T]() {
		addMulC64(at64(o), at64(a), at64(b), at64(column), len(column), cols)
	} else {
		addMulC32(at32(o), at32(a), at32(b), at32(column), len(column), cols)
	}
	return true
}

func simdAdam(a *AdamStep, next, m, v, param, grad, wasM, wasV []float64) (sum float64, ok bool) {
	if simd {
		sum = adam64(&a.Cut, unsafe.SliceData(next), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(param),
			unsafe.SliceData(grad), unsafe.SliceData(wasM), unsafe.SliceData(wasV), len(next))
	}
	return sum, simd
}
