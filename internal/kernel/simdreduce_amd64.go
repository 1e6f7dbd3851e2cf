//go:build !noasm

package kernel

func simdTotal[T Float](a []T) (T, bool) {
	switch {
	case !simd:
		return 0, false
	case is64[T]():
		return T(sum64(at64(a), len(a))), true
	}
	return T(sum32(at32(a), len(a))), true
}

// simdSumCols stores the sums of rows of a, as simdTotal makes them.
func simdSumCols[T Float](out, a []T, cols int) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		sumCols64(at64(out), at64(a), len(out), cols)
	} else {
		sumCols32(at32(out), at32(a), len(out), cols)
	}
	return true
}

// simdDotCols stores the sums of products of rows of a and b, as simdDot makes them.
func simdDotCols[T Float](out, a, b []T, cols int) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		dotCols64(at64(out), at64(a), at64(b), len(out), cols)
	} else {
		dotCols32(at32(out), at32(a), at32(b), len(out), cols)
	}
	return true
}

func simdDot[T Float](a, b []T) (T, bool) {
	switch {
	case !simd:
		return 0, false
	case is64[T]():
		return T(dot64(at64(a), at64(b), len(a))), true
	}
	return T(dot32(at32(a), at32(b), len(a))), true
}

func simdSumRows[T Float](out, a []T, rows, cols int) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		sumRows64(at64(out), at64(a), 8*cols, rows, cols)
	} else {
		sumRows32(at32(out), at32(a), 4*cols, rows, cols)
	}
	return true
}

func simdSumSquares[T Float](out, a, about []T, rows, cols int) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		sumSquares64(at64(out), at64(a), at64(about), 8*cols, rows, cols)
	} else {
		sumSquares32(at32(out), at32(a), at32(about), 4*cols, rows, cols)
	}
	return true
}
