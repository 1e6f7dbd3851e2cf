//go:build !noasm

package kernel

import "unsafe"

// Shapes of the blocks that kernels work on: rows at most, and vectors across.
const (
	dotRows     = 3
	avx2Rows    = 6
	avx2Vectors = 2
	avx2Wide    = 8 // of a single row
	wideRows    = 5
	wideVectors = 5
	widePairs   = 3 // of rows, for inner products
)

// panelBytes returns the length of a row of a panel of a copied matrix.
func panelBytes() int {
	if simdWide {
		return wideVectors * 64
	}
	return avx2Vectors * 32
}

// A tile is what a product kernel works on: pointers to the first entries, and counts.
type tile[T Float] struct {
	c, a, b, d, by unsafe.Pointer
	n, k           int
	blockB         int // bytes from a block of columns of b to the next; 0 if b lies as it is
	alpha          T
	strides
}

// simdMultiply is [Multiply] on the kernels.
func simdMultiply[T Float](p *Plan, c, a, b, d, by, scratch []T, r Region) bool {
	if !simd {
		return false
	}
	if p.swapped {
		a, b = b, a
		r = Region{0, 1, r.Row0, r.Row1}
	}
	t := tile[T]{c: ptr(c), a: ptr(a), b: ptr(b), d: ptr(d), by: ptr(by), n: r.Col1 - r.Col0, k: p.k,
		alpha: T(p.Alpha), strides: p.strides}
	if p.path == packed {
		packedProduct(&t, p, b, scratch, r)
		return true
	}
	t.right(r.Col0)
	t.b = unsafe.Add(t.b, r.Col0*t.colB)
	t.down(r.Row0)
	if p.path == inner {
		t.inner(r.Row1 - r.Row0)
	} else {
		t.bands(r.Row1 - r.Row0)
	}
	return true
}

