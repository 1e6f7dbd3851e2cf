package kernel

// Sum adds the entries of a, rows × cols, over its rows (axis 0), its columns (axis 1), or all of them (axis 2). Each
// sum runs in index order.
func Sum[T Float](out, a []T, rows, cols, axis int) {
	switch axis {
	case 0:
		copy(out, a[:cols])
		for r := 1; r < rows; r++ {
			for c, v := range a[r*cols : (r+1)*cols] {
				out[c] += v
			}
		}
	case 1:
		for r := range rows {
			out[r] = total(a[r*cols : (r+1)*cols])
		}
	default:
		out[0] = total(a)
	}
}

func total[T Float](a []T) T {
	var s T
	for _, v := range a {
		s += v
	}
	return s
}

// MaxAxis stores the maximum over the rows (axis 0) or the columns (axis 1) of a, rows × cols. NaN wins.
func MaxAxis[T Float](out, a []T, rows, cols, axis int) {
	if axis == 0 {
		copy(out, a[:cols])
		for r := 1; r < rows; r++ {
			for c, v := range a[r*cols : (r+1)*cols] {
				out[c] = max(out[c], v)
			}
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

// Transpose stores the transpose of a, rows × cols.
func Transpose[T Float](out, a []T, rows, cols int) {
	for r := range rows {
		for c, v := range a[r*cols : (r+1)*cols] {
			out[c*rows+r] = v
		}
	}
}

// Broadcast repeats a, of the given extent, to rows × cols entries.
func Broadcast[T Float](out, a []T, rows, cols int, e Extent) {
	if e == One {
		fill(out, a[0])
		return
	}
	for r := range rows {
		o := out[r*cols : (r+1)*cols]
		if e == Col {
			fill(o, a[r])
		} else {
			copy(o, a[:cols])
		}
	}
}

// Copy2D copies a rows × cols block: from src at offset from, whose rows are fromStride apart, to dst at offset to,
// whose rows are toStride apart.
func Copy2D[T Float](dst []T, to, toStride int, src []T, from, fromStride, rows, cols int) {
	for r := range rows {
		copy(dst[to+r*toStride:to+r*toStride+cols], src[from+r*fromStride:])
	}
}
