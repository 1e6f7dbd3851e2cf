package kernel

// Transpose stores the transpose of a, rows × cols.
func Transpose[T Float](out, a []T, rows, cols int) { transpose(out, rows, a, cols, rows, cols) }

// TransposeColumns stores the transpose of columns from to to−1 of a, rows × cols.
func TransposeColumns[T Float](out, a []T, rows, cols, from, to int) {
	transpose(out, rows, a[from:], cols, rows, to-from)
}

// transpose stores the transpose of a rows × cols matrix whose rows are strideA apart; those of the result are
// strideOut apart.
func transpose[T Float](out []T, strideOut int, a []T, strideA, rows, cols int) {
	doneRows, doneCols := simdTranspose(out, strideOut, a, strideA, rows, cols)
	for r := range rows {
		from := 0
		if r < doneRows {
			from = doneCols
		}
		for c := from; c < cols; c++ {
			out[c*strideOut+r] = a[r*strideA+c]
		}
	}
}

// Broadcast repeats a, of the given extent, to rows × cols entries.
func Broadcast[T Float](out, a []T, rows, cols int, e Extent) {
	switch e {
	case One:
		fill(out, a[0])
		return
	case Full:
		copy(out, a)
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

// shortRow is the longest row that is not worth a call of its own.
const shortRow = 32

// Copy2D copies a rows × cols block: from src at offset from, whose rows are fromStride apart, to dst at offset to,
// whose rows are toStride apart.
func Copy2D[T Float](dst []T, to, toStride int, src []T, from, fromStride, rows, cols int) {
	if cols == 1 { // a call for each number takes two to three times as long
		for range rows {
			dst[to] = src[from]
			to, from = to+toStride, from+fromStride
		}
		return
	}
	if last := rows - 1; last > 0 && 0 < cols && cols <= shortRow &&
		simdCopyRows(dst[to:to+last*toStride+cols], toStride, src[from:from+last*fromStride+cols], fromStride, rows, cols) {
		return
	}
	for r := range rows {
		copy(dst[to+r*toStride:to+r*toStride+cols], src[from+r*fromStride:])
	}
}

// Widen stores float32 numbers as float64.
func Widen(out []float64, a []float32) {
	a = a[:len(out)]
	if simdWiden(out, a) {
		return
	}
	for k, v := range a {
		out[k] = float64(v)
	}
}

// WidenTotal stores float32 numbers as float64, and returns their sum, which is finite only if they are.
func WidenTotal(out []float64, a []float32) (sum float64) {
	a = a[:len(out)]
	if sum, ok := simdWidenTotal(out, a); ok {
		return sum
	}
	Widen(out, a)
	return Total(out)
}

// AddWidened adds float32 numbers to float64 ones, and returns the sum of those that it adds, which is finite only if
// they are.
func AddWidened(out []float64, a []float32) (sum float64) {
	a = a[:len(out)]
	if sum, ok := simdAddWidened(out, a); ok {
		return sum
	}
	for k, v := range a {
		out[k] += float64(v)
		sum += float64(v)
	}
	return sum
}

// Narrow stores float64 numbers as float32, rounded.
func Narrow(out []float32, a []float64) {
	a = a[:len(out)]
	if simdNarrow(out, a) {
		return
	}
	for k, v := range a {
		out[k] = float32(v)
	}
}

// GatherRows stores rows of a, of cols entries and stride apart, in the order of their numbers. It panics if a number is
// not that of a row.
func GatherRows(out, a []float64, stride, cols int, rows []int) {
	out = out[:len(rows)*cols]
	for _, r := range rows {
		_ = a[r*stride : r*stride+cols]
	}
	if len(out) == 0 || simdGatherRows(out, a, stride, cols, rows) {
		return
	}
	for k, r := range rows {
		copy(out[k*cols:(k+1)*cols], a[r*stride:])
	}
}
