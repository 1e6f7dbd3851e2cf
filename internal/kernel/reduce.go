package kernel

// Sum adds the entries of a, rows × cols, over its rows (axis 0), its columns (axis 1), or all of them (axis 2). Over
// the rows, each sum runs in index order; otherwise in interleaved partial sums.
func Sum[T Float](out, a []T, rows, cols, axis int) {
	switch axis {
	case 0:
		if !simdSumRows(out, a, rows, cols) {
			sumRows(out, a, rows, cols)
		}
	case 1:
		if !simdSumCols(out[:rows], a[:rows*cols], cols) {
			for r := range rows {
				out[r] = Total(a[r*cols : (r+1)*cols])
			}
		}
	default:
		out[0] = Total(a)
	}
}

func sumRows[T Float](out, a []T, rows, cols int) {
	copy(out, a[:cols])
	for r := 1; r < rows; r++ {
		for c, v := range a[r*cols : (r+1)*cols] {
			out[c] += v
		}
	}
}

// Total returns the sum of the entries of a, in interleaved partial sums.
func Total[T Float](a []T) T {
	if s, ok := simdTotal(a); ok {
		return s
	}
	var s T
	for _, v := range a {
		s += v
	}
	return s
}

// Dot returns the sum of the products of the entries of a and b: what [Binary] and then [Sum] would.
func Dot[T Float](a, b []T) T {
	b = b[:len(a)]
	if s, ok := simdDot(a, b); ok {
		return s
	}
	var s T
	for k, v := range a {
		s += T(v * b[k]) // the conversion keeps the compiler from fusing
	}
	return s
}

// DotCols stores the sums of the products of the entries of each row of a and b, rows × cols: what [Binary] and then [Sum]
// over the columns would.
func DotCols[T Float](out, a, b []T, rows, cols int) {
	out, a, b = out[:rows], a[:rows*cols], b[:rows*cols]
	if simdDotCols(out, a, b, cols) {
		return
	}
	for r := range out {
		out[r] = Dot(a[r*cols:(r+1)*cols], b[r*cols:(r+1)*cols])
	}
}

// MaxAxis stores the maximum over the rows (axis 0) or the columns (axis 1) of a, rows × cols. NaN wins.
func MaxAxis[T Float](out, a []T, rows, cols, axis int) {
	if axis == 0 {
		copy(out, a[:cols])
		for r := 1; r < rows; r++ {
			vectors(Max, out[:cols], out[:cols], a[r*cols:(r+1)*cols])
		}
		return
	}
	for r := range rows {
		line := a[r*cols : (r+1)*cols]
		m := line[0]
		for _, v := range line[1:] {
			m = max(m, v)
		}
		out[r] = m
	}
}
