//go:build !noasm

package kernel

import "unsafe"

// The flags of a product kernel; the generator has the same.
const (
	flagAccumulate = 1 << iota
	flagScale
	flagAdd
	flagReLU
	flagGate
)

// dotRows is the largest number of rows that a dots kernel takes.
const dotRows = 3

// A tile is what a product kernel works on: pointers to the first entries, strides in bytes.
type tile[T Float] struct {
	c, a, b, d, by             unsafe.Pointer
	strideC, strideD, strideBy int
	rowA, colA, rowB, blockB   int
	n, k, flags                int
	alpha                      T
}

// simdMultiply is [Multiply] on the kernels.
func simdMultiply[T Float](p *Product, c, a, b, d, by, scratch []T, r Region) bool {
	if !simd {
		return false
	}
	var v T
	size := int(unsafe.Sizeof(v))
	l := p.layout(size)
	if l.swapped {
		a, b = b, a
		r = Region{0, 1, r.Row0, r.Row1}
	}
	t := tile[T]{c: ptr(c), a: ptr(a), b: ptr(b), d: ptr(d), by: ptr(by), n: l.n, k: l.k, alpha: T(p.Alpha),
		strideC: l.n * size, rowA: l.rowA * size, colA: size, rowB: l.rowB * size, blockB: l.panel * size}
	if l.transA {
		t.rowA, t.colA = size, l.rowA*size
	}
	if p.Scale {
		t.flags |= flagScale
	}
	if p.Add != Nothing {
		t.flags |= flagAdd
	}
	if p.Add == AddMatrix {
		t.strideD = t.strideC
	}
	if p.ReLU {
		t.flags |= flagReLU
	}
	if p.Gate {
		t.flags |= flagGate
		t.strideBy = t.strideC
	}
	if l.path == packed {
		packedProduct(t, l, b, scratch, r)
		return true
	}
	step := size // from a column of b to the next
	if l.transB {
		step = t.rowB
	}
	t = t.columns(r.Col0, r.Col1-r.Col0, size)
	t.b = unsafe.Add(t.b, r.Col0*step)
	if l.path == inner {
		split(r.Row0, r.Row1, dotRows, func(i, rows int) { t.row(i).dots(rows) })
	} else {
		split(r.Row0, r.Row1, maxRows, func(i, rows int) { t.row(i).products(rows) })
	}
	return true
}