func ptr[T Float](s []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// down moves the tile down some rows.
func (t *tile[T]) down(rows int) {
	t.c, t.a = unsafe.Add(t.c, rows*t.strideC), unsafe.Add(t.a, rows*t.rowA)
	if t.strideD > 0 {
		t.d = unsafe.Add(t.d, rows*t.strideD)
	}
	if t.strideBy > 0 {
		t.by = unsafe.Add(t.by, rows*t.strideBy)
	}
}

// right moves what belongs to the result some columns to the right.
func (t *tile[T]) right(columns int) {
	t.c = unsafe.Add(t.c, columns*t.size)
	if t.flags&flagAdd != 0 {
		t.d = unsafe.Add(t.d, columns*t.size)
	}
	if t.flags&flagGate != 0 {
		t.by = unsafe.Add(t.by, columns*t.size)
	}
}

// inner computes rows by inner products.
func (t *tile[T]) inner(rows int) {
	if simdWide && rows > 1 {
		bands, low, high := divide(rows/2, widePairs)
		if high > 0 {
			t.pairs(low+1, high)
			t.down(2 * high * (low + 1))
		}
		t.pairs(low, bands-high)
		if rows%2 == 0 {
			return
		}
		t.down(2 * (bands - high) * low)
		rows = 1
	}
	bands, low, high := divide(rows, dotRows)
	if high > 0 {
		t.dots(low+1, high)
		t.down(high * (low + 1))
	}
	t.dots(low, bands-high)
}

// bands computes rows by products with vectors.
func (t *tile[T]) bands(rows int) {
	most := avx2Rows
	if simdWide {
		most = wideRows
	}
	bands, low, high := divide(rows, most)
	if high > 0 {
		u := *t
		u.band(low+1, high)
		t.down(high * (low + 1))
	}
	t.band(low, bands-high)
}

// divide cuts rows into bands of at most most rows: the first, high of them, of low+1 rows, the others of low.
func divide(rows, most int) (bands, low, high int) {
	bands = (rows + most - 1) / most
	return bands, rows / bands, rows % bands
}

func (t *tile[T]) band(rows, bands int) {
	if simdWide {
		t.wide(rows, bands)
	} else {
		t.narrow(rows, bands)
	}
}

// narrow computes bands in AVX2.
func (t *tile[T]) narrow(rows, bands int) {
	vectors := avx2Vectors
	if rows == 1 && t.blockB == 0 {
		vectors = avx2Wide
	}
	if t.blockB == 0 {
		t.blockB = vectors * 32
	}
	t.avx2(rows, vectors, bands)
}

// wide computes bands in AVX-512. The widths of the blocks are chosen so that none is much narrower than the others,
// unless b lies in panels, which set them.
func (t *tile[T]) wide(rows, bands int) {
	lanes := 64 / t.size
	vectors := (t.n + lanes - 1) / lanes
	if t.blockB > 0 {
		t.blocks(rows, bands, wideVectors, vectors/wideVectors)
		t.blocks(rows, bands, vectors%wideVectors, 1)
		return
	}
	blocks := (vectors + wideVectors - 1) / wideVectors
	t.blocks(rows, bands, vectors/blocks+1, vectors%blocks)
	t.blocks(rows, bands, vectors/blocks, blocks-vectors%blocks)
}

// blocks computes some blocks of each band, all of the same number of vectors, and moves the tile to the right of them.
func (t *tile[T]) blocks(rows, bands, vectors, count int) {
	if vectors*count == 0 {
		return
	}
	inPanels := t.blockB > 0
	if !inPanels {
		t.blockB = vectors * 64
	}
	all, columns := t.n, vectors*count*64/t.size
	t.n = min(all, columns)
	t.avx512(rows, vectors, bands)
	if columns >= all {
		return
	}
	t.n = all - columns
	t.right(columns)
	t.b = unsafe.Add(t.b, count*t.blockB)
	if !inPanels {
		t.blockB = 0
	}
}

// packedProduct copies b, a block at a time, into panels whose rows lie one after the other.
func packedProduct[T Float](t *tile[T], p *Plan, b, scratch []T, r Region) {
	rows := r.Row1 - r.Row0
	t.down(r.Row0)
	for k0 := 0; k0 < p.k; k0 += blockK {
		depth := min(p.k-k0, blockK)
		u := *t
		u.a = unsafe.Add(u.a, k0*t.colA)
		for j0 := r.Col0; j0 < r.Col1; j0 += p.width {
			columns := min(r.Col1-j0, p.width)
			pack(p, scratch, b, k0, j0, depth, columns)
			v := u
			v.right(j0)
			v.n, v.k = columns, depth
			if k0+depth < p.k { // what follows the product waits for the last block
				v.flags, v.strideD, v.strideBy = 0, 0, 0
			}
			if k0 > 0 {
				v.flags |= flagAccumulate
			}
			v.b, v.rowB, v.blockB = ptr(scratch), p.panel*t.size, depth*p.panel*t.size
			v.bands(rows)
		}
	}
}

// pack copies rows k0 to k0+depth−1 and columns j0 to j0+columns−1 of b into panels. The kernel does not read what the
// last panel lacks.
func pack[T Float](p *Plan, panels, b []T, k0, j0, depth, columns int) {
	for j := 0; j < columns; j += p.panel {
		width := min(columns-j, p.panel)
		panel := panels[j*depth:]
		if p.transB {
			transpose(panel, p.panel, b[(j0+j)*p.rowB+k0:], p.rowB, width, depth)
			continue
		}
		for k := range depth {
			copy(panel[k*p.panel:k*p.panel+width], b[(k0+k)*p.rowB+j0+j:])
		}
	}
}

// MultiplyAdd does rounds of fused multiply-adds on registers, with the widest vectors that products use, and returns
// the number of additions and multiplications of numbers of the given size. It is there to measure the peak.
func MultiplyAdd(size, rounds int) (flops int) {
	switch {
	case simdWide:
		multiplyAddWide(rounds)
		return 2 * rounds * 24 * 64 / size
	case simd:
		multiplyAdd(rounds)
		return 2 * rounds * 12 * 32 / size
	}
	return multiplyAddGo(rounds)
}
