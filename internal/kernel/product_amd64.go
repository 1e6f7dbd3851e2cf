//go:build !noasm

package kernel

import (
	"math"
	"slices"
	"unsafe"

	"kindred/internal/stop"
)

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

// blockRows returns the height of the blocks in which a product is computed.
func blockRows() int {
	if simdWide {
		return wideRows
	}
	return avx2Rows
}

// A layout is what a product kernel reads beside its operands; the generator lists the same fields. Strides are in
// bytes.
type layout struct {
	strideC    int // from row to row
	rowA, colA int // from row to row and from column to column of op(a)
	rowB       int // from row to row of b as it lies
	blockB     int // from a block of columns of b to the next; 0, before a kernel is chosen, if b lies as it is
	n, k       int
	flags      int
	alpha      uint64 // its bits, the lower half in float32
	strideD    int
	strideBy   int
}

// The flags of a product kernel; the generator has the same.
const (
	flagAccumulate = 1 << iota // c holds what the sums begin with
	flagScale
	flagAdd
	flagReLU
	flagGate
)

// A call is a call of a kernel, for operands wherever they lie.
type call struct {
	layout
	kernel         int // rows of its blocks << rowsShift + its form + of32 for float32
	bands          int
	c, a, b, d, by int // bytes from the first entries of the operands to those that the kernel begins with
	size           int // of a number
}

// Forms of kernels: inner products with rows or pairs of rows, and blocks in AVX2 or AVX-512, to which their vectors
// are added.
const (
	formDots   = 0
	formPairs  = 1
	formNarrow = 2
	formWide   = 10
	rowsShift  = 4
	of32       = 1 << 7
)

// mostCalls is how many calls a list has at most: bands of two heights in blocks of two widths.
const mostCalls = 4

// prepare makes a list of the calls for all entries. A product of several packed blocks needs one list for each; they
// are large enough to be made when they are needed.
func (p *Plan) prepare() {
	switch {
	case p.path != packed:
		p.whole = p.calls(nil, p.All())
	case p.k <= blockK && p.n <= p.width:
		p.whole = p.block(nil, p.All(), 0, 0)
	}
}

// run computes a region of a product that is not packed, and reports whether it did.
func (p *Plan) run(c, a, b, d, by unsafe.Pointer, r Region) bool {
	if !simd {
		return false
	}
	if p.swapped {
		a, b = b, a
	}
	calls := p.whole
	if r != p.All() {
		var room [mostCalls]call
		calls = p.calls(room[:0], r)
	}
	for k := range calls {
		calls[k].run(c, a, b, d, by)
	}
	return true
}

// Place makes the whole product ready for operands at the given places of one memory, in numbers: [Multiply] does not
// have to look for them any more. It reports false where that cannot be done.
func (p *Plan) Place(c, a, b, d, by int) (Placed, bool) {
	if !simd || p.turned || p.path == packed {
		return Placed{}, false
	}
	if p.swapped {
		a, b = b, a
	}
	calls := slices.Clone(p.whole)
	for k := range calls {
		t := &calls[k]
		t.c, t.a, t.b, t.d, t.by = t.c+c*p.size, t.a+a*p.size, t.b+b*p.size, t.d+d*p.size, t.by+by*p.size
	}
	return Placed{calls}, true
}

// RunPlaced runs a placed product on a memory that holds all its operands.
func RunPlaced[T Float](p Placed, mem []T) {
	at := ptr(mem)
	for k := range p.calls {
		p.calls[k].run(at, at, at, at, at)
	}
}

// calls appends what computes a region of a product that is not packed.
func (p *Plan) calls(list []call, r Region) []call {
	if p.swapped {
		r = Region{0, 1, r.Row0, r.Row1}
	}
	t := p.first()
	t.n = r.Col1 - r.Col0
	t.right(r.Col0)
	if p.transB {
		t.b = r.Col0 * t.rowB
	} else {
		t.b = r.Col0 * t.size
	}
	t.down(r.Row0)
	if p.path == inner {
		return t.inner(list, r.Row1-r.Row0)
	}
	return t.inBands(list, r.Row1-r.Row0)
}