func ptr[T Float](s []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// row returns the tile that begins i rows further down.
func (t tile[T]) row(i int) tile[T] {
	t.c, t.a = unsafe.Add(t.c, i*t.strideC), unsafe.Add(t.a, i*t.rowA)
	if t.strideD > 0 {
		t.d = unsafe.Add(t.d, i*t.strideD)
	}
	if t.strideBy > 0 {
		t.by = unsafe.Add(t.by, i*t.strideBy)
	}
	return t
}

// columns returns the tile of n columns from column j on; b is left as it is.
func (t tile[T]) columns(j, n, size int) tile[T] {
	t.n = n
	t.c = unsafe.Add(t.c, j*size)
	if t.flags&flagAdd != 0 {
		t.d = unsafe.Add(t.d, j*size)
	}
	if t.flags&flagGate != 0 {
		t.by = unsafe.Add(t.by, j*size)
	}
	return t
}

// split calls f for bands of at most most rows, all of nearly the same height.
func split(from, to, most int, f func(i, rows int)) {
	bands := (to - from + most - 1) / most
	for band := range bands {
		i := from + band*(to-from)/bands
		f(i, from+(band+1)*(to-from)/bands-i)
	}
}

// packedProduct copies b, a block at a time, into panels whose rows lie one after the other, and a's rows with it
// where a is transposed.
func packedProduct[T Float](t tile[T], l layout, b, scratch []T, r Region) {
	size := int(unsafe.Sizeof(scratch[0]))
	for k0 := 0; k0 < l.k; k0 += blockK {
		depth := min(l.k-k0, blockK)
		for j0 := r.Col0; j0 < r.Col1; j0 += l.width {
			cols := min(r.Col1-j0, l.width)
			panels := scratch[:depth*((cols+l.panel-1)/l.panel*l.panel)]
			pack(&l, panels, b, k0, j0, depth, cols)
			u := t.columns(j0, cols, size)
			u.k = depth
			if k0+depth < l.k { // what follows the product waits for the last block
				u.flags = 0
			}
			if k0 > 0 {
				u.flags |= flagAccumulate
			}
			u.a = unsafe.Add(t.a, k0*t.colA)
			u.b, u.rowB, u.blockB = ptr(panels), l.panel*size, depth*l.panel*size
			split(r.Row0, r.Row1, maxRows, func(i, rows int) {
				band := u.row(i)
				if l.transA {
					rest := scratch[len(panels):]
					packRows(rest, unsafe.Slice((*T)(band.a), (depth-1)*l.rowA+rows), l.rowA, rows, depth)
					band.a, band.rowA, band.colA = ptr(rest), size, rows*size
				}
				band.products(rows)
			})
		}
	}
}

// pack copies rows k0 to k0+depth−1 and columns j0 to j0+cols−1 of b into panels. The kernel does not read what the last
// panel lacks.
func pack[T Float](l *layout, panels, b []T, k0, j0, depth, cols int) {
	for j := 0; j < cols; j += l.panel {
		width := min(cols-j, l.panel)
		panel := panels[j*depth:]
		if l.transB {
			transpose(panel, l.panel, b[(j0+j)*l.rowB+k0:], l.rowB, width, depth)
			continue
		}
		for k := range depth {
			copy(panel[k*l.panel:k*l.panel+width], b[(k0+k)*l.rowB+j0+j:])
		}
	}
}

// packRows copies depth rows of the given length, stride apart, one after the other.
func packRows[T Float](to, from []T, stride, length, depth int) {
	for k := range depth {
		copy(to[k*length:(k+1)*length], from[k*stride:k*stride+length])
	}
}

func (t tile[T]) products(rows int) {
	if is64[T]() {
		c, a, b, d, by := (*float64)(t.c), (*float64)(t.a), (*float64)(t.b), (*float64)(t.d), (*float64)(t.by)
		alpha := float64(t.alpha)
		switch rows {
		case 1:
			if t.blockB == 64 {
				t.blockB *= 4
				product1x8of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
			} else {
				product1x2of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
			}
		case 2:
			product2x2of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		case 3:
			product3x2of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		case 4:
			product4x2of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		case 5:
			product5x2of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		case 6:
			product6x2of64(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		}
		return
	}
	c, a, b, d, by := (*float32)(t.c), (*float32)(t.a), (*float32)(t.b), (*float32)(t.d), (*float32)(t.by)
	alpha := float32(t.alpha)
	switch rows {
	case 1:
		if t.blockB == 64 {
			t.blockB *= 4
			product1x8of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		} else {
			product1x2of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		}
	case 2:
		product2x2of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	case 3:
		product3x2of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	case 4:
		product4x2of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	case 5:
		product5x2of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	case 6:
		product6x2of32(c, t.strideC, a, t.rowA, t.colA, b, t.rowB, t.blockB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	}
}

func (t tile[T]) dots(rows int) {
	if is64[T]() {
		c, a, b, d, by := (*float64)(t.c), (*float64)(t.a), (*float64)(t.b), (*float64)(t.d), (*float64)(t.by)
		alpha := float64(t.alpha)
		switch rows {
		case 1:
			dots1of64(c, t.strideC, a, t.rowA, b, t.rowB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		case 2:
			dots2of64(c, t.strideC, a, t.rowA, b, t.rowB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		case 3:
			dots3of64(c, t.strideC, a, t.rowA, b, t.rowB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
		}
		return
	}
	c, a, b, d, by := (*float32)(t.c), (*float32)(t.a), (*float32)(t.b), (*float32)(t.d), (*float32)(t.by)
	alpha := float32(t.alpha)
	switch rows {
	case 1:
		dots1of32(c, t.strideC, a, t.rowA, b, t.rowB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	case 2:
		dots2of32(c, t.strideC, a, t.rowA, b, t.rowB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	case 3:
		dots3of32(c, t.strideC, a, t.rowA, b, t.rowB, t.n, t.k, t.flags, alpha, d, t.strideD, by, t.strideBy)
	}
}