// first returns a call at the first entry, without a kernel.
func (p *Plan) first() call {
	t := call{size: p.size}
	t.k, t.strideC, t.rowA, t.colA, t.rowB = p.k, p.n*p.size, p.rowA*p.size, p.size, p.rowB*p.size
	if p.transA {
		t.rowA, t.colA = t.colA, t.rowA
	}
	if p.Scale {
		t.flags |= flagScale
		t.alpha = math.Float64bits(p.Alpha)
		if p.size == 4 {
			t.alpha = uint64(math.Float32bits(float32(p.Alpha)))
		}
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
	return t
}

// down moves the call down some rows.
func (t *call) down(rows int) {
	t.c += rows * t.strideC
	t.a += rows * t.rowA
	t.d += rows * t.strideD
	t.by += rows * t.strideBy
}

// right moves what belongs to the result some columns to the right.
func (t *call) right(columns int) {
	t.c += columns * t.size
	if t.flags&flagAdd != 0 {
		t.d += columns * t.size
	}
	if t.flags&flagGate != 0 {
		t.by += columns * t.size
	}
}

// with appends the call of a kernel to a list.
func (t *call) with(form, rows, bands int, list []call) []call {
	if bands == 0 {
		return list
	}
	u := *t
	u.kernel, u.bands = rows<<rowsShift+form, bands
	if t.size == 4 {
		u.kernel += of32
	}
	return append(list, u)
}

// inner computes rows by inner products.
func (t *call) inner(list []call, rows int) []call {
	if simdWide && rows > 1 {
		bands, low, high := divide(rows/2, widePairs)
		list = t.with(formPairs, low+1, high, list)
		t.down(2 * high * (low + 1))
		list = t.with(formPairs, low, bands-high, list)
		t.down(2 * (bands - high) * low)
		rows %= 2
	}
	if rows == 0 {
		return list
	}
	bands, low, high := divide(rows, dotRows)
	list = t.with(formDots, low+1, high, list)
	t.down(high * (low + 1))
	return t.with(formDots, low, bands-high, list)
}

// inBands computes rows by products with vectors.
func (t *call) inBands(list []call, rows int) []call {
	most := avx2Rows
	if simdWide {
		most = wideRows
	}
	bands, low, high := divide(rows, most)
	if high > 0 {
		u := *t
		list = u.band(list, low+1, high)
		t.down(high * (low + 1))
	}
	return t.band(list, low, bands-high)
}

// divide cuts rows into bands of at most most rows: the first, high of them, of low+1 rows, the others of low.
func divide(rows, most int) (bands, low, high int) {
	bands = (rows + most - 1) / most
	return bands, rows / bands, rows % bands
}

func (t *call) band(list []call, rows, bands int) []call {
	if simdWide {
		return t.wide(list, rows, bands)
	}
	return t.narrow(list, rows, bands)
}

// narrow computes bands in AVX2.
func (t *call) narrow(list []call, rows, bands int) []call {
	vectors := avx2Vectors
	if rows == 1 && t.blockB == 0 {
		vectors = avx2Wide
	}
	if t.blockB == 0 {
		t.blockB = vectors * 32
	}
	return t.with(formNarrow+vectors, rows, bands, list)
}

// wide computes bands in AVX-512. The widths of the blocks are chosen so that none is much narrower than the others,
// unless b lies in panels, which set them.
func (t *call) wide(list []call, rows, bands int) []call {
	lanes := 64 / t.size
	vectors := (t.n + lanes - 1) / lanes
	if t.blockB > 0 {
		list = t.blocks(list, rows, bands, wideVectors, vectors/wideVectors)
		return t.blocks(list, rows, bands, vectors%wideVectors, 1)
	}
	blocks := (vectors + wideVectors - 1) / wideVectors
	list = t.blocks(list, rows, bands, vectors/blocks+1, vectors%blocks)
	return t.blocks(list, rows, bands, vectors/blocks, blocks-vectors%blocks)
}

// blocks computes some blocks of each band, all of the same number of vectors, and moves the call to the right of them.
func (t *call) blocks(list []call, rows, bands, vectors, count int) []call {
	if vectors*count == 0 {
		return list
	}
	u := *t
	if u.blockB == 0 {
		u.blockB = vectors * 64
	}
	columns := vectors * count * 64 / t.size
	u.n = min(t.n, columns)
	t.n -= columns
	t.right(columns)
	t.b += count * u.blockB
	return u.with(formWide+vectors, rows, bands, list)
}

// turn returns a as the kernels read it, for the rows of a region, and what is left of the scratch.
func turn[T Float](p *Plan, a, scratch []T, r Region) (rows, rest []T) {
	if !simd || !p.turned {
		return a, scratch
	}
	rows, rest = scratch[:p.rowsScratch()], scratch[p.rowsScratch():]
	TransposeColumns(rows[r.Row0*p.k:], a, p.k, p.m, r.Row0, r.Row1)
	return rows, rest
}

// packedProduct copies b, a block at a time, into panels whose rows lie one after the other. It reports whether it
// computed the region, or was to give it up.
func packedProduct[T Float](p *Plan, c, a, b, d, by, scratch []T, r Region, sign *stop.Sign) bool {
	if !simd {
		return false
	}
	for k0 := 0; k0 < p.k; k0 += blockK {
		for j0 := r.Col0; j0 < r.Col1; j0 += p.width {
			depth, width := min(p.k-k0, blockK), min(r.Col1-j0, p.width)
			pack(p, scratch, b, k0, j0, depth, width)
			rows := atLeast(pieceFLOPs/(2*depth*width), rowUnit)
			for row := r.Row0; row < r.Row1; row += rows {
				if sign.Up() {
					return true
				}
				part := Region{row, min(row+rows, r.Row1), r.Col0, r.Col1}
				calls := p.whole
				if calls == nil || part != p.All() {
					var room [mostCalls]call
					calls = p.block(room[:0], part, k0, j0)
				}
				for k := range calls {
					calls[k].run(ptr(c), ptr(a), ptr(scratch), ptr(d), ptr(by))
				}
			}
		}
	}
	return true
}

// block appends what computes a block of a region with packed panels: what b's rows from k0 on add to its columns from
// j0 on.
func (p *Plan) block(list []call, r Region, k0, j0 int) []call {
	t := p.first()
	t.n, t.k = min(r.Col1-j0, p.width), min(p.k-k0, blockK)
	t.a = k0 * t.colA
	t.right(j0)
	t.down(r.Row0)
	if k0+t.k < p.k { // what follows the product waits for the last block
		t.flags, t.strideD, t.strideBy = 0, 0, 0
	}
	if k0 > 0 {
		t.flags |= flagAccumulate
	}
	t.rowB = p.panel * p.size
	t.blockB = t.k * t.rowB
	return t.inBands(list, r.Row1-r.Row0)
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
